"""x509-limbo cases: replayed against this engine, and our own suite written as such cases.

A limbo case judges one side. The other side is an ordinary certificate of this product's
forge, which stands as one's own. What a case asks of the leaf (purposes, key usage, names)
becomes settings and evidence. Three things that limbo asks have no word in policies, so a
profile here is its policy and, once that has accepted, `_beyond`: the number of a revocation
list, of which only the status that follows is asked about, and two rows on the anchor's
authority key identifier, which depend on the name and the key of the anchor itself.

This module knows limbo's form (version 1). It must not know how results are shown.
"""

from __future__ import annotations

import base64
from datetime import datetime
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical, limits, resources
from mtlspolicy.derive.distinguished import canonical as canonical_name
from mtlspolicy.derive.path import Anchor, PathOptions
from mtlspolicy.derive.search import search_paths
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.errors import DocumentError, Fault, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.evidence.context import AnchorEvidence, Context, Pair, PeerName, SideEvidence
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    Certificate,
    SubjectKeyIdentifier,
    Unreadable,
)
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.facts.strict import Parts, read_strictly
from mtlspolicy.forge.pair import ordinary_leaf, ordinary_server_chain
from mtlspolicy.instants import format_instant
from mtlspolicy.loader import load_policy
from mtlspolicy.records import dataclass
from mtlspolicy.suite.build import LIMBO_EXCEPTIONS
from mtlspolicy.suite.run import Exceptions, Result, excepted, read_exceptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mtlspolicy.derive.path import CandidatePath
    from mtlspolicy.suite.model import Case

__all__ = [
    "UNDATED",
    "LimboCase",
    "export",
    "is_limbo",
    "known_divergences",
    "read_limbo",
    "run_limbo",
]

UNDATED: Final = 1_767_225_600
"""2026-01-01T00:00:00Z, at which cases are judged that leave the time open."""

_KINDS: Final = {"DNS": "dns", "IP": "ip", "RFC822": "email"}
_PURPOSES: Final = ("serverAuth", "clientAuth")
_SKI, _NUMBER, _AKI = "2.5.29.14", "2.5.29.20", "2.5.29.35"
_EXTENSIONS: Final = 0xA0
"""The tag of crlExtensions (RFC 5280, 5.1)."""


# -- limbo's form

_TEXTS: Final = check.listed(check.TEXT)
_NAME: Final = check.record({"kind": check.word(*_KINDS), "value": check.TEXT}, "kind", "value")
_CASE: Final = check.record(
    {
        "id": check.TEXT,
        "validation_kind": check.word("CLIENT", "SERVER"),
        "trusted_certs": _TEXTS,
        "untrusted_intermediates": _TEXTS,
        "peer_certificate": check.TEXT,
        "validation_time": check.either_null(check.TEXT),
        "signature_algorithms": _TEXTS,
        "key_usage": _TEXTS,
        "extended_key_usage": _TEXTS,
        "expected_result": check.word("SUCCESS", "FAILURE"),
        "expected_peer_name": check.either_null(_NAME),
        "expected_peer_names": check.listed(_NAME),
        "max_chain_depth": check.either_null(check.whole(0, 10_000)),
        "crls": _TEXTS,
    },
    "id",
    "validation_kind",
    "trusted_certs",
    "untrusted_intermediates",
    "peer_certificate",
    "signature_algorithms",
    "key_usage",
    "extended_key_usage",
    "expected_result",
    "expected_peer_names",
    closed=False,
)
_FILE: Final = check.record(
    {"version": check.whole(1, 1), "testcases": check.listed(_CASE)},
    "version",
    "testcases",
    closed=False,
)


def is_limbo(text: bytes) -> bool:
    """Say whether a vectors file has limbo's shape: an object with `testcases`."""
    try:
        document = canonical.loads(text, "the vectors file")
    except DocumentError:  # whoever reads it as a suite says what is wrong with it
        return False
    return isinstance(document, dict) and "testcases" in document


