"""Crowds: chains, cross-certificates, names and constraints so many that a bound ends the work.

Every bound has its code, and beside it a case that stays within the bound and is accepted.
Certificates are as small as they can be, so that the suite stays easy to download.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "crowd": Flag(
        text="there is more of something than anybody needs",
        bug="takes as long as the peer likes, or accepts what it has not looked at",
    ),
    "within": Flag(
        text="there is much of something, and it stays within the bounds of this engine",
        bug="gives up where there is an answer; bounds of one's own may be lower",
    ),
    "new-key": Flag(
        text="a key is of a type newer than the reader",
        bug="takes for verified what it cannot verify, or refuses what nobody asked it to verify",
    ),
}

SPACE: Final = Namespace(
    "crowds", "so many certificates or names that a bound ends the work", NOTES
)
NAMESPACES: Final = (SPACE,)

_KEY: Final = "ed25519-0"
_MOST: Final = limits.MAX_CHAIN_CERTIFICATES


def _authority(title: str, key: str = _KEY, *, serial: int | None = None) -> CertificateDraft:
    draft = CertificateDraft(subject=name(("CN", title)), key=key, serial=serial)
    value = extensions.basic_constraints(ca=True)
    draft.set_extension("basicConstraints", value, critical=True)
    return draft


def _issued(subject: CertificateDraft, issuer: CertificateDraft) -> bytes:
    return subject.build(issuer.key, issuer.subject_tree())


def _present(
    draft: CaseDraft, issuer: CertificateDraft, others: list[bytes], anchor: CertificateDraft
) -> None:
    """Present the client's leaf, issued by `issuer`, with `others`, as far as a chain goes."""
    draft.client.leaf.drop_extension("authorityKeyIdentifier")
    chain = [_issued(draft.client.leaf, issuer), *others]
    side = draft.evidence["client"]
    side["anchors"] = [{"certificate": _text(_issued(anchor, anchor))}]
    if len(chain) > _MOST:
        side["intermediates"] = [_text(der) for der in chain[_MOST:]]
    draft.presented["client"] = chain[:_MOST]


def _text(der: bytes) -> str:
    return base64.b64encode(der).decode("ascii")


def _invalid(*codes: str) -> Expectation:
    return reject("path.invalid", reasons={"client": sorted(f"path.{code}" for code in codes)})


# -- long chains


def _ladder(draft: CaseDraft, issuers: int) -> None:
    """Stand the leaf under so many issuers, each under the next, and those under the anchor."""
    drafts = [_authority(f"CA {number}") for number in range(issuers)]
    anchor = _authority("CA", "ed25519-1")
    above = [*drafts[1:], anchor]
    others = [_issued(one, by) for one, by in zip(drafts, above, strict=True)]
    _present(draft, drafts[0], others, anchor)


@SPACE.case("within", traces=("DESIGN:10",), neighbour="a-path-of-a-hundred-and-one")
def a_path_of_a_hundred(draft: CaseDraft) -> None:
    """A leaf and ninety-nine issuers under an anchor, every one of them in order."""
    _ladder(draft, _MOST - 1)
    draft.expect(LEGACY, accept())


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="a-path-of-a-hundred")
def a_path_of_a_hundred_and_one(draft: CaseDraft) -> None:
    """One issuer more than a path may have, known from elsewhere: the path is not followed."""
    _ladder(draft, _MOST)
    draft.expect(LEGACY, _invalid("budget_length"))


# -- cross-certificates


def _crossed(draft: CaseDraft, anchor: CertificateDraft) -> None:
    """Let two authorities certify each other, as often as a chain can hold."""
    one, two = _authority("one"), _authority("two", "ed25519-1")
    others = []
    for serial in range(1, _MOST // 2):
        others.append(_issued(_authority("one", serial=serial), two))
        others.append(_issued(_authority("two", "ed25519-1", serial=serial), one))
    _present(draft, one, others, anchor)


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="cross-certificates-to-an-anchor")
def cross_certificates_to_nowhere(draft: CaseDraft) -> None:
    """A hundred cross-certificates between two names, of which none is an anchor's."""
    _crossed(draft, _authority("three", "p256-9"))
    draft.expect(LEGACY, _invalid("budget_steps", "loop"))


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="cross-certificates-to-nowhere")
def cross_certificates_to_an_anchor(draft: CaseDraft) -> None:
    """The same hundred, and one of the two is an anchor: they do not hide the good path."""
    _crossed(draft, _authority("two", "ed25519-1"))
    draft.expect(LEGACY, accept())


# -- candidates, signatures


def _expired(draft: CaseDraft, count: int, *, good: bool) -> None:
    """Give one authority so many certificates that have expired, and one that has not."""
    anchor = _authority("two", "ed25519-1")
    others = []
    for serial in range(1, count + 1):
        old = _authority("one", serial=serial)
        old.not_after = old.not_before + serial
        others.append(_issued(old, anchor))
    if good:
        others.append(_issued(_authority("one"), anchor))
    _present(draft, _authority("one"), others, anchor)


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="candidates-within-the-bound")
def candidates_beyond_the_bound(draft: CaseDraft) -> None:
    """Every candidate that is looked at has expired; there may be a good one among the others."""
    _expired(draft, limits.MAX_CANDIDATE_PATHS + 1, good=False)
    draft.expect(LEGACY, _invalid("budget_candidates", "expired"))


@SPACE.case("within", traces=("DESIGN:10",), neighbour="candidates-beyond-the-bound")
def candidates_within_the_bound(draft: CaseDraft) -> None:
    """The last of as many candidates as are looked at is good."""
    _expired(draft, limits.MAX_CANDIDATE_PATHS - 2, good=True)
    draft.expect(LEGACY, accept())


