"""Every rule of the three policies, each with a pair that breaks it and an ordinary one.

The ordinary pair keeps every rule of `cabf-strict` and `legacy-dual-use`. Each row changes
one thing; the rule must then fail (or warn), and an enforced one must reject.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

import pytest

from mtlspolicy import Pair, evaluate
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.link import Link, LinkFeature
from mtlspolicy.features.name_defects import EXAMPLES
from mtlspolicy.features.public_key import Key, PublicKeyFeature
from mtlspolicy.features.serial import Serial, SerialFeature
from mtlspolicy.features.signature_algorithm import Signature, SignatureAlgorithmFeature
from mtlspolicy.features.subject import Place
from mtlspolicy.features.version import Version, VersionFeature
from mtlspolicy.forge import extensions as x
from mtlspolicy.forge.names import EMPTY, name
from mtlspolicy.forge.pair import PairDraft, ordinary_pair
from mtlspolicy.loader import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.der.writer import Node
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.features.base import Feature
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec, PolicySpec
    from mtlspolicy.forge.names import Spec
    from mtlspolicy.policies.model import Policy

    Change = Callable[[PairDraft], object]
    LeafChange = Callable[[CertificateDraft], object]

V = TypeVar("V")
DRAFT = "draft-frank-mtls-via-serverauth-extension-00"
DAY = 86_400
DV, OV, IV, EV = "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3", "2.23.140.1.1"
RSA = Key("rsa", 2048, "", 65_537, odd=True, canonical=True)
EXAMPLE_OID = "1.3.6.1.4.1.32473.1"


@cache
def policy(policy_id: str) -> Policy:
    return load_policy(policy_id, enable_proposal=DRAFT if "frank" in policy_id else None)


def decide(policy_id: str, pair: PairDraft) -> Decision:
    built = pair.build()
    context = read_context(built.evidence)
    return evaluate(
        Pair(built.client.presented, built.server.presented), policy(policy_id), context
    )


def outcomes(decision: Decision, rule: str) -> set[str]:
    return {finding.outcome for finding in decision.findings if finding.rule == rule}


# -- ways to change the pair


def server(change: LeafChange) -> Change:
    return lambda pair: change(pair.server.leaf)


def client(change: LeafChange) -> Change:
    return lambda pair: change(pair.client.leaf)


def issuer(change: LeafChange) -> Change:
    return lambda pair: change(pair.server.issuers[0])


def anchor(change: LeafChange) -> Change:
    return lambda pair: change(pair.server.anchor)


def realised(feature: Feature[V], value: V, side: str = "server", position: int = 0) -> Change:
    return lambda pair: feature.realise(value, Place(pair, side, position))


def key(value: Key, position: int = 0) -> Change:
    return realised(PublicKeyFeature(), value, position=position)


def dates(start: str, days: int, extra: int = 0) -> Change:
    """A server leaf that begins at midnight, lasts so many days, and is judged in the middle."""
    from mtlspolicy.instants import format_instant, parse_instant  # noqa: PLC0415

    begin = parse_instant(f"{start}T00:00:00Z")

    def change(pair: PairDraft) -> None:
        leaf = pair.server.leaf
        leaf.not_before, leaf.not_after = begin, begin + days * DAY - 1 + extra
        pair.evidence["at"] = format_instant(begin + days * DAY // 2)

    return change


def names(*specs: GeneralNameSpec, critical: bool = False) -> Change:
    good = ("dns", "server.example.com")
    return server(lambda leaf: leaf.set_names(good, *specs, critical=critical))


def set_on(draft: CertificateDraft, oid: str, value: bytes, *, critical: bool = False) -> None:
    draft.set_extension(oid, value, critical=critical)


def extension(oid: str, value: bytes, *, critical: bool = False) -> Change:
    return server(lambda leaf: set_on(leaf, oid, value, critical=critical))


def without(oid: str) -> Change:
    return server(lambda leaf: leaf.drop_extension(oid))


def critical(oid: str) -> Change:
    return server(made_critical(oid))


def made_critical(oid: str) -> LeafChange:
    def change(draft: CertificateDraft) -> None:
        found = draft.extension(oid)
        assert found is not None
        draft.set_extension(oid, found.value, critical=True)

    return change


def subject(*rdns: Spec, kind: str = DV) -> Change:
    def change(leaf: CertificateDraft) -> None:
        leaf.subject = name(*rdns)
        leaf.set_extension("certificatePolicies", x.certificate_policies(kind))

    return server(change)


def policies(*specs: PolicySpec) -> Change:
    return extension("certificatePolicies", x.certificate_policies(*specs))


def purposes(*listed: str) -> Change:
    return server(lambda leaf: leaf.set_purposes(*listed))


def usage(*bits: str, is_critical: bool = True) -> Change:
    return server(lambda leaf: leaf.set_key_usage(*bits, critical=is_critical))


def both(*changes: Change) -> Change:
    def change(pair: PairDraft) -> None:
        for one in changes:
            one(pair)

    return change


def settings(**values: object) -> Change:
    return lambda pair: pair.evidence.update(settings=values)


def node(tag: int, content: bytes) -> Node:
    from mtlspolicy.der.writer import primitive  # noqa: PLC0415

    return primitive(tag, content)


def at(text: str) -> Change:
    return lambda pair: pair.evidence.update(at=text)


def edit_issuer_empty(leaf: CertificateDraft) -> None:
    from mtlspolicy.der.writer import sequence  # noqa: PLC0415

    leaf.issuer_node = sequence()


def no_extensions(leaf: CertificateDraft) -> None:
    leaf.tbs_edits.append(lambda tbs: tbs.edit("extensions", lambda e: e.with_children(())))


def revoked(pair: PairDraft) -> None:
    from mtlspolicy.forge.revocation import put_status  # noqa: PLC0415

    put_status(pair.server, pair.evidence, "server", "revoked")


def nothing(_: PairDraft) -> None:
    """The ordinary pair breaks the rule already."""


ROWS: dict[str, Change] = {
    # trust
    "path-valid": lambda pair: pair.server.signers.update({0: "p256-7"}),
    "server-name": lambda pair: pair.evidence["server"].update(
        name={"type": "dns", "value": "another.example.com"}
    ),
    "client-name": lambda pair: pair.evidence["client"].update(
        name={"type": "dns", "value": "another.example.com"}
    ),
    "not-revoked": revoked,
    "revocation-known": settings(revocation="required"),
    # validity
    "not-expired": at("2026-06-30T00:00:00Z"),
    "started": at("2026-03-31T23:59:59Z"),
    "dates-in-order": server(lambda leaf: setattr(leaf, "not_after", leaf.not_before - 1)),
    "validity-398-days": dates("2026-03-14", 398, 1),
    "validity-397-days": dates("2026-03-14", 398),
    "validity-200-days": dates("2026-03-15", 200, 1),
    "validity-199-days": dates("2027-03-14", 200),
    "validity-100-days": dates("2027-03-15", 100, 1),
    "validity-99-days": dates("2029-03-14", 100),
    "validity-47-days": dates("2029-03-15", 47, 1),
    "validity-46-days": dates("2029-03-15", 47),
    # purpose
    "eku-present": without("extKeyUsage"),
    "eku-not-critical": critical("extKeyUsage"),
    "eku-not-empty": purposes(),
    "server-auth": purposes("clientAuth"),
    "server-purpose": purposes("clientAuth"),
    "server-issuers": issuer(lambda ca: ca.set_purposes("clientAuth")),
    "eku-forbidden": purposes("serverAuth", "emailProtection"),
    "eku-other": purposes("serverAuth", EXAMPLE_OID),
    "eku-old": both(purposes("emailProtection"), dates("2023-09-14", 90)),
    "eku-old-any": both(purposes("serverAuth", "any"), dates("2023-09-14", 90)),
    "eku-old-other": both(purposes("serverAuth", EXAMPLE_OID), dates("2023-09-14", 90)),
    "dual-purpose": purposes("serverAuth", "clientAuth"),
    "client-auth-forbidden": both(
        purposes("serverAuth", "clientAuth"), settings(forbid_client_auth=True)
    ),
    "client-auth": client(lambda leaf: leaf.set_purposes("serverAuth")),
    "client-issuers": lambda pair: pair.client.issuers[0].set_purposes("serverAuth"),
    "client-key-usage": client(lambda leaf: leaf.set_key_usage("keyEncipherment")),
    # form
    "extension-once": server(
        lambda leaf: leaf.add_extension("keyUsage", x.key_usage("digitalSignature"), critical=True)
    ),
    "extension-recognised": extension("unknown", x.null_value(), critical=True),
    "extensions-not-empty": client(no_extensions),
    "extensions-in-v3": server(lambda leaf: setattr(leaf, "version", 1)),
    "serial-positive": server(lambda leaf: setattr(leaf, "serial", 0)),
    "serial-size": realised(SerialFeature(), Serial(1, 160)),
    "signature-same": realised(
        SignatureAlgorithmFeature(), Signature("ecdsa-sha256", "sha256", same=False)
    ),
    "key-usage-not-empty": usage(),
    "key-sound": key(Key("ec", 256, "secp256r1", canonical=True, sound=False)),
    "san-not-empty": server(lambda leaf: leaf.set_names()),
    "san-names-usable": names(EXAMPLES["ip-length"]),
    "cert-sign-needs-ca": client(
        lambda leaf: leaf.set_key_usage("digitalSignature", "keyCertSign")
    ),
    "form": server(edit_issuer_empty),
    "issuer-named": server(edit_issuer_empty),
    # the profile
    "version-3": realised(VersionFeature(), Version(2, misfit=True)),
    "serial-entropy": realised(SerialFeature(), Serial(1, 55)),
    "no-unique-ids": server(lambda leaf: setattr(leaf, "subject_unique_id", b"\x01")),
    "issuer-name-identical": realised(LinkFeature(), Link(identical=False, fits=True, keyed=True)),
    "backdating": extension(
        "signedCertificateTimestamps",
        x.signed_certificate_timestamps(x.Sct("log", (1_775_001_600 + 2 * DAY + 1) * 1000)),
    ),
    "key-kind": key(Key("ed25519", 256)),
    "key-curve": key(Key("ec", 256, "secp256k1")),
    "rsa-size": key(RSA._replace(bits=2047)),
    "rsa-size-in-octets": key(RSA._replace(bits=2049)),
    "rsa-exponent": key(RSA._replace(exponent=1)),
    "rsa-exponent-range": key(RSA._replace(exponent=3)),
    "rsa-modulus": key(RSA._replace(small_factor=True)),
    "key-encoding": key(RSA._replace(canonical=False)),
    "signature-encoding": realised(SignatureAlgorithmFeature(), Signature("", "sha256", same=True)),
    "signature-sha1": realised(
        SignatureAlgorithmFeature(), Signature("ecdsa-sha1", "sha1", same=True)
    ),
    "signature-hash-fits-curve": realised(
        LinkFeature(), Link(identical=True, fits=False, keyed=True)
    ),
    "key-usage-critical": usage("digitalSignature", is_critical=False),
    "key-usage-present": without("keyUsage"),
    "key-usage-rsa": both(key(RSA), usage("digitalSignature", "keyAgreement")),
    "key-usage-rsa-signs": both(key(RSA), usage("keyEncipherment")),
    "key-usage-rsa-data": both(key(RSA), usage("digitalSignature", "dataEncipherment")),
    "key-usage-rsa-both": both(key(RSA), usage("digitalSignature", "keyEncipherment")),
    "key-usage-ec": usage("keyAgreement"),
    "key-usage-ec-agrees": usage("digitalSignature", "keyAgreement"),
    "san-present": without("subjectAltName"),
    "san-critical": names(critical=True),
    "san-critical-where-alone": client(lambda leaf: setattr(leaf, "subject", EMPTY)),
    "san-types": names(("email", "someone@example.com")),
    "dns-form": names(EXAMPLES["dns-underscore"]),
    "dns-internal": names(EXAMPLES["dns-internal"]),
    "dns-reverse-zone": names(EXAMPLES["dns-reverse-zone"]),
    "dns-wildcard-registry": names(EXAMPLES["dns-wildcard-registry"]),
    "ip-reserved": names(EXAMPLES["ip-reserved"]),
    "cn-absent": subject(("C", "US"), ("CN", "server.example.com")),
    "cn-once": subject(("CN", "server.example.com"), ("CN", "server.example.com")),
    "cn-from-san": subject(("C", "US"), ("CN", "SERVER.example.com")),
    "dv-subject": subject(("C", "US"), ("O", "Example")),
    "iv-subject": subject(("C", "US"), ("L", "Town"), ("SN", "Doe"), kind=IV),
    "ov-subject": subject(("C", "US"), ("O", "Example"), kind=OV),
    "ov-no-person": subject(("C", "US"), ("L", "Town"), ("O", "Example"), ("SN", "Doe"), kind=OV),
    "no-unit": subject(("C", "US"), ("L", "Town"), ("O", "Example"), ("OU", "Unit"), kind=OV),
    "ev-subject": subject(("C", "US"), ("L", "Town"), ("O", "Example"), kind=EV),
    "ev-only": subject(
        ("C", "US"),
        ("L", "Town"),
        ("O", "Example"),
        ("SN", "Doe"),
        ("businessCategory", "Private Organization"),
        ("jurisdictionC", "US"),
        ("serialNumber", "4711"),
        kind=EV,
    ),
    "ev-no-wildcard": both(subject(("C", "US"), kind=EV), names(("dns", "*.example.com"))),
    "ev-strings": subject(("businessCategory", "Company"), kind=EV),
    "ev-organization-id": subject(("organizationIdentifier", "VATDE-1"), kind=EV),
    "ev-organization-id-agrees": both(
        subject(("organizationIdentifier", "VATDE-1"), kind=EV),
        extension("cabfOrganizationIdentifier", x.organization_identifier("VAT", "DE", "2")),
    ),
    "ev-no-address": both(subject(("C", "US"), kind=EV), names(("ip", "198.41.0.4"))),
    "subject-discouraged": subject(
        ("C", "US"), ("L", "Town"), ("postalCode", "1"), ("O", "Example"), kind=OV
    ),
    "subject-form": subject(("O", "Example"), ("C", "US"), ("L", "Town"), kind=OV),
    "subject-strings": subject(("C", "US", "utf8")),
    "subject-placeholder": subject(("C", "US"), ("L", " - "), ("O", "Example"), kind=OV),
    "policies-present": without("certificatePolicies"),
    "policies-not-critical": critical("certificatePolicies"),
    "policies-reserved": policies(EXAMPLE_OID),
    "policies-one-reserved": policies(DV, OV),
    "policies-no-any": policies(DV, "2.5.29.32.0"),
    "policies-reserved-first": policies(EXAMPLE_OID, DV),
    "policies-once": policies(DV, DV),
    "policies-not-empty": policies(),
    "policy-qualifiers": policies((DV, [("notice", "hear")])),
    "policy-qualifiers-absent": policies((DV, [("cps", "https://pki.example.com/")])),
    "aia-present": without("authorityInfoAccess"),
    "aia-not-critical": critical("authorityInfoAccess"),
    "aia-methods": extension(
        "authorityInfoAccess", x.information_access(("caRepository", "http://ca.example.com/"))
    ),
    "aia-locations": extension(
        "authorityInfoAccess", x.information_access(("caIssuers", "https://ca.example.com/"))
    ),
    "aia-issuer": extension(
        "authorityInfoAccess", x.information_access(("ocsp", "http://ocsp.example.com/"))
    ),
    "aki-present": without("authorityKeyIdentifier"),
    "aki-form": critical("authorityKeyIdentifier"),
    "aki-of-issuer": realised(LinkFeature(), Link(identical=True, fits=True, keyed=False)),
    "crldp-present": both(without("cRLDistributionPoints"), without("authorityInfoAccess")),
    "crldp-not-critical": critical("cRLDistributionPoints"),
    "crldp-form": extension(
        "cRLDistributionPoints", x.crl_distribution_points("ldap://crl.example.com/")
    ),
    "crldp-one": extension(
        "cRLDistributionPoints",
        x.crl_distribution_points("http://a.example.com/", "http://b.example.com/"),
    ),
    "not-ca": extension("basicConstraints", x.basic_constraints(ca=True), critical=True),
    "basic-constraints-form": extension("basicConstraints", x.basic_constraints()),
    "no-name-constraints": extension(
        "nameConstraints", x.name_constraints([("dns", "example.com")]), critical=True
    ),
    "no-ski": extension("subjectKeyIdentifier", x.subject_key_identifier(b"\x01")),
    "ski-not-critical": extension(
        "subjectKeyIdentifier", x.subject_key_identifier(b"\x01"), critical=True
    ),
    "sct-form": critical("signedCertificateTimestamps"),
    "no-other-extensions": extension("tlsFeature", x.tls_feature(5)),
    # issuers and roots
    "ca-eku-not-critical": issuer(lambda ca: ca.set_purposes("serverAuth", critical=True)),
    "ca-eku-present": issuer(lambda ca: ca.drop_extension("extKeyUsage")),
    "ca-server-auth": issuer(lambda ca: ca.set_purposes("clientAuth")),
    "ca-eku-forbidden": issuer(lambda ca: ca.set_purposes("serverAuth", "codeSigning")),
    "ca-precert-signing": both(
        issuer(lambda ca: ca.set_purposes("serverAuth", "precertSigning")),
        issuer(lambda ca: setattr(ca, "not_before", 1_773_532_800)),
    ),
    "ca-eku-other": issuer(lambda ca: ca.set_purposes("serverAuth", EXAMPLE_OID)),
    "ca-sha1": realised(
        SignatureAlgorithmFeature(), Signature("ecdsa-sha1", "sha1", same=True), position=1
    ),
    "ca-signature-same": realised(
        SignatureAlgorithmFeature(), Signature("ecdsa-sha256", "sha256", same=False), position=1
    ),
    "ca-signature-encoding": realised(
        SignatureAlgorithmFeature(), Signature("", "sha256", same=True), position=1
    ),
    "ca-basic-constraints": issuer(
        lambda ca: set_on(ca, "basicConstraints", x.basic_constraints(ca=True))
    ),
    "ca-key-usage": issuer(lambda ca: ca.set_key_usage("keyCertSign")),
    "ca-policies": issuer(
        lambda ca: set_on(ca, "certificatePolicies", x.certificate_policies(DV, OV))
    ),
    "ca-key-identifiers": issuer(lambda ca: ca.drop_extension("subjectKeyIdentifier")),
    "ca-key-kind": key(Key("ed25519", 256), position=1),
    "ca-key-curve": key(Key("ec", 256, "secp256k1"), position=1),
    "ca-rsa-size": key(RSA._replace(bits=2047), position=1),
    "ca-rsa-size-in-octets": key(RSA._replace(bits=2049), position=1),
    "ca-key-encoding": key(RSA._replace(canonical=False), position=1),
    "ca-rsa-exponent": key(RSA._replace(exponent=1), position=1),
    "ca-crldp": issuer(lambda ca: ca.drop_extension("cRLDistributionPoints")),
    "ca-policies-not-critical": issuer(made_critical("certificatePolicies")),
    "ca-aki-form": issuer(made_critical("authorityKeyIdentifier")),
    "ca-crldp-not-critical": issuer(made_critical("cRLDistributionPoints")),
    "ca-crldp-form": issuer(
        lambda ca: set_on(ca, "cRLDistributionPoints", x.crl_distribution_points("ldap://c/"))
    ),
    "ca-aia-form": issuer(
        lambda ca: set_on(ca, "authorityInfoAccess", x.information_access(("ocsp", "https://c/")))
    ),
    "ca-aia": issuer(lambda ca: ca.drop_extension("authorityInfoAccess")),
    "ca-subject": issuer(lambda ca: setattr(ca, "subject", name(("C", "US"), ("CN", "CA")))),
    "ca-subject-country": issuer(
        lambda ca: setattr(ca, "subject", name(("C", "ZZ"), ("O", "Example"), ("CN", "CA")))
    ),
    "root-no-eku": anchor(lambda ca: ca.set_purposes("serverAuth")),
    "root-form": anchor(lambda ca: set_on(ca, "basicConstraints", x.basic_constraints(ca=True))),
    "root-validity": anchor(lambda ca: setattr(ca, "not_after", ca.not_before + 2921 * DAY - 1)),
    "root-policies": anchor(
        lambda ca: set_on(ca, "certificatePolicies", x.certificate_policies("2.5.29.32.0"))
    ),
    "root-sha1": both(
        lambda pair: setattr(pair.server.anchor, "algorithm", "ecdsa-sha1"),
        anchor(lambda ca: setattr(ca, "not_before", 1_789_430_400)),
    ),
    # legacy-dual-use and the draft
    "version-known": realised(VersionFeature(), Version(4, misfit=True)),
    "server-san": without("subjectAltName"),
    "leaf-not-ca": extension("basicConstraints", x.basic_constraints(ca=True), critical=True),
    "ec-size": key(Key("ec", 224, "secp224r1")),
    "signature-hash": realised(
        SignatureAlgorithmFeature(), Signature("ecdsa-sha1", "sha1", same=True)
    ),
    "dates-form": server(
        lambda leaf: setattr(leaf, "not_before_node", node(0x18, b"20260401000000Z"))
    ),
    "client-purpose": client(lambda leaf: leaf.set_purposes("serverAuth")),
    "eku-absent": client(lambda leaf: leaf.drop_extension("extKeyUsage")),
    "eku-any": client(lambda leaf: leaf.set_purposes("any")),
    "issuer-eku-any": lambda pair: pair.client.issuers[0].set_purposes("any"),
    "issuer-eku-absent": nothing,
    "server-key-usage": usage("dataEncipherment"),
    "key-usage-signs": usage("keyEncipherment"),
    "client-server-auth": client(lambda leaf: leaf.set_purposes("clientAuth")),
    "server-server-auth": purposes("any"),
    "dual-refused": both(
        client(lambda leaf: leaf.set_purposes("serverAuth", "clientAuth")),
        settings(reject_dual_eku=True),
    ),
    "peer-name-left-out": nothing,
}

OTHERS: dict[tuple[str, str], Change] = {
    ("legacy-dual-use", "rsa-exponent"): key(RSA._replace(exponent=65_536)),
    ("legacy-dual-use", "key-kind"): key(Key("dsa", 2048)),
    ("legacy-dual-use", "rsa-size"): key(RSA._replace(bits=1024)),
    ("draft-frank-s2s-eku-only", "rsa-size"): key(RSA._replace(bits=1024)),
    ("draft-frank-s2s-eku-only", "key-kind"): key(Key("dsa", 2048)),
    ("draft-frank-s2s-eku-only", "client-issuers"): lambda pair: pair.client.issuers[
        0
    ].set_purposes("any"),
    ("draft-frank-s2s-eku-only", "dual-purpose"): client(
        lambda leaf: leaf.set_purposes("serverAuth", "clientAuth")
    ),
}

NEVER_FALSE = {"revocation-known"}
"""Rules that hold or are unknown: evidence that is missing does not make them false."""

POLICIES = ("cabf-strict", "legacy-dual-use", "draft-frank-s2s-eku-only")


def base(policy_id: str) -> PairDraft:
    """The ordinary pair, under the draft with a server's certificate on both sides."""
    pair = ordinary_pair()
    if "frank" in policy_id:
        pair.client.leaf.set_purposes("serverAuth")
    return pair


