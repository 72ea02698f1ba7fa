"""Ordinary chains and pairs: they keep the rules, and they never change."""

from __future__ import annotations

import ast
import base64
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from mtlspolicy import forge
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import (
    ORDINARY_AT,
    ORDINARY_NOT_AFTER,
    ORDINARY_NOT_BEFORE,
    BuiltChain,
    ChainDraft,
    ordinary_client_chain,
    ordinary_leaf,
    ordinary_pair,
    ordinary_server_chain,
)

AT = dt.datetime.fromtimestamp(ORDINARY_AT, dt.UTC)
SNAPSHOT = {
    "client": [
        "3581279e397196706d8e9d702579ec7a11e46c50ef8310271a12a418b21e2dd2",
        "f91a7b14b5ff9ecfd01fba281b00ccd56572166a363a459bb8b3959b127056dd",
        "38fe7fecab5f591c6bc432e14f1b3b1188c7b6831021dbaf4d88694174f0e97b",
    ],
    "server": [
        "7698c6b38e7b35317f081071ce3951fff0d19e04ecb5101084676e0d1d2840e6",
        "dd5799bfb08db2186ee3f96be9538eefdaa4b4714ed2cbeaf98ad8fa4c844020",
        "98fda76b8a5785c599e88f7b2f3b508f41e4af8ad5e9b0c5e9cc0cae5e824619",
    ],
}
"""SHA-256 of leaf, issuer and anchor: the published vectors hang on them."""


def certificates(chain: BuiltChain) -> list[x509.Certificate]:
    """Return the chain from the leaf to the anchor."""
    return [x509.load_der_x509_certificate(der) for der in (*chain.presented, chain.anchor)]


def test_the_instants_are_what_they_say() -> None:
    """1 April, 1 May, and ninety days after the first."""
    assert dt.datetime(2026, 5, 1, tzinfo=dt.UTC) == AT
    assert dt.datetime.fromtimestamp(ORDINARY_NOT_BEFORE, dt.UTC) == dt.datetime(
        2026, 4, 1, tzinfo=dt.UTC
    )
    assert ORDINARY_NOT_AFTER - ORDINARY_NOT_BEFORE + 1 == 90 * 86_400


def test_ordinary_certificates_are_byte_stable() -> None:
    """On every machine, with every version of every library."""
    built = ordinary_pair().build()
    digests = {
        side: [hashlib.sha256(der).hexdigest() for der in (*chain.presented, chain.anchor)]
        for side, chain in (("client", built.client), ("server", built.server))
    }
    assert digests == SNAPSHOT
    assert ordinary_pair().build() == built


@pytest.mark.parametrize("chain", [ordinary_client_chain(), ordinary_server_chain()])
def test_chains_hang_together(chain: ChainDraft) -> None:
    """Names, signatures and key identifiers, from the leaf to the anchor."""
    built = certificates(chain.build())
    assert len(built) == 3
    for subject, issuer in zip(built, [*built[1:], built[-1]], strict=True):
        subject.verify_directly_issued_by(issuer)
        authority = subject.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        assert authority.value.key_identifier == identifier.value.digest


def test_the_ordinary_chains_verify() -> None:
    """Another library's path validation, for the role of each."""
    built = ordinary_pair().build()
    for side, host in ((built.server, "server.example.com"), (built.client, "")):
        leaf, issuer, anchor = certificates(side)
        builder = PolicyBuilder().store(Store([anchor])).time(AT)
        if host:
            found = builder.build_server_verifier(x509.DNSName(host)).verify(leaf, [issuer])
            assert found == [leaf, issuer, anchor]
        else:
            assert builder.build_client_verifier().verify(leaf, [issuer]).chain[0] == leaf


def test_the_server_leaf_keeps_the_profile() -> None:
    """TLS BR, 7.1.2.7: exactly these extensions, with these flags."""
    leaf = certificates(ordinary_server_chain().build())[0]
    assert [(e.oid.dotted_string, e.critical) for e in leaf.extensions] == [
        ("2.5.29.15", True),
        ("2.5.29.37", False),
        ("2.5.29.35", False),
        ("2.5.29.17", False),
        ("2.5.29.32", False),
        ("1.3.6.1.5.5.7.1.1", False),
        ("2.5.29.31", False),
        ("1.3.6.1.4.1.11129.2.4.2", False),
    ]
    assert leaf.serial_number.bit_length() >= 64
    assert leaf.subject.rfc4514_string() == "C=US"
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in usage] == ["1.3.6.1.5.5.7.3.1"]
    stamps = leaf.extensions.get_extension_for_class(
        x509.PrecertificateSignedCertificateTimestamps
    ).value
    for stamp in stamps:
        logged = stamp.timestamp.replace(tzinfo=dt.UTC)
        assert abs(logged - leaf.not_valid_before_utc) < dt.timedelta(hours=48)


