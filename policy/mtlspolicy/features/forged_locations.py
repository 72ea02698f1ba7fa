"""Policies, access descriptions and distribution points, for witnesses and vectors.

This module knows how to write an extension that has given defects and no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import DistributionPoint
from mtlspolicy.forge.names import name

if TYPE_CHECKING:
    from collections.abc import Collection

    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.extensions import GeneralNameSpec

__all__ = ["ORDINARY_ACCESS", "ORDINARY_POINTS", "access", "points", "policies"]

_GOOD: Final = "http://pki.example.com/{}"

ORDINARY_ACCESS: Final = extensions.information_access(("ocsp", _GOOD.format("ocsp")))
ORDINARY_POINTS: Final = extensions.crl_distribution_points(_GOOD.format("list.crl"))

_BAD: Final[dict[str, GeneralNameSpec]] = {
    "not-uri": ("dns", "pki.example.com"),
    "not-http": ("uri", "ldap://pki.example.com/"),
}
"""Locations that are wrong in one way."""


# -- authority information access


def access(methods: Collection[str], defects: Collection[str]) -> bytes:
    """Return an AuthorityInfoAccessSyntax with a good location for each method, and bad ones."""
    entries: list[tuple[str, str | GeneralNameSpec]] = [
        (method, _GOOD.format(method)) for method in sorted(methods)
    ]
    entries += [(entries[0][0], _BAD[word]) for word in _BAD if word in defects]
    entries += entries[:1] if "repeated" in defects else []
    return extensions.information_access(*entries)


# -- distribution points


def points(number: int, defects: Collection[str]) -> bytes:
    """Return `number` distribution points which together have these defects."""
    made = [_point(defects)] if number == 1 else _one_each(defects)
    made += [DistributionPoint((("uri", _GOOD.format("list.crl")),))] * (number - len(made))
    return extensions.crl_distribution_points(*made)


def _one_each(defects: Collection[str]) -> list[DistributionPoint]:
    return [_point({word}) for word in sorted(defects)]


def _point(defects: Collection[str]) -> DistributionPoint:
    names: tuple[GeneralNameSpec, ...] = (("uri", _GOOD.format("list.crl")),)
    names += tuple(_BAD[word] for word in _BAD if word in defects)
    nameless = "relative" in defects or "no-name" in defects
    return DistributionPoint(
        full_name=() if nameless else names,
        relative=name(("CN", "list")) if "relative" in defects else None,
        reasons=("keyCompromise",) if "reasons" in defects else None,
        crl_issuer=(("dn", name(("CN", "other"))),) if "crl-issuer" in defects else (),
    )


# -- certificate policies

_CPS: Final = "1.3.6.1.5.5.7.2.1"
_QUALIFIERS: Final[dict[str, Node]] = {
    "cps-http": writer.sequence(
        writer.oid(_CPS), writer.string("ia5", "https://pki.example.com/cps")
    ),
    "cps-other": writer.sequence(
        writer.oid(_CPS), writer.string("ia5", "ftp://pki.example.com/cps")
    ),
    "notice": writer.sequence(
        writer.oid("1.3.6.1.5.5.7.2.2"), writer.sequence(writer.string("utf8", "notice"))
    ),
    "other": writer.sequence(writer.oid("1.3.6.1.4.1.32473.1.10"), writer.null()),
}


def policies(oids: tuple[str, ...], qualifiers: Collection[str], *, repeats: bool) -> bytes:
    """Return a CertificatePolicies; the first policy has the qualifiers, the last repeats."""
    made = [writer.sequence(writer.oid(oid)) for oid in oids]
    if qualifiers:
        chosen = [node for kind, node in _QUALIFIERS.items() if kind in qualifiers]
        made[0] = made[0].append(writer.sequence(*chosen))
    made += [writer.sequence(writer.oid(oids[-1]))] if repeats else []
    return writer.sequence(*made).encode()