def all_rules() -> list[tuple[str, str, str]]:
    return [(p, rule.id, rule.mode) for p in POLICIES for rule in policy(p).rules]


@pytest.mark.parametrize("policy_id", POLICIES)
def test_the_ordinary_pair_is_accepted(policy_id: str) -> None:
    decision = decide(policy_id, base(policy_id))
    assert decision, [f.message for f in decision.findings if f.outcome == "fail"]


@pytest.mark.parametrize(("policy_id", "rule", "mode"), all_rules())
def test_each_rule_is_broken_by_its_row(policy_id: str, rule: str, mode: str) -> None:
    pair = base(policy_id)
    change = OTHERS.get((policy_id, rule)) or ROWS[rule]
    change(pair)
    decision = decide(policy_id, pair)
    if rule in NEVER_FALSE:
        assert "unknown" in outcomes(decision, rule)
        assert decision.judged.verdict == "indeterminate"
        return
    assert ("fail" if mode == "enforce" else "warn") in outcomes(decision, rule)
    if mode == "enforce":
        assert decision.judged.verdict == "reject"


@pytest.mark.parametrize(("policy_id", "rule", "mode"), all_rules())
def test_each_rule_is_kept_by_the_ordinary_pair(policy_id: str, rule: str, mode: str) -> None:
    broken = outcomes(decide(policy_id, base(policy_id)), rule) & {"fail", "warn", "unknown"}
    always = {"peer-name-left-out", "issuer-eku-absent"}
    assert not broken or (mode == "warn" and rule in always)