@dataclass(frozen=True, slots=True)
class LimboCase:
    """One limbo case: the bytes, and what is asked.

    `names`: every name that the leaf has to present. `at` is None where the case leaves
    the time open. `asks` are words of what no profile here can judge.
    """

    id: str
    side: str
    leaf: bytes
    intermediates: tuple[bytes, ...]
    anchors: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    names: tuple[PeerName, ...]
    at: int | None
    settings: Mapping[str, Any]
    expected: str
    asks: tuple[str, ...]

    @property
    def profile(self) -> str:
        """The policy that stands for the case's namespace."""
        return "limbo-webpki" if self.id.startswith("webpki::") else "limbo-rfc5280"


def read_limbo(text: str | bytes, name: str = "the limbo file") -> list[LimboCase]:
    """Return the cases of a limbo file; SuiteError for every fault of its form."""
    document = canonical.loads(text, name)
    faults = tuple(_FILE(document, ""))
    if faults:
        message = f"{name} is no limbo file: {faults[0].message} at `{faults[0].pointer or '/'}`"
        raise SuiteError(message, faults=faults)
    return [_read(entry) for entry in document["testcases"]]


def _read(entry: Mapping[str, Any]) -> LimboCase:
    try:
        return _case(entry)
    except (ValueError, OverflowError) as error:
        message = f"the limbo case `{entry['id']}` cannot be read: {error}"
        raise SuiteError(message, faults=(Fault("", message),)) from None


def _case(entry: Mapping[str, Any]) -> LimboCase:
    asked = [*entry["expected_peer_names"]]
    if entry.get("expected_peer_name") is not None:
        asked.append(entry["expected_peer_name"])
    purposes, bits = entry["extended_key_usage"], entry["key_usage"]
    asks = [f"the purpose {purpose}" for purpose in purposes if purpose not in _PURPOSES]
    asks += ["several purposes"] if len(purposes) > 1 else []
    asks += [f"the key usage {bit}" for bit in bits if bit != "digitalSignature"]
    asks += [f"the signature algorithm {name}" for name in entry["signature_algorithms"]]
    settings: dict[str, Any] = {"digital_signature": "digitalSignature" in bits}
    if purposes:
        settings["purpose"] = purposes[0]
    if entry.get("max_chain_depth") is not None:
        settings["max_chain_depth"] = min(entry["max_chain_depth"], limits.MAX_CHAIN_CERTIFICATES)
    return LimboCase(
        id=entry["id"],
        side="server" if entry["validation_kind"] == "SERVER" else "client",
        leaf=_der(entry["peer_certificate"]),
        intermediates=tuple(map(_der, entry["untrusted_intermediates"])),
        anchors=tuple(map(_der, entry["trusted_certs"])),
        crls=tuple(map(_der, entry.get("crls", ()))),
        names=tuple(PeerName(_KINDS[name["kind"]], name["value"]) for name in asked),
        at=_instant(entry.get("validation_time")),
        settings=settings,
        expected=entry["expected_result"],
        asks=tuple(asks),
    )


