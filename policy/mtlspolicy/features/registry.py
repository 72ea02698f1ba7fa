"""Every feature and every atom, registered once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.asserted_peer import AssertedPeerFeature
from mtlspolicy.features.certificate_registry import CERTIFICATE_FEATURES
from mtlspolicy.features.dns_faults import DnsFaultsFeature
from mtlspolicy.features.extended_key_usage import ExtendedKeyUsageFeature
from mtlspolicy.features.handshake import HANDSHAKE_FEATURES
from mtlspolicy.features.issuers import IssuersFeature
from mtlspolicy.features.key_reuse import KeyReuseFeature
from mtlspolicy.features.key_usage import KeyUsageFeature
from mtlspolicy.features.link import LinkFeature
from mtlspolicy.features.pair import PairFeature
from mtlspolicy.features.programme import ProgrammeFeature
from mtlspolicy.features.reverse_dns import ReverseDnsFeature
from mtlspolicy.features.service_records import ServiceFeature
from mtlspolicy.features.source_address import SourceFeature
from mtlspolicy.features.tlsa_records import TlsaFeature
from mtlspolicy.features.trust import NameFeature, PathFeature, RevocationFeature
from mtlspolicy.features.validity import ValidityFeature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.features.base import Atom, Feature

__all__ = ["ATOMS", "FEATURES"]

FEATURES: Final[tuple[Feature[Any], ...]] = (
    ValidityFeature(),
    ExtendedKeyUsageFeature(),
    KeyUsageFeature(),
    *CERTIFICATE_FEATURES,
    IssuersFeature(),
    LinkFeature(),
    PathFeature(),
    NameFeature(),
    RevocationFeature(),
    ProgrammeFeature(),
    KeyReuseFeature(),
    *HANDSHAKE_FEATURES,
    SourceFeature(),
    AssertedPeerFeature(),
    DnsFaultsFeature(),
    ReverseDnsFeature(),
    TlsaFeature(),
    ServiceFeature(),
    PairFeature(),
)
"""Certificate scope first, then path, then pair."""

ATOMS: Final[Mapping[str, tuple[Feature[Any], Atom]]] = MappingProxyType(
    {atom.name: (feature, atom) for feature in FEATURES for atom in feature.atoms}
)
"""Every atom by its name, with its feature."""