# -- boundaries and judgements that the table does not show


@pytest.mark.parametrize(
    ("start", "days", "accepted"),
    [
        ("2026-03-14", 398, True),
        ("2026-03-15", 200, True),
        ("2026-03-15", 201, False),
        ("2027-03-14", 200, True),
        ("2027-03-15", 200, False),
        ("2027-03-15", 100, True),
        ("2029-03-14", 100, True),
        ("2029-03-15", 100, False),
        ("2029-03-15", 47, True),
    ],
)
def test_the_schedule_changes_at_midnight(start: str, days: int, accepted: bool) -> None:  # noqa: FBT001
    pair = ordinary_pair()
    dates(start, days)(pair)
    pair.server.leaf.drop_extension("signedCertificateTimestamps")
    for draft in (pair.client.leaf, pair.server.anchor, pair.client.anchor):
        draft.not_before, draft.not_after = 1_704_067_200, 2_335_219_199
    assert bool(decide("cabf-strict", pair)) == accepted


def test_a_reverse_zone_was_allowed_until_its_date() -> None:
    pair = ordinary_pair()
    names(EXAMPLES["dns-reverse-zone"])(pair)
    pair.server.leaf.not_before = 1_773_532_799  # 2026-03-14T23:59:59Z
    assert outcomes(decide("cabf-strict", pair), "dns-reverse-zone") == {
        "not_applicable",
        "not_effective",
    }


