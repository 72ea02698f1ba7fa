"""x509-limbo as the oracle of path processing and names.

Every case is asked two questions: is there a path without faults, and does the leaf present
the expected peer name? Where limbo expects success, both must hold. Where it expects failure,
one must not, unless the reason is a rule of a certificate profile: those cases are listed
below with the rule, and there both must hold, so that a list entry that is no longer needed
fails.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from mtlspolicy.derive.names import match_name
from mtlspolicy.derive.path import Anchor, PathOptions
from mtlspolicy.derive.search import search_paths
from mtlspolicy.facts.read import read_certificate

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

CORPUS: Final = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "limbo.json"
AT: Final = 1_767_225_600
"""2026-01-01T00:00:00Z, for the cases that leave the time open."""

_CRL = "revocation is judged apart from the path"
_AKI = "RFC 5280, 4.2.1.1: authority key identifier (a profile's rule on issuers' practice)"
_ROOT_AKI = "TLS BR 7.1.2.1.3: authority key identifier of a root"
_SKI = "RFC 5280, 4.2.1.2: CA certificates have a subject key identifier"
_EKU = "extended key usage is a question of purpose"
_SERIAL = "RFC 5280, 4.1.2.2: form of the serial number"
_CN = "TLS BR 7.1.4.3: the common name repeats an entry of the subjectAltName"
_SUFFIX = "TLS BR 3.2.2.6: no wildcard directly under a registry's suffix"
_KEY = "TLS BR 6.1.5: weak keys are facts, judged by policies"
_LEAF_CA = "TLS BR 7.1.2.7.8: a subscriber certificate is no CA"

PROFILE: Final = {
    "crl::revoked-certificate-with-crl": _CRL,
    "crl::crlnumber-missing": _CRL,
    "crl::crlnumber-critical": _CRL,
    "crl::issuer-missing-crlsign": _CRL,
    "rfc5280::aki::leaf-missing-aki": _AKI,
    "rfc5280::aki::intermediate-missing-aki": _AKI,
    "rfc5280::aki::cross-signed-root-missing-aki": _AKI,
    "rfc5280::eku::ee-wrong-eku": _EKU,
    "rfc5280::eku::ee-eku-empty": _EKU,
    "rfc5280::nc::permitted-dns-match-noncritical": (
        "RFC 5280, 4.2.1.10: MUST be critical; its twin under webpki expects success"
    ),
    "rfc5280::nc::not-allowed-in-ee-noncritical": "RFC 5280, 4.2.1.10: only in CA certificates",
    "rfc5280::nc::not-allowed-in-ee-critical": "RFC 5280, 4.2.1.10: only in CA certificates",
    "rfc5280::pc::ica-noncritical-pc": "RFC 5280, 4.2.1.11: policy constraints are critical",
    "rfc5280::san::noncritical-with-empty-subject": (
        "RFC 5280, 4.1.2.6: an empty subject needs a critical subjectAltName"
    ),
    "rfc5280::serial::too-long": _SERIAL,
    "rfc5280::serial::zero": _SERIAL,
    "rfc5280::serial::negative": _SERIAL,
    "rfc5280::ski::root-missing-ski": _SKI,
    "rfc5280::ski::intermediate-missing-ski": _SKI,
    "rfc5280::root-non-critical-basic-constraints": (
        "RFC 5280, 4.2.1.9: basicConstraints of a CA is critical"
    ),
    "rfc5280::leaf-ku-keycertsign": "RFC 5280, 4.2.1.9: keyCertSign without cA",
    "webpki::aki::root-with-aki-missing-keyidentifier": _ROOT_AKI,
    "webpki::aki::root-with-aki-authoritycertissuer": _ROOT_AKI,
    "webpki::aki::root-with-aki-authoritycertserialnumber": _ROOT_AKI,
    "webpki::aki::root-with-aki-all-fields": _ROOT_AKI,
    "webpki::aki::root-with-aki-ski-mismatch": _ROOT_AKI,
    "webpki::cn::ipv4-hex-mismatch": _CN,
    "webpki::cn::ipv4-leading-zeros-mismatch": _CN,
    "webpki::cn::ipv6-uppercase-mismatch": _CN,
    "webpki::cn::ipv6-uncompressed-mismatch": _CN,
    "webpki::cn::ipv6-non-rfc5952-mismatch": _CN,
    "webpki::cn::punycode-not-in-san": _CN,
    "webpki::cn::utf8-vs-punycode-mismatch": _CN,
    "webpki::cn::not-in-san": _CN,
    "webpki::cn::case-mismatch": _CN,
    "webpki::eku::ee-anyeku": _EKU,
    "webpki::eku::ee-critical-eku": _EKU,
    "webpki::eku::ee-without-eku": _EKU,
    "webpki::eku::root-has-eku": _EKU,
    "webpki::san::public-suffix-wildcard-san": _SUFFIX,
    "webpki::san::public-suffix-multi-label-wildcard-san": _SUFFIX,
    "webpki::san::public-suffix-private-namespace-wildcard-san": _SUFFIX,
    "webpki::san::san-critical-with-nonempty-subject": (
        "TLS BR 7.1.2.7.12: subjectAltName is not critical where there is a subject"
    ),
    "webpki::forbidden-p192-root": _KEY,
    "webpki::forbidden-p192-leaf": _KEY,
    "webpki::forbidden-dsa-leaf": _KEY,
    "webpki::forbidden-weak-rsa-key-in-root": _KEY,
    "webpki::forbidden-weak-rsa-in-leaf": _KEY,
    "webpki::forbidden-rsa-not-divisible-by-8-in-root": _KEY,
    "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf": _KEY,
    "webpki::ee-basicconstraints-ca": _LEAF_CA,
    "webpki::ca-as-leaf": _LEAF_CA,
}
"""Cases that fail for another reason than path or name: id to the rule."""

KINDS: Final = {"DNS": "dns", "IP": "ip", "RFC822": "email"}


@cache
def cases() -> dict[str, dict[str, Any]]:
    """Return the corpus by id; empty where it is not at hand."""
    if not CORPUS.exists():
        return {}
    return {case["id"]: case for case in json.loads(CORPUS.read_text())["testcases"]}


def read(pem: str) -> Certificate:
    """Read the one certificate of a PEM text."""
    lines = [line for line in pem.splitlines() if not line.startswith("-")]
    return read_certificate(base64.b64decode("".join(lines)))


def faults(case: dict[str, Any]) -> list[str]:
    """Return the codes of the best candidate path, and of the first name that does not match."""
    leaf = read(case["peer_certificate"])
    presented = [leaf, *map(read, case["untrusted_intermediates"])]
    anchors = [Anchor(read(pem), "limbo") for pem in case["trusted_certs"]]
    at = case["validation_time"]
    # RFC 5280, 4.1.2.5 counts whole seconds: a fraction is cut off
    instant = int(dt.datetime.fromisoformat(at).timestamp()) if at else AT
    options = PathOptions(max_path_length=case["max_chain_depth"])
    found = search_paths(presented, (), anchors, options=options)
    codes = min(([f.code for f in c.faults_at(instant)] for c in found.candidates), key=len)
    expected = [*case["expected_peer_names"], case["expected_peer_name"]]
    for name in (name for name in expected if name is not None):
        code = match_name(leaf, KINDS[name["kind"]], name["value"]).code
        if code is not None:
            codes.append(code)
    return codes


@pytest.mark.skipif(not CORPUS.exists(), reason="the x509-limbo corpus is not beside the project")
@pytest.mark.parametrize("name", cases() or ["absent"])
def test_agrees_with_limbo(name: str) -> None:
    """Faults where limbo expects failure, unless a profile's rule is the reason; else none."""
    case = cases()[name]

    found = faults(case)

    if case["expected_result"] == "SUCCESS" or name in PROFILE:
        assert [] == found
    else:
        assert found


@pytest.mark.skipif(not CORPUS.exists(), reason="the x509-limbo corpus is not beside the project")
def test_every_exception_is_a_case() -> None:
    """The table names failures of the corpus and nothing else."""
    failures = {name for name, case in cases().items() if case["expected_result"] == "FAILURE"}

    assert failures >= PROFILE.keys()
