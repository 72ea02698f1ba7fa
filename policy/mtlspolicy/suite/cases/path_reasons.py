"""Certification paths: each way in which RFC 5280, 6.1 lets a path fail, and its neighbours.

The verdicts are those of the policies, which all ask for a valid path; the reasons behind
`path.invalid` are what a path processor has to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import EMPTY, name
from mtlspolicy.forge.pair import ordinary_issuer
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]

NOTES: Final = {
    "link": Flag(
        text="a certificate does not follow from the one above it",
        bug="does not verify what binds one certificate to the next",
    ),
    "issuer": Flag(
        text="an issuer may not issue what it has issued",
        bug="lets anybody who has a certificate issue others",
    ),
    "anchor": Flag(
        text="the anchor is at issue",
        bug="trusts an anchor for more than it is good for, or asks it for too much",
    ),
    "names": Flag(
        text="name constraints are at issue",
        bug="lets a constrained CA speak for names that are not its own",
    ),
    "policies": Flag(
        text="certificate policies are processed",
        bug="does not process policies where a certificate demands it",
    ),
    "shape": Flag(
        text="the shape of the chain is unusual, and the path is good",
        bug="finds only the path that it expects",
    ),
    "ordinary": Flag(
        text="nothing is odd",
        bug="fails every other case for another reason than the one it is about",
    ),
}

SPACE: Final = Namespace(
    "path-reasons", "why a certification path fails, and its neighbours", NOTES
)
NAMESPACES: Final = (SPACE,)


def _row(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    case: str,
    flag: str,
    clause: str,
    text: str,
    change: Change,
    verdict: Expectation,
    neighbour: str | None = "ordinary",
) -> None:
    def body(draft: CaseDraft) -> None:
        change(draft.client)
        draft.expect(LEGACY, verdict)

    SPACE.add(
        case,
        f"{text} ({clause}).",
        body,
        flags=(flag,),
        traces=(clause.replace("RFC 5280, ", "RFC5280:"),),
        neighbour=neighbour if verdict.decision == "reject" else None,
    )


def _fails(*reasons: str, also: tuple[str, ...] = (), primary: str | None = None) -> Expectation:
    """Expect a path that fails for these reasons."""
    return reject("path.invalid", *also, reasons={"client": sorted(reasons)}, primary=primary)


def _nothing(_: ChainDraft) -> None:
    pass


_row(
    "ordinary", "ordinary", "RFC 5280, 6.1", "An issuing CA stands under a root", _nothing, accept()
)

# -- links


def _wrong_signer(position: int) -> Change:
    return lambda chain: chain.signers.update({position: "p256-5"})


def _other_issuer(chain: ChainDraft) -> None:
    chain.leaf.issuer = name(("CN", "Somebody Else"))


def _mismatch(chain: ChainDraft) -> None:
    from mtlspolicy.forge.keys import ALGORITHMS  # noqa: PLC0415 - for this row

    chain.issuers[0].inner_algorithm = ALGORITHMS["ecdsa-sha384"].der


_row(
    "leaf-signature-wrong",
    "link",
    "RFC 5280, 6.1.3 (a)(1)",
    "The leaf is signed with another key than its issuer's",
    _wrong_signer(0),
    _fails("path.signature_invalid"),
)
_row(
    "issuer-signature-wrong",
    "link",
    "RFC 5280, 6.1.3 (a)(1)",
    "The issuing CA is signed with another key than the root's",
    _wrong_signer(1),
    _fails("path.signature_invalid"),
)
_row(
    "issuer-of-another-name",
    "link",
    "RFC 5280, 6.1.3 (a)(4)",
    "The leaf names an issuer that is nowhere",
    _other_issuer,
    _fails("path.issuer_missing"),
)
_row(
    "issuer-algorithms-differ",
    "link",
    "RFC 5280, 4.1.1.2",
    "The issuing CA's signature algorithms differ inside and outside",
    _mismatch,
    _fails("path.algorithm_mismatch", "path.signature_invalid"),
)


def _signature_algorithm_unknown(chain: ChainDraft) -> None:
    from mtlspolicy.der import writer  # noqa: PLC0415 - for this row

    unknown = writer.sequence(writer.oid("1.3.6.1.4.1.99999.5")).encode()
    chain.leaf.inner_algorithm = chain.leaf.outer_algorithm = unknown


_row(
    "leaf-algorithm-unknown",
    "link",
    "RFC 5280, 6.1.3 (a)(1)",
    "The leaf is signed with an algorithm that nobody knows",
    _signature_algorithm_unknown,
    _fails("path.algorithm_unsupported"),
)


def _issuer_key(name_: str) -> Change:
    """Certify another key for the issuing CA, though the leaf is signed with the first."""

    def change(chain: ChainDraft) -> None:
        chain.issuers[0].spki_der = key(name_).spki_der

    return change


_row(
    "issuer-key-of-another-kind",
    "link",
    "RFC 5280, 6.1.3 (a)(1)",
    "The issuing CA's key is of a kind that cannot verify the leaf's signature",
    _issuer_key("x25519-0"),
    _fails("path.key_unsupported"),
)


def _issuer_broken(chain: ChainDraft) -> None:
    from mtlspolicy.der.writer import Node  # noqa: PLC0415 - for this row

    chain.issuers[0].certificate_edits.append(Node.long_length)


_row(
    "issuer-not-der",
    "link",
    "X.690, 10.1",
    "The issuing CA's certificate is not DER",
    _issuer_broken,
    _fails(
        "path.not_well_formed", also=("der.length_not_minimal",), primary="der.length_not_minimal"
    ),
)

# -- what an issuer may do


def _set(oid: str, value: bytes, *, critical: bool = True) -> Change:
    return lambda chain: chain.issuers[0].set_extension(oid, value, critical=critical)


def _deep(length: int | None) -> Change:
    """Put another CA between the issuing CA and the leaf."""

    def change(chain: ChainDraft) -> None:
        upper = chain.issuers[0]
        value = extensions.basic_constraints(ca=True, path_length=length)
        upper.set_extension("basicConstraints", value, critical=True)
        lower = ordinary_issuer(name(("CN", "Example Lower")), "p256-4")
        chain.issuers.insert(0, lower)

    return change


_row(
    "issuer-no-ca",
    "issuer",
    "RFC 5280, 6.1.4 (k)",
    "The leaf is issued by a certificate that says it is no CA",
    _set("basicConstraints", extensions.basic_constraints()),
    _fails("path.not_ca"),
)
_row(
    "issuer-without-constraints",
    "issuer",
    "RFC 5280, 6.1.4 (k)",
    "The leaf is issued by a certificate that does not say what it is",
    lambda chain: chain.issuers[0].drop_extension("basicConstraints"),
    _fails("path.not_ca"),
)
_row(
    "issuer-may-not-sign",
    "issuer",
    "RFC 5280, 6.1.4 (n)",
    "The issuing CA has a key usage without keyCertSign",
    lambda chain: chain.issuers[0].set_key_usage("cRLSign"),
    _fails("path.key_usage"),
)
_row(
    "issuer-without-key-usage",
    "shape",
    "RFC 5280, 6.1.4 (n)",
    "The issuing CA has no key usage, which restricts nothing",
    lambda chain: chain.issuers[0].drop_extension("keyUsage"),
    accept(),
)
_row(
    "path-length-zero",
    "issuer",
    "RFC 5280, 6.1.4 (m)",
    "A CA that may have no CA below it has one",
    _deep(0),
    _fails("path.path_length"),
    neighbour="path-length-one",
)
_row(
    "path-length-one",
    "shape",
    "RFC 5280, 6.1.4 (m)",
    "A CA that may have one CA below it has one",
    _deep(1),
    accept(),
)
_row(
    "path-length-absent",
    "shape",
    "RFC 5280, 6.1.4 (m)",
    "A CA without a bound has one CA below it",
    _deep(None),
    accept(),
)


def _self_issued(chain: ChainDraft) -> None:
    """Let the CA with path length zero issue itself a new key, which does not count."""
    lower = ordinary_issuer(chain.issuers[0].subject, "p256-4")
    chain.issuers.insert(0, lower)


_row(
    "self-issued-does-not-count",
    "shape",
    "RFC 5280, 6.1.4 (l)",
    "A CA that may have no CA below it has issued itself another certificate",
    _self_issued,
    accept(),
)
_row(
    "issuer-unknown-critical",
    "issuer",
    "RFC 5280, 6.1.4 (o)",
    "The issuing CA has a critical extension that nobody knows",
    _set("unknown", extensions.null_value()),
    _fails("path.unknown_critical_extension"),
)


def _repeated(chain: ChainDraft) -> None:
    value = extensions.extended_key_usage("clientAuth")
    chain.issuers[0].add_extension("extKeyUsage", value)
    chain.issuers[0].add_extension("extKeyUsage", value)


_row(
    "issuer-extension-twice",
    "issuer",
    "RFC 5280, 4.2",
    "The issuing CA has an extended key usage twice",
    _repeated,
    _fails("path.duplicate_extension"),
)


def _nameless(chain: ChainDraft) -> None:
    chain.issuers[0].subject = EMPTY


_row(
    "issuer-without-name",
    "issuer",
    "RFC 5280, 4.1.2.6",
    "The issuing CA has no name",
    _nameless,
    _fails("path.issuer_empty", "path.issuer_missing", also=("certificate.form",)),
)

# -- anchors


_row(
    "anchor-expired",
    "anchor",
    "RFC 5937, 3",
    "The anchor has expired",
    lambda chain: setattr(chain.anchor, "not_after", 1_777_000_000),
    _fails("path.anchor_expired"),
)
_row(
    "anchor-not-yet-valid",
    "anchor",
    "RFC 5937, 3",
    "The anchor is not yet valid",
    lambda chain: setattr(chain.anchor, "not_before", 1_778_000_000),
    _fails("path.anchor_not_yet_valid"),
)
_row(
    "anchor-no-ca",
    "anchor",
    "RFC 5937, 3",
    "The anchor says that it is no CA",
    lambda chain: chain.anchor.set_extension(
        "basicConstraints", extensions.basic_constraints(), critical=True
    ),
    _fails("path.anchor_not_ca"),
)
_row(
    "anchor-may-not-sign",
    "anchor",
    "RFC 5937, 3",
    "The anchor has a key usage without keyCertSign",
    lambda chain: chain.anchor.set_key_usage("cRLSign"),
    _fails("path.anchor_key_usage"),
)
_row(
    "anchor-signature-wrong",
    "shape",
    "RFC 5280, 6.1",
    "The anchor's own signature is wrong, which nobody looks at: it is trusted as it stands",
    _wrong_signer(2),
    accept(),
)


def _root_presented(draft: CaseDraft) -> None:
    draft.presented["client"] = [*draft.client.build().presented, draft.client.build().anchor]
    draft.evidence["client"]["anchors"] = []
    draft.expect(LEGACY, reject("path.invalid", reasons={"client": ["path.root_untrusted"]}))


SPACE.add(
    "root-presented-and-not-trusted",
    "The client presents its own root, which is none of the anchors (RFC 5280, 6.1.1 (d)).",
    _root_presented,
    flags=("anchor",),
    traces=("RFC5280:6.1.1",),
    neighbour="ordinary",
)


def _circle(draft: CaseDraft) -> None:
    """Two CAs vouch for each other, and nobody for them."""
    chain = draft.client
    upper = ordinary_issuer(name(("CN", "Example Circle")), "p256-4")
    unbounded = extensions.basic_constraints(ca=True)
    upper.set_extension("basicConstraints", unbounded, critical=True)
    upper.issuer = chain.issuers[0].subject
    chain.issuers[0].issuer = upper.subject
    chain.issuers.append(upper)
    chain.signers[2] = chain.issuers[0].key
    draft.evidence["client"]["anchors"] = []
    draft.expect(LEGACY, reject("path.invalid", reasons={"client": ["path.loop"]}))


SPACE.add(
    "two-authorities-in-a-circle",
    "Two CAs have issued each other, and neither leads to an anchor (RFC 5280, 6.1).",
    _circle,
    flags=("anchor",),
    traces=("RFC5280:6.1",),
    neighbour="ordinary",
)

# -- name constraints


def _constrained(
    *, permitted: tuple[str, ...] | None = None, excluded: tuple[str, ...] | None = None
) -> Change:
    def names(values: tuple[str, ...] | None) -> list[extensions.GeneralNameSpec] | None:
        return None if values is None else [("dns", value) for value in values]

    value = extensions.name_constraints(names(permitted), names(excluded))
    return _set("nameConstraints", value)


_row(
    "names-permitted",
    "shape",
    "RFC 5280, 4.2.1.10",
    "The issuing CA may issue for example.com, and has issued for a name below it",
    _constrained(permitted=("example.com",)),
    accept(),
)
_row(
    "names-not-permitted",
    "names",
    "RFC 5280, 4.2.1.10",
    "The issuing CA may issue for example.org alone",
    _constrained(permitted=("example.org",)),
    _fails("path.name_constraint_permitted"),
    neighbour="names-permitted",
)
_row(
    "names-excluded",
    "names",
    "RFC 5280, 4.2.1.10",
    "The issuing CA may not issue for example.com",
    _constrained(excluded=("example.com",)),
    _fails("path.name_constraint_excluded"),
    neighbour="names-permitted",
)
_row(
    "names-permitted-and-excluded",
    "names",
    "RFC 5280, 4.2.1.10",
    "The issuing CA may issue for example.com and not for client.example.com",
    _constrained(permitted=("example.com",), excluded=("client.example.com",)),
    _fails("path.name_constraint_excluded"),
    neighbour="names-permitted",
)
_row(
    "names-of-another-kind",
    "shape",
    "RFC 5280, 4.2.1.10",
    "The issuing CA's constraint is on addresses, of which the leaf has none",
    _set("nameConstraints", extensions.name_constraints([("ip", "10.0.0.0/8")])),
    accept(),
)


def _broken_constraint(chain: ChainDraft) -> None:
    chain.leaf.set_names(("dns", "client.example.com"), ("ip", "10.0.0.1"))
    _set("nameConstraints", extensions.name_constraints([("ip", bytes(5))]))(chain)


_row(
    "name-constraint-malformed",
    "names",
    "RFC 5280, 4.2.1.10",
    "The issuing CA has a constraint of five octets on addresses, and the leaf has an address",
    _broken_constraint,
    _fails("path.name_constraint_malformed", "path.name_constraint_permitted"),
    neighbour="names-permitted",
)


def _registered(chain: ChainDraft) -> None:
    """Constrain a kind of name for which RFC 5280 gives no rule, and use it."""
    identifier = ("rid", "1.3.6.1.4.1.99999.3")
    chain.leaf.set_names(("dns", "client.example.com"), identifier)
    _set("nameConstraints", extensions.name_constraints([identifier]))(chain)


_row(
    "names-without-a-rule",
    "names",
    "RFC 5280, 4.2.1.10",
    "The issuing CA's critical constraint is on registered identifiers, for which there is no rule",
    _registered,
    _fails("path.name_constraint_unsupported"),
    neighbour="names-permitted",
)

# -- certificate policies

_MINE: Final = "1.3.6.1.4.1.99999.4"
_THEIRS: Final = "1.3.6.1.4.1.99999.6"


def _explicit(leaf: str | None, issuer: str | None) -> Change:
    """Demand an explicit policy, and give leaf and issuer one each."""

    def change(chain: ChainDraft) -> None:
        _set("policyConstraints", extensions.policy_constraints(require_explicit=0))(chain)
        for draft, policy in ((chain.leaf, leaf), (chain.issuers[0], issuer)):
            if policy is not None:
                draft.set_extension("certificatePolicies", extensions.certificate_policies(policy))

    return change


_row(
    "explicit-policy-kept",
    "shape",
    "RFC 5280, 6.1.5",
    "An explicit policy is demanded, and leaf and issuer have the same",
    _explicit(_MINE, _MINE),
    accept(),
)
_row(
    "explicit-policy-missing",
    "policies",
    "RFC 5280, 6.1.5",
    "An explicit policy is demanded, and the leaf has none",
    _explicit(None, _MINE),
    _fails("path.policy"),
    neighbour="explicit-policy-kept",
)
_row(
    "explicit-policy-of-another",
    "policies",
    "RFC 5280, 6.1.5",
    "An explicit policy is demanded, and the leaf has another than its issuer",
    _explicit(_THEIRS, _MINE),
    _fails("path.policy"),
    neighbour="explicit-policy-kept",
)
_row(
    "any-policy-mapped",
    "policies",
    "RFC 5280, 6.1.4 (a)",
    "The issuing CA maps anyPolicy, which nobody may",
    _set("policyMappings", extensions.policy_mappings(("2.5.29.32.0", _MINE))),
    _fails("path.policy_mapping_any"),
)