@pytest.mark.parametrize(
    ("days", "start", "needed"), [(7, "2026-03-15", False), (8, "2026-03-15", True)]
)
def test_a_short_lived_certificate_needs_no_revocation_pointer(
    days: int,
    start: str,
    needed: bool,  # noqa: FBT001
) -> None:
    pair = ordinary_pair()
    dates(start, days)(pair)
    pair.server.leaf.drop_extension("cRLDistributionPoints")
    only = x.information_access(("caIssuers", "http://ca.example.com/"))
    pair.server.leaf.set_extension("authorityInfoAccess", only)
    assert ("fail" in outcomes(decide("cabf-strict", pair), "crldp-present")) == needed


def test_a_private_client_is_not_held_to_the_profile() -> None:
    """Another leaf than a public TLS one gets RFC 5280, purpose and key usage."""
    pair = ordinary_pair()
    pair.client.leaf.key = "ed25519-0"
    pair.client.leaf.not_after = pair.client.leaf.not_before + 3 * 365 * DAY
    assert decide("cabf-strict", pair)


@pytest.mark.parametrize(
    "change",
    [
        lambda leaf: leaf.set_purposes("clientAuth", "serverAuth"),
        lambda leaf: leaf.set_extension("certificatePolicies", x.certificate_policies(OV)),
    ],
    ids=["serverAuth", "reserved policy"],
)
def test_a_public_client_is_held_to_the_profile(change: LeafChange) -> None:
    pair = ordinary_pair()
    change(pair.client.leaf)
    decision = decide("cabf-strict", pair)
    assert not decision
    assert "fail" in outcomes(decision, "aia-present")


