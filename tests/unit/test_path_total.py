"""No input makes path processing or name matching raise, or accept what is broken."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlspolicy.derive.names import match_name
from mtlspolicy.derive.path import Anchor, ExplicitPolicy, PathOptions
from mtlspolicy.derive.reference import KINDS
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge.encodings import DEFECTS
from mtlspolicy.forge.hostile import HOSTILE_DEFECTS
from path_support import AT, authority, constrain, entity, issue, search

if TYPE_CHECKING:
    from mtlspolicy.derive.path import PathSearch
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.extensions import GeneralNameSpec

ALL = {**DEFECTS, **HOSTILE_DEFECTS}
STRICT = PathOptions(explicit_policy=ExplicitPolicy.REQUIRED)
REFERENCES = {
    "dns": "leaf.example.com",
    "ip": "192.0.2.1",
    "srv": "_a.example.com",
    "uri-id": "sip:example.com",
    "uri": "spiffe://example.com/a",
    "email": "a@example.com",
    "cn": "leaf",
    "dn": "CN=leaf",
}


@cache
def parts() -> tuple[Certificate, Certificate, Certificate]:
    """Return a sound leaf, issuer and root, with constraints on every form."""
    root, middle = authority("root", "p256-8"), authority("middle", "p256-9")
    permitted: list[GeneralNameSpec] = [
        ("dns", "example.com"),
        ("ip", "192.0.2.0/24"),
        ("email", "example.com"),
        ("uri", ".example.com"),
    ]
    constrain(root, permitted, [("dns", "bad.example.com"), ("ip", "192.0.2.128/25")])
    return issue(entity(), middle), issue(middle, root), issue(root)


def everywhere(odd: Certificate) -> list[PathSearch]:
    """Search with `odd` as the leaf, as an issuer, as an anchor, and as all of them."""
    leaf, middle, root = parts()
    return [
        search([odd, middle], Anchor(root, "g")),
        search([leaf, odd, middle], Anchor(root, "g"), known=(odd,), options=STRICT),
        search([leaf, middle], Anchor(odd, "g"), Anchor(root, "g")),
        search([odd, odd], Anchor(odd, "g"), known=(odd,), options=STRICT),
    ]


def check(odd: Certificate) -> None:
    """Hold what must hold whatever `odd` is."""
    for found in everywhere(odd):
        for candidate in found.candidates:
            faults = candidate.faults_at(AT)
            assert candidate.anchor is not None or faults
            broken = any(not c.well_formed for c in candidate.certificates)
            assert not broken or "path.not_well_formed" in {f.code for f in faults}
            assert all(0 <= f.position <= len(candidate.certificates) for f in faults)
            assert all((f.detail + f.expected + f.found).isprintable() for f in faults)
            assert list(candidate.instants()) == sorted(set(candidate.instants()))
    for kind in KINDS:
        match = match_name(odd, kind, REFERENCES[kind])
        assert (match.which is not None) is (match.matched is True)
        assert all(text.isprintable() for text in match.presented)


@pytest.mark.parametrize("row", ALL)
def test_odd_leafs(row: str) -> None:
    """Every defect that the forge knows, in a leaf."""
    base, issuer = entity(), authority("middle", "p256-9")
    base.set_key_usage("digitalSignature")
    base.set_purposes("serverAuth", "clientAuth")
    odd = read_certificate(ALL[row].forge(base, issuer.key, issuer.subject_tree()))

    check(odd)
    if not odd.well_formed:
        assert all(c.faults for c in everywhere(odd)[0].candidates)


@pytest.mark.parametrize("row", ALL)
def test_odd_issuers(row: str) -> None:
    """And in a certificate authority."""
    base = authority("middle", "p256-9")
    base.set_purposes("serverAuth", "clientAuth")
    base.set_names(("dns", "ca.example.com"))
    root = authority("root", "p256-8")
    odd = read_certificate(ALL[row].forge(base, root.key, root.subject_tree()))

    check(odd)


def test_the_parts_are_sound() -> None:
    """Else the tests below would hold for the wrong reason."""
    leaf, middle, root = parts()

    assert () == search([leaf, middle], Anchor(root, "g")).candidates[0].faults_at(AT)


@given(st.binary(max_size=400))
def test_any_octets(octets: bytes) -> None:
    """Whatever comes in over the wire."""
    check(read_certificate(octets))


@given(st.integers(0, 2), st.data())
def test_any_octet_changed(which: int, data: st.DataObject) -> None:
    """One octet of a sound certificate replaced: at least the signature no longer fits."""
    sound = parts()[which]
    at = data.draw(st.integers(0, len(sound.der) - 1))
    octet = data.draw(st.integers(0, 255))
    changed = sound.der[:at] + bytes([octet]) + sound.der[at + 1 :]
    odd = read_certificate(changed)

    check(odd)
    if changed != sound.der and which == 0:
        found = search([odd, parts()[1]], Anchor(parts()[2], "g"))
        assert all(candidate.faults for candidate in found.candidates)