def _twins(draft: CaseDraft, count: int, *, good: bool) -> None:
    """Give one name so many keys that have not made the signature, and one that has."""
    anchor = _authority("anchor", "ed25519-1")
    others = []
    for number in range(count):
        twin = _authority("twin", serial=number + 1)
        # RFC 8410, 4: any 32 octets stand for an Ed25519 key
        octets = hashlib.sha256(b"twin %d" % number).digest()
        algorithm = writer.sequence(writer.oid("1.3.101.112"))
        twin.spki_der = writer.sequence(algorithm, writer.bit_string(octets)).encode()
        others.append(_issued(twin, anchor))
    if good:
        others.append(_issued(_authority("twin"), anchor))
    _present(draft, _authority("twin"), others, anchor)


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="signatures-within-the-bound")
def signatures_beyond_the_bound(draft: CaseDraft) -> None:
    """One more key of the issuer's name than are tried; none of them has signed."""
    _twins(draft, limits.MAX_SIGNATURE_CHECKS + 1, good=False)
    draft.expect(LEGACY, _invalid("budget_signatures"))


@SPACE.case("within", traces=("DESIGN:10",), neighbour="signatures-beyond-the-bound")
def signatures_within_the_bound(draft: CaseDraft) -> None:
    """Ninety-five keys of the issuer's name have not signed the leaf, and the last one has."""
    _twins(draft, 95, good=True)
    draft.expect(LEGACY, accept())


# -- names and constraints


def _many(draft: CaseDraft, names: int, constraints: int) -> None:
    """Give the leaf so many names, and its issuer so many constraints on other ones."""
    if constraints:
        value = extensions.name_constraints(None, [("dns", "x.y")] * constraints)
        draft.client.issuers[0].set_extension("nameConstraints", value, critical=True)
    others = [("dns", "a.b")] * (names - 1)
    draft.client.leaf.set_names(("dns", "client.example.com"), *others)


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="names-under-constraints-within")
def names_under_constraints_beyond(draft: CaseDraft) -> None:
    """Six hundred names under five hundred constraints: not all of them are compared."""
    _many(draft, 600, 500)
    draft.expect(LEGACY, _invalid("budget_names"))


@SPACE.case("within", traces=("DESIGN:10",), neighbour="names-under-constraints-beyond")
def names_under_constraints_within(draft: CaseDraft) -> None:
    """A hundred names under five hundred constraints are all compared, and none is excluded."""
    _many(draft, 100, 500)
    draft.expect(LEGACY, accept())


@SPACE.case("within", traces=("DESIGN:10",), neighbour="names-under-constraints-beyond")
def ten_thousand_constraints(draft: CaseDraft) -> None:
    """One name under ten thousand constraints."""
    _many(draft, 1, limits.MAX_NAMES)
    draft.expect(LEGACY, accept())


@SPACE.case("crowd", traces=("DESIGN:10",), neighbour="ten-thousand-names")
def ten_thousand_names_and_one(draft: CaseDraft) -> None:
    """One alternative name more than are read: a code of its own, not a cut list."""
    _many(draft, limits.MAX_NAMES + 1, 0)
    draft.expect(LEGACY, reject("limit.names", "path.invalid"))


@SPACE.case("within", traces=("DESIGN:10",), neighbour="ten-thousand-names-and-one")
def ten_thousand_names(draft: CaseDraft) -> None:
    """As many alternative names as are read."""
    _many(draft, limits.MAX_NAMES, 0)
    draft.expect(LEGACY, accept())


# -- shapes and keys


@SPACE.case("crowd", traces=("RFC5280:6.1",), neighbour="cross-certificates-to-an-anchor")
def the_leaf_as_its_own_intermediate(draft: CaseDraft) -> None:
    """The leaf is presented twice, and nobody who could have issued it."""
    leaf = draft.client.build().presented[0]
    draft.presented["client"] = [leaf, leaf]
    draft.expect(LEGACY, _invalid("issuer_missing"))


@SPACE.case("crowd", traces=("RFC5280:6.1",), neighbour="the-leaf-as-its-own-intermediate")
def the_leaf_twice_in_a_good_chain(draft: CaseDraft) -> None:
    """The leaf is presented twice, and its issuer after it: what is there too often is harmless."""
    leaf, *issuers = draft.client.build().presented
    draft.presented["client"] = [leaf, leaf, *issuers]
    draft.expect(LEGACY, accept())


def _post_quantum() -> bytes:
    """Return a key for ML-DSA-44 (RFC 9881, 2: 1,312 octets)."""
    algorithm = writer.sequence(writer.oid("2.16.840.1.101.3.4.3.17"))
    octets = hashlib.shake_128(b"ML-DSA-44").digest(1_312)
    return writer.sequence(algorithm, writer.bit_string(octets)).encode()


@SPACE.case("new-key", traces=("RFC5280:6.1.3 (a)(1)",), neighbour="leaf-with-a-newer-key")
def issuer_with_a_newer_key(draft: CaseDraft) -> None:
    """The issuing CA is certified for ML-DSA, with which this engine verifies nothing."""
    draft.client.issuers[0].spki_der = _post_quantum()
    draft.client.issuers[0].drop_extension("subjectKeyIdentifier")
    draft.expect(LEGACY, _invalid("key_unsupported"))


@SPACE.case("new-key", traces=("RFC5280:6.1.3 (a)(1)",), neighbour="issuer-with-a-newer-key")
def leaf_with_a_newer_key(draft: CaseDraft) -> None:
    """The leaf's own key is for ML-DSA: TLS will use it, and the path does not."""
    draft.client.leaf.spki_der = _post_quantum()
    draft.expect(LEGACY, accept())