def test_key_encipherment_alone_warns_on_the_server_and_rejects_on_the_client() -> None:
    pair = ordinary_pair()
    key(RSA)(pair)
    usage("keyEncipherment")(pair)
    decision = decide("cabf-strict", pair)
    assert decision
    assert "warn" in outcomes(decision, "key-usage-rsa-signs")
    pair.client.leaf.set_key_usage("keyEncipherment")
    assert decide("cabf-strict", pair).primary == "key_usage.no_digital_signature"


def test_dual_purpose_is_allowed_today_and_the_warning_names_whose_ban_comes() -> None:
    pair = ordinary_pair()
    purposes("serverAuth", "clientAuth")(pair)
    decision = decide("cabf-strict", pair)
    assert decision
    (finding,) = [f for f in decision.findings if f.rule == "dual-purpose" and f.outcome == "warn"]
    assert finding.remedy is not None
    assert "chrome-root-program" in finding.remedy
    assert "2027-03-15" in finding.remedy


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("absent_eku", lambda leaf: leaf.drop_extension("extKeyUsage")),
        ("any_eku", lambda leaf: leaf.set_purposes("any")),
    ],
)
def test_legacy_settings_turn_what_is_not_portable(setting: str, change: LeafChange) -> None:
    pair = ordinary_pair()
    change(pair.client.leaf)
    assert decide("legacy-dual-use", pair)
    pair.evidence["settings"] = {setting: "refuse"}
    assert decide("legacy-dual-use", pair).primary == "eku.client_auth_missing"


def test_the_draft_takes_a_dual_certificate_and_the_baseline_does_not_take_a_single_one() -> None:
    pair = base("draft-frank-s2s-eku-only")
    assert not decide("legacy-dual-use", pair)
    decision = decide("draft-frank-s2s-eku-only", pair)
    assert decision
    assert [o["id"] for o in decision.obligations] == [
        "identity_not_forwarded",
        "peer_name_checked",
    ]
    pair.client.leaf.set_purposes("serverAuth", "clientAuth")
    assert decide("draft-frank-s2s-eku-only", pair)
