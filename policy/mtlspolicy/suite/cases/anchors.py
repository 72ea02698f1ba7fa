"""Sets of anchors: doubled, contradictory, broken, in several groups, and none that fits.

What an anchor may be for itself is in `paths`; here several stand beside each other.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.der.writer import Node
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.cases.systems import ACCOUNT, bot
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "beside": Flag(
        text="an anchor that is of no use stands beside one that is",
        bug="takes the first anchor of a name, or gives up at one that is broken",
    ),
    "useless": Flag(
        text="anchors look as if the chain led to them, and it does not",
        bug="trusts by name, or by key, instead of both",
    ),
    "groups": Flag(
        text="one certificate is an anchor of several groups",
        bug="forgets one of the groups, or mixes them up",
    ),
}

SPACE: Final = Namespace("anchors", "sets of anchors", NOTES)
NAMESPACES: Final = (SPACE,)

_RFC: Final = ("RFC5280:6.1.1",)


def _root(draft: CaseDraft) -> CertificateDraft:
    """Return another draft of the client's root."""
    return draft.client.anchor.copy()


def _trust(draft: CaseDraft, *ders: bytes, groups: tuple[str, ...] = ()) -> None:
    """Let the client's chain lead to these certificates, in this order."""
    listed: list[dict[str, Any]] = [
        {"certificate": base64.b64encode(der).decode("ascii")} for der in ders
    ]
    for anchor, group in zip(listed, groups, strict=False):
        anchor["group"] = group
    draft.evidence["client"]["anchors"] = listed


def _right(draft: CaseDraft) -> bytes:
    return draft.client.build().anchor


def _broken(*codes: str) -> Expectation:
    return reject("path.invalid", reasons={"client": sorted(f"path.{code}" for code in codes)})


@SPACE.case("beside", traces=_RFC, neighbour="another-root-of-the-key")
def the_anchor_twice(draft: CaseDraft) -> None:
    """The same anchor stands there twice, in one group."""
    _trust(draft, _right(draft), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("beside", traces=_RFC, neighbour="the-other-key-alone")
def two_keys_of_one_name(draft: CaseDraft) -> None:
    """Two roots have one name, and the second one's key made the signature."""
    other = _root(draft)
    other.key = "p256-7"
    _trust(draft, other.build(), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("useless", traces=_RFC, neighbour="two-keys-of-one-name")
def the_other_key_alone(draft: CaseDraft) -> None:
    """A root of the right name and another key."""
    other = _root(draft)
    other.key = "p256-7"
    _trust(draft, other.build())
    draft.expect(LEGACY, _broken("signature_invalid"))


@SPACE.case("useless", traces=_RFC, neighbour="two-names-of-one-key")
def another_root_of_the_key(draft: CaseDraft) -> None:
    """A root of the right key and another name."""
    other = _root(draft)
    other.subject = name(("CN", "Another Root"))
    _trust(draft, other.build())
    draft.expect(LEGACY, _broken("issuer_missing"))


@SPACE.case("beside", traces=_RFC, neighbour="another-root-of-the-key")
def two_names_of_one_key(draft: CaseDraft) -> None:
    """Two roots have one key, and the second one has the name of the issuer."""
    other = _root(draft)
    other.subject = name(("CN", "Another Root"))
    _trust(draft, other.build(), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("beside", traces=("RFC5937:3",), neighbour="expired-alone")
def expired_beside_renewed(draft: CaseDraft) -> None:
    """The old certificate of the root has expired, and the renewed one of name and key has not."""
    old = _root(draft)
    old.not_after = old.not_before + 1
    _trust(draft, old.build(), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("useless", traces=("RFC5937:3",), neighbour="expired-beside-renewed")
def expired_alone(draft: CaseDraft) -> None:
    """The old certificate of the root alone."""
    old = _root(draft)
    old.not_after = old.not_before + 1
    _trust(draft, old.build())
    draft.expect(LEGACY, _broken("anchor_expired"))


@SPACE.case("beside", traces=("RFC5937:3",), neighbour="no-authority-alone")
def no_authority_beside_the_root(draft: CaseDraft) -> None:
    """A certificate of name and key that is no CA stands before the root."""
    leaf = _root(draft)
    leaf.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)
    _trust(draft, leaf.build(), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("useless", traces=("RFC5937:3",), neighbour="no-authority-beside-the-root")
def no_authority_alone(draft: CaseDraft) -> None:
    """A certificate of name and key that is no CA, and no other."""
    leaf = _root(draft)
    leaf.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)
    _trust(draft, leaf.build())
    draft.expect(LEGACY, _broken("anchor_not_ca"))


@SPACE.case("beside", traces=("X.690:10.1",), neighbour="not-der-alone")
def not_der_beside_the_root(draft: CaseDraft) -> None:
    """Anchors that are no certificate, and one that is not DER, stand before the root."""
    bad = _root(draft)
    bad.certificate_edits.append(Node.long_length)
    _trust(draft, b"\x30\x00", b"no certificate", bad.build(), _right(draft))
    draft.expect(LEGACY, accept())


@SPACE.case("useless", traces=("X.690:10.1",), neighbour="not-der-beside-the-root")
def not_der_alone(draft: CaseDraft) -> None:
    """The root's certificate is not DER, and there is no other."""
    bad = _root(draft)
    bad.certificate_edits.append(Node.long_length)
    _trust(draft, bad.build())
    draft.expect(LEGACY, _broken("not_well_formed"))


@SPACE.case("groups", traces=("SYSTEMS:S-1",), neighbour="public-alone", start=bot)
def tenant_and_public(draft: CaseDraft) -> None:
    """One root is the tenant's and a public one: it leads to the tenant as well."""
    _trust(draft, _right(draft), _right(draft), groups=("public", "tenant"))
    draft.expect(ACCOUNT, accept())


@SPACE.case("groups", traces=("SYSTEMS:S-1",), neighbour="tenant-and-public", start=bot)
def public_alone(draft: CaseDraft) -> None:
    """The same root as a public one alone."""
    _trust(draft, _right(draft), groups=("public",))
    draft.expect(ACCOUNT, reject("path.invalid"))