def test_issuers_keep_their_profiles() -> None:
    """TLS BR, 7.1.2.1 and 7.1.2.6; the private issuer has no purposes of its own."""
    _, public, root = certificates(ordinary_server_chain().build())
    _, private, _ = certificates(ordinary_client_chain().build())
    assert "2.5.29.37" in {e.oid.dotted_string for e in public.extensions}
    assert "2.5.29.37" not in {e.oid.dotted_string for e in private.extensions}
    assert "2.5.29.37" not in {e.oid.dotted_string for e in root.extensions}
    days = (root.not_valid_after_utc - root.not_valid_before_utc).days
    assert 2922 <= days <= 9132
    constraints = public.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


def test_purposes_of_issuers_and_leafs_are_parameters() -> None:
    """For a dual issuer, a restricted private one, a leaf of any purposes."""
    dual = ordinary_server_chain("serverAuth", "clientAuth").issuers[0]
    restricted = ordinary_client_chain("clientAuth").issuers[0]
    found = [d.extension("extKeyUsage") for d in (dual, restricted, ordinary_leaf())]
    assert [len(e.value) for e in found if e and isinstance(e.value, bytes)] == [22, 12, 22]
    assert ordinary_leaf("any").extensions[1].value == bytes.fromhex("30060604551d2500")


def test_overrides_survive_the_linking() -> None:
    """A foreign issuer name, a foreign signer, certificates besides."""
    chain = ordinary_client_chain()
    chain.leaf.issuer = name(("CN", "somebody else"))
    chain.signers[0] = "p256-5"
    chain.extra.append(b"extra")
    built = chain.build()
    leaf = x509.load_der_x509_certificate(built.presented[0])
    assert leaf.issuer.rfc4514_string() == "CN=somebody else"
    authority = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert authority.value.key_identifier == key("p256-5").key_identifier
    assert built.presented[2] == b"extra"


def test_a_chain_without_issuers_is_issued_by_the_anchor() -> None:
    """The shortest chain that there is."""
    chain = ordinary_client_chain()
    chain.issuers.clear()
    leaf, anchor = certificates(chain.build())
    leaf.verify_directly_issued_by(anchor)


def test_evidence_names_the_anchors_unless_it_has_them() -> None:
    """An empty list is a statement too."""
    pair = ordinary_pair()
    pair.evidence["client"]["anchors"] = []
    built = pair.build()
    assert built.evidence["client"]["anchors"] == []
    entry = built.evidence["server"]["anchors"][0]
    assert base64.b64decode(entry["certificate"]) == built.server.anchor
    assert "anchors" not in pair.evidence["server"]
    assert built.evidence["at"] == AT.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_copies_are_independent() -> None:
    """Of a chain and of a pair."""
    pair = ordinary_pair()
    pair.copy().client.copy().leaf.drop_extension("extKeyUsage")
    pair.copy().client.leaf.drop_extension("extKeyUsage")
    assert pair.client.leaf.extension("extKeyUsage") is not None


def test_the_forge_stands_on_pure_modules_alone() -> None:
    """No clock, chance, file or network; cryptography (slow to import) only inside functions."""
    found = set()
    for path in Path(forge.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    assert {name for name in found if not name.startswith("mtlspolicy.")} == {
        "__future__",
        "base64",
        "collections.abc",
        "copy",
        "enum",
        "functools",
        "hashlib",
        "ipaddress",
        "operator",
        "typing",
    }
    assert {name for name in found if name.startswith("mtlspolicy.")} <= {
        "mtlspolicy.der",
        "mtlspolicy.der.writer",
        "mtlspolicy.forge",
        "mtlspolicy.records",
        *(f"mtlspolicy.forge.{path.stem}" for path in Path(forge.__file__).parent.glob("*.py")),
    }