def _instant(text: str | None) -> int | None:
    """Return whole seconds: a fraction is cut off (RFC 5280, 4.1.2.5 counts whole ones)."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"the time `{text}` has no zone"
        raise ValueError(message)
    return int(moment.timestamp() // 1)


def _der(pem: str) -> bytes:
    """Return the octets of a PEM text, whatever they are."""
    lines = (line.strip() for line in pem.splitlines())
    body = "".join(line for line in lines if line and not line.startswith("-"))
    return base64.b64decode(body, validate=True)


# -- running


def run_limbo(
    cases: Sequence[LimboCase],
    known: Exceptions,
    *,
    progress: Callable[[int], None] | None = None,
) -> list[Result]:
    """Run the cases and return one result each; `progress` is told how many are done.

    An answer that is not the expected one fails, unless `known` has it; so does a known
    divergence that is none.
    """
    results = []
    for number, case in enumerate(cases, 1):
        results.append(excepted(_result(case), known))
        if progress is not None:
            progress(number)
    return results


def _result(case: LimboCase) -> Result:
    if case.asks:
        actual, outcome = "SKIPPED", "skipped"
        problems = [f"the profile judges nothing about {case.asks[0]}"]
    else:
        actual = "SUCCESS" if _holds(case) else "FAILURE"
        outcome = "passed" if actual == case.expected else "failed"
        problems = [] if outcome == "passed" else [f"{actual} instead of {case.expected}"]
    return Result(
        id=case.id,
        policy=case.profile,
        outcome=outcome,
        expected=case.expected,
        actual=actual,
        problems=tuple(problems),
    )


def _holds(case: LimboCase) -> bool:
    """Say whether the profile accepts the leaf for each name that is asked for, or for none."""
    at = UNDATED if case.at is None else case.at
    policy = load_policy(case.profile)
    pair = _paired(case.side, (case.leaf, *case.intermediates))
    names: tuple[PeerName | None, ...] = case.names or (None,)
    if not all(evaluate(pair, policy, _context(case, at, name)) for name in names):
        return False
    return all(map(_numbered, case.crls)) and any(_beyond(case, path) for path in _paths(case, at))


def _context(case: LimboCase, at: int, name: PeerName | None) -> Context:
    side = SideEvidence(
        name=name,
        anchors=tuple(AnchorEvidence(der) for der in case.anchors),
        crls=case.crls,
    )
    return _alone(case.side, side, at, case.settings)


def _alone(role: str, side: SideEvidence, at: int, settings: Mapping[str, Any]) -> Context:
    """Return the evidence for judging the side `role` alone."""
    if role == "server":
        return Context(at=at, perspective="client", settings=settings, server=side)
    return Context(at=at, perspective="server", settings=settings, client=side)


def _paired(role: str, chain: tuple[bytes, ...]) -> Pair:
    """Return the pair of a judged chain and one's own."""
    if role == "server":
        return Pair(client=_own_chain(), server=chain)
    return Pair(client=chain, server=_own_chain())


# -- what a profile has beyond its policy


def _paths(case: LimboCase, at: int) -> Iterator[CandidatePath]:
    """Yield the paths without faults that are no deeper than the case allows."""
    presented = [read_certificate(der) for der in (case.leaf, *case.intermediates)]
    anchors = [Anchor(read_certificate(der), "limbo") for der in case.anchors]
    options = PathOptions(max_path_length=case.settings.get("max_chain_depth"))
    found = search_paths(presented, (), anchors, options=options)
    return (path for path in found.candidates if path.anchor and not path.faults_at(at))


def _beyond(case: LimboCase, path: CandidatePath) -> bool:
    """Say whether the anchor's authority key identifier is as the profile has it.

    RFC 5280, 4.2.1.1: only a self-signed certificate may be without one. TLS BR 7.1.2.1.3:
    that of a root is its own subject key identifier.
    """
    if path.is_pinned or path.anchor is None:
        return True
    anchor = path.anchor.certificate
    found = anchor.find(_AKI)
    if not isinstance(found, AuthorityKeyIdentifier):
        return found is None and _self_issued(anchor)
    own = anchor.find(_SKI)
    if case.profile != "limbo-webpki" or not isinstance(own, SubjectKeyIdentifier):
        return True
    return not _self_issued(anchor) or found.key_identifier == own.key_identifier


def _self_issued(certificate: Certificate) -> bool:
    issuer, subject = certificate.issuer, certificate.subject
    return (
        not isinstance(issuer, Unreadable)
        and not isinstance(subject, Unreadable)
        and canonical_name(issuer) == canonical_name(subject)
    )


