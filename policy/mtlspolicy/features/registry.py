"""Every feature and every atom, registered once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.certificate_registry import CERTIFICATE_FEATURES
from mtlspolicy.features.chain_depth import ChainDepthFeature
from mtlspolicy.features.extended_key_usage import ExtendedKeyUsageFeature
from mtlspolicy.features.issuers import IssuersFeature
from mtlspolicy.features.key_reuse import KeyReuseFeature
from mtlspolicy.features.key_usage import KeyUsageFeature
from mtlspolicy.features.link import LinkFeature
from mtlspolicy.features.pair import PairFeature
from mtlspolicy.features.programme import ProgrammeFeature
from mtlspolicy.features.trust import NameFeature, PathFeature, RevocationFeature
from mtlspolicy.features.validity import ValidityFeature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy.features.base import Atom, Feature

    FEATURES: tuple[Feature[Any], ...]
    """Certificate scope first, then path, then pair."""

__all__ = ["ATOMS", "FEATURES"]

_FIRST: Final[tuple[Feature[Any], ...]] = (
    ValidityFeature(),
    ExtendedKeyUsageFeature(),
    KeyUsageFeature(),
    *CERTIFICATE_FEATURES,
    IssuersFeature(),
    ChainDepthFeature(),
    LinkFeature(),
    PathFeature(),
    NameFeature(),
    RevocationFeature(),
    ProgrammeFeature(),
    KeyReuseFeature(),
)
_LAST: Final[tuple[Feature[Any], ...]] = (PairFeature(),)


@cache
def _all() -> tuple[Feature[Any], ...]:
    from mtlspolicy.features.connection_registry import CONNECTION_FEATURES  # noqa: PLC0415

    return (*_FIRST, *CONNECTION_FEATURES, *_LAST)


Entry = tuple["Feature[Any]", "Atom"]


class _Atoms(Mapping[str, Entry]):
    """The atoms by name; those of the connection are imported when one of them is wanted."""

    def __init__(self) -> None:
        self._near = _by_name((*_FIRST, *_LAST))

    def __getitem__(self, name: str) -> Entry:
        found = self._near.get(name)
        return _every_atom()[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(_every_atom())

    def __len__(self) -> int:
        return len(_every_atom())


def _by_name(features: Iterable[Feature[Any]]) -> dict[str, Entry]:
    return {atom.name: (feature, atom) for feature in features for atom in feature.atoms}


@cache
def _every_atom() -> dict[str, Entry]:
    return _by_name(_all())


ATOMS: Final[Mapping[str, Entry]] = _Atoms()
"""Every atom by its name, with its feature."""


if not TYPE_CHECKING:  # pragma: no branch - a checker knows the one name that there is

    def __getattr__(name: str) -> tuple[Feature[Any], ...]:
        if name == "FEATURES":
            return _all()
        message = f"there is no `{name}` here"
        raise AttributeError(message)
