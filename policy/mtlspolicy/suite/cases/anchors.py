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
    "pinned": Flag(
        text="a leaf is itself the anchor",
        bug="trusts by the name or the key of the pin, or takes it for an issuer",
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


# -- pinned leafs: trusted as what they are, and as nothing above


def _pinned(draft: CaseDraft) -> CertificateDraft:
    """Let the client present a certificate of its own making; nothing else is trusted for it."""
    leaf = draft.client.leaf.copy()
    leaf.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)
    _trust(draft, _own(leaf))
    draft.presented["client"] = [_own(leaf)]
    return leaf


def _own(draft: CertificateDraft) -> bytes:
    return draft.build(draft.key, draft.subject_tree())


def _below(draft: CaseDraft, issuer: CertificateDraft) -> bytes:
    """Return another leaf of the client, signed by `issuer`."""
    leaf = draft.client.leaf.copy()
    leaf.subject = name(("CN", "below.example.com"))
    leaf.key = "p256-7"
    return leaf.build(issuer.key, issuer.subject_tree())


@SPACE.case("pinned", traces=_RFC, neighbour="pinned-and-expired")
def pinned_leaf(draft: CaseDraft) -> None:
    """A self-signed leaf that is itself the anchor."""
    _pinned(draft)
    draft.expect(LEGACY, accept())


@SPACE.case("pinned", traces=_RFC, neighbour="pinned-leaf")
def pinned_and_expired(draft: CaseDraft) -> None:
    """To pin a certificate is not to say that it lasts for ever."""
    leaf = draft.client.leaf
    leaf.not_after = leaf.not_before + 1
    _pinned(draft)
    draft.expect(LEGACY, reject("validity.expired", "path.invalid"))


@SPACE.case("pinned", traces=_RFC, neighbour="below-a-pinned-authority")
def below_a_pinned_leaf(draft: CaseDraft) -> None:
    """A certificate that the key of the pinned leaf made in its name: the leaf is no CA."""
    leaf = _pinned(draft)
    draft.presented["client"] = [_below(draft, leaf)]
    draft.expect(LEGACY, _broken("anchor_key_usage", "anchor_not_ca"))


@SPACE.case("pinned", traces=_RFC, neighbour="below-a-pinned-authority")
def below_a_pinned_leaf_presented_too(draft: CaseDraft) -> None:
    """The same, and the pinned leaf stands in the chain where an issuer would."""
    leaf = _pinned(draft)
    draft.presented["client"] = [_below(draft, leaf), _own(leaf)]
    draft.expect(LEGACY, _broken("anchor_key_usage", "anchor_not_ca"))


@SPACE.case("pinned", traces=_RFC, neighbour="below-a-pinned-authority")
def an_issuer_below_a_pinned_leaf(draft: CaseDraft) -> None:
    """The key of the pinned leaf made a CA, and that one made the leaf that is presented."""
    leaf = _pinned(draft)
    issuer = draft.client.issuers[0]
    issuer.subject = name(("CN", "Made By A Leaf"))
    between = issuer.build(leaf.key, leaf.subject_tree())
    draft.presented["client"] = [_below(draft, issuer), between]
    draft.expect(LEGACY, _broken("anchor_key_usage", "anchor_not_ca"))


@SPACE.case("pinned", traces=_RFC, neighbour="below-a-pinned-leaf")
def below_a_pinned_authority(draft: CaseDraft) -> None:
    """The certificate that is pinned is a CA's: then it is a root like any other."""
    root = draft.client.anchor.copy()
    _trust(draft, _own(root))
    draft.presented["client"] = [_below(draft, root)]
    draft.expect(LEGACY, accept())


@SPACE.case("pinned", traces=_RFC, neighbour="pinned-leaf")
def the_name_of_a_pinned_leaf(draft: CaseDraft) -> None:
    """A self-signed certificate of the pinned one's name, with another key."""
    leaf = _pinned(draft)
    leaf.key = "p256-7"
    draft.presented["client"] = [_own(leaf)]
    draft.expect(LEGACY, _broken("anchor_key_usage", "anchor_not_ca", "signature_invalid"))


@SPACE.case("pinned", traces=_RFC, neighbour="pinned-leaf")
def the_key_of_a_pinned_leaf(draft: CaseDraft) -> None:
    """A self-signed certificate of name and key of the pinned one, and of more names."""
    leaf = _pinned(draft)
    leaf.set_names(("dns", "client.example.com"), ("dns", "admin.example.com"))
    draft.presented["client"] = [_own(leaf)]
    draft.expect(LEGACY, _broken("root_untrusted"))


@SPACE.case("pinned", traces=_RFC, neighbour="pinned-leaf")
def a_pinned_leaf_with_another_signature(draft: CaseDraft) -> None:
    """What is pinned is a certificate, signature and all: not the part that is signed."""
    leaf = _pinned(draft)
    leaf.signature = bytes(70)
    draft.presented["client"] = [_own(leaf)]
    draft.expect(LEGACY, _broken("root_untrusted"))


@SPACE.case("pinned", traces=_RFC, neighbour="the-issuer-of-a-pinned-leaf-signs-another")
def a_pinned_leaf_and_its_issuers(draft: CaseDraft) -> None:
    """The pinned leaf has an issuer, who is presented and trusted by nobody."""
    chain = draft.client.build()
    _trust(draft, chain.presented[0])
    draft.expect(LEGACY, accept())


@SPACE.case("pinned", traces=_RFC, neighbour="a-pinned-leaf-and-its-issuers")
def the_issuer_of_a_pinned_leaf_signs_another(draft: CaseDraft) -> None:
    """To pin a leaf is not to trust whoever issued it: another leaf of the issuer is refused."""
    chain = draft.client.build()
    _trust(draft, chain.presented[0])
    other = _below(draft, draft.client.issuers[0])
    draft.presented["client"] = [other, *chain.presented[1:]]
    draft.expect(LEGACY, _broken("issuer_missing"))


@SPACE.case("pinned", traces=_RFC, neighbour="a-pinned-leaf-and-its-issuers")
def a_pinned_leaf_behind_another(draft: CaseDraft) -> None:
    """Another leaf is presented first, and the pinned one behind it: only the first is judged."""
    chain = draft.client.build()
    _trust(draft, chain.presented[0])
    other = draft.client.leaf.copy()
    other.subject = name(("CN", "stranger.example.com"))
    other.key = "p256-7"
    draft.presented["client"] = [_own(other), *chain.presented]
    draft.expect(LEGACY, _broken("root_untrusted"))