def _numbered(crl: bytes) -> bool:
    """Say whether a revocation list has a number that is not critical (RFC 5280, 5.2.3)."""
    return read_strictly(crl, _read_number) is True


def _read_number(outer: Parts) -> bool:
    parts = outer.within(outer.take(0x30, "tbsCertList"), "tbsCertList")
    while parts.more() and parts.tag() != _EXTENSIONS:
        parts.take(parts.tag(), "")
    if not parts.more():
        return False
    listed = parts.inside(_EXTENSIONS, "crlExtensions").extensions("")
    return [e.critical for e in listed if e.oid == _NUMBER] == [False]


@cache
def _own_chain() -> tuple[bytes, ...]:
    """Return the chain of the side that is not judged: for both purposes, with its root.

    It has no issuer between them, so that no bound on their number is of any interest.
    """
    chain = ordinary_server_chain(*_PURPOSES)
    chain.leaf = ordinary_leaf(*_PURPOSES)
    chain.issuers = []
    built = chain.build()
    return (*built.presented, built.anchor)


def known_divergences() -> Exceptions:
    """Return the known divergences that are shipped with the vectors."""
    return read_exceptions(resources.read(f"vectors/{LIMBO_EXCEPTIONS}"), LIMBO_EXCEPTIONS)


# -- our own suite as limbo cases

_BASIS: Final = "legacy-dual-use"
"""The policy whose verdict on one side is the expected result: RFC 5280 as deployed."""


def export(cases: Iterable[Case]) -> dict[str, Any]:
    """Return a limbo document with one case for each role of each case that limbo can say.

    The expected result is what `legacy-dual-use` with its defaults answers about that side
    alone; an indeterminate is no success. Left out: chains without a leaf, sides without
    anchors, what the caller vouches for, OCSP, and names that limbo has no kind for.
    """
    written = (_exported(case, role) for case in cases for role in ("server", "client"))
    return {"version": 1, "testcases": [entry for entry in written if entry is not None]}


def _exported(case: Case, role: str) -> dict[str, Any] | None:
    context = read_context(case.evidence)
    side = context.of(role)
    chain = case.server if role == "server" else case.client
    named = role == "server"
    if (
        not chain
        or side.anchors is None
        or context.asserted
        or side.ocsp
        or (named and (side.name is None or side.name.type not in _KINDS.values()))
    ):
        return None
    alone = _alone(role, side, context.at, {})
    accepted = bool(evaluate(_paired(role, chain), load_policy(_BASIS), alone))
    name = _written_name(side.name) if named and side.name is not None else None
    return {
        "id": f"mtlspolicy::{case.id}::{role}",
        "conflicts_with": [],
        "features": ["has-crl"] if side.crls else [],
        "importance": "undetermined",
        "description": f"{case.description} Judged: the {role}, under `{_BASIS}`.",
        "validation_kind": role.upper(),
        "trusted_certs": [_pem("CERTIFICATE", one.certificate) for one in side.anchors],
        "untrusted_intermediates": [
            _pem("CERTIFICATE", der) for der in (*chain[1:], *side.intermediates)
        ],
        "peer_certificate": _pem("CERTIFICATE", chain[0]),
        "peer_certificate_key": None,
        "validation_time": format_instant(context.at),
        "signature_algorithms": [],
        "key_usage": [],
        "extended_key_usage": ["serverAuth" if role == "server" else "clientAuth"],
        "expected_result": "SUCCESS" if accepted else "FAILURE",
        "expected_peer_name": name,
        "expected_peer_names": [],
        "max_chain_depth": None,
        "crls": [_pem("X509 CRL", der) for der in side.crls],
    }


def _written_name(name: PeerName) -> dict[str, str]:
    kinds = {ours: theirs for theirs, ours in _KINDS.items()}
    return {"kind": kinds[name.type], "value": name.value}


def _pem(label: str, der: bytes) -> str:
    lines = wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----")) + "\n"
