"""Revocation lists and OCSP responses: who may speak, about whom, and at what time.

Evidence that is stale, bad or about others is unknown, never ignored; a revocation counts
from its date on; nothing is fetched. Most cases speak about the server's leaf, whose list
is the second word of its issuer: what is said of it alone leaves the issuers unasked.
"""

# ruff: noqa: E501 - the cases are a table, one line for each

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.crl import NEXT_UPDATE, REVOKED_AT, THIS_UPDATE, issuing_distribution_point
from mtlspolicy.forge.extensions import DistributionPoint
from mtlspolicy.forge.ocsp import ResponderId
from mtlspolicy.forge.pair import ORDINARY_AT
from mtlspolicy.forge.revocation import crl_of, delegate, indirect_crl, ocsp_of, put_status
from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass, replace
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.pairs import LEGACY, STRICT
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.crl import CrlDraft
    from mtlspolicy.forge.ocsp import OcspDraft
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

__all__ = ["NAMESPACES"]

NOTES: Final = {
    "list": Flag(text="a revocation list", bug="believes a list that does not apply, or no list"),
    "response": Flag(text="an OCSP response", bug="believes a responder that may not speak"),
    "window": Flag(text="thisUpdate, nextUpdate or a revocation date is at issue", bug="is off by one second, or compares with the clock instead of the evaluation time"),
    "setting": Flag(text="the setting `revocation` is at issue", bug="ignores evidence that it was given, or accepts without evidence that it was to have"),
    "asserted": Flag(text="the caller vouches for the status", bug="believes a word against evidence"),
}  # fmt: skip
REVOCATION: Final = Namespace("revocation", "revocation lists and OCSP responses", NOTES)
NAMESPACES: Final = (REVOCATION,)

_POLICIES: Final = (STRICT, LEGACY)
_GOOD: Final = accept()
_REVOKED: Final = reject("revocation.revoked")
_UNKNOWN: Final = indeterminate("revocation.revoked")
_LIST = "http://crl.example.com/issuing.crl"


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what is said of the server, when it is judged, and what follows."""

    text: str
    clause: str
    flag: str
    says: Callable[[ChainDraft], list[tuple[str, bytes]]]
    expected: Expectation
    at: int = ORDINARY_AT
    prepare: Callable[[CaseDraft], None] | None = None
    asserted: tuple[str, ...] = ()
    policies: tuple[str, ...] = _POLICIES


def _crl(
    revoked: tuple[int, ...] = (),
    change: Callable[[CrlDraft], None] | None = None,
    position: int = 0,
) -> Callable[[ChainDraft], list[tuple[str, bytes]]]:
    def make(chain: ChainDraft) -> list[tuple[str, bytes]]:
        draft = crl_of(chain, position, revoked)
        if change is not None:
            change(draft)
        return [("crls", draft.build())]

    return make


def _ocsp(
    status: str = "good",
    change: Callable[[OcspDraft], None] | None = None,
    by: ResponderId = ResponderId.KEY,
) -> Callable[[ChainDraft], list[tuple[str, bytes]]]:
    def make(chain: ChainDraft) -> list[tuple[str, bytes]]:
        draft = ocsp_of(chain, 0, status, by=by)
        if change is not None:
            change(draft)
        return [("ocsp", draft.build())]

    return make


def _delegated(
    change: Callable[[Any], None] | None = None, also: str = "", issuer: str = ""
) -> Callable[[ChainDraft], list[tuple[str, bytes]]]:
    """A response of a delegate; `also` a list of the issuer, `issuer` another key than its."""

    def make(chain: ChainDraft) -> list[tuple[str, bytes]]:
        responder = delegate(chain)
        if change is not None:
            change(responder)
        draft = ocsp_of(chain, 0, responder=responder)
        if issuer:
            draft.certificates[:] = [responder.build(issuer, chain.issuers[0].subject_tree())]
        said = [("ocsp", draft.build())]
        return [*said, *_crl()(chain)] if also else said

    return make


def _set(**values: Any) -> Callable[[Any], None]:  # noqa: ANN401 - any field of a draft
    def change(draft: Any) -> None:  # noqa: ANN401 - a list, a response or a certificate
        for name, value in values.items():
            setattr(draft, name, value)

    return change


def _entry(**values: Any) -> Callable[[CrlDraft], None]:  # noqa: ANN401 - any field of an entry
    return lambda draft: _set(**values)(draft.revoked[0])


def _single(**values: Any) -> Callable[[OcspDraft], None]:  # noqa: ANN401 - any field of an answer
    return lambda draft: _set(**values)(draft.singles[0])


def _both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(draft: Any) -> None:  # noqa: ANN401 - any draft
        for one in changes:
            one(draft)

    return change


def _point(**values: Any) -> Callable[[CrlDraft], None]:  # noqa: ANN401 - see the encoder
    value = issuing_distribution_point(**values)
    return lambda draft: draft.set_extension("issuingDistributionPoint", value, critical=True)


def _unknown_critical(draft: Any) -> None:  # noqa: ANN401 - any draft
    draft.add_extension(extensions.OID["unknown"], extensions.null_value(), critical=True)


def _drop(*names: str) -> Callable[[Any], None]:
    def change(draft: Any) -> None:  # noqa: ANN401 - a certificate
        for one in names:
            draft.drop_extension(one)

    return change


def _indirect(
    revoked: tuple[int, ...], change: Callable[[CrlDraft], None] | None = None
) -> Callable[[ChainDraft], list[tuple[str, bytes]]]:
    def make(chain: ChainDraft) -> list[tuple[str, bytes]]:
        draft = indirect_crl(chain, revoked)
        if change is not None:
            change(draft)
        return [("crls", draft.build())]

    return make


def _names_the_root(draft: CaseDraft) -> None:
    """Let the server's leaf name the root as the issuer of its list."""
    point = DistributionPoint((("uri", _LIST),), crl_issuer=(("dn", draft.server.anchor.subject),))
    draft.server.leaf.set_extension(
        "cRLDistributionPoints", extensions.crl_distribution_points(point)
    )


def _only_some_reasons(draft: CaseDraft) -> None:
    point = DistributionPoint((("uri", _LIST),), reasons=("keyCompromise",))
    draft.server.leaf.set_extension(
        "cRLDistributionPoints", extensions.crl_distribution_points(point)
    )


def _no_crl_sign(draft: CaseDraft) -> None:
    draft.server.issuers[0].set_key_usage("keyCertSign")


def _names_a_stranger(draft: CaseDraft) -> None:
    """Let the leaf name the client's root as list issuer, and give that root's list."""
    stranger = draft.client.anchor.subject
    point = DistributionPoint((("uri", _LIST),), crl_issuer=(("dn", stranger),))
    draft.server.leaf.set_extension(
        "cRLDistributionPoints", extensions.crl_distribution_points(point)
    )
    der = indirect_crl(draft.client).build()
    draft.server.statements.append(lambda _: [("crls", der)])


def _versioned(draft: OcspDraft) -> None:
    version = writer.explicit(0, writer.integer(0))
    draft.tbs_edits.append(lambda tree: tree.insert(0, version))


def _other_type(_: ChainDraft) -> list[tuple[str, bytes]]:
    inner = writer.sequence(writer.oid("1.3.6.1.5.5.7.48.1.2"), writer.octet_string(b""))
    whole = writer.sequence(writer.enumerated(0), writer.explicit(0, inner))
    return [("ocsp", whole.encode())]


def _nothing(_: ChainDraft) -> list[tuple[str, bytes]]:
    return []


def _of_the_client(draft: CaseDraft) -> None:
    der = crl_of(draft.client).build()
    draft.server.statements.append(lambda _: [("crls", der)])


_AT = ORDINARY_AT
_HOLD = "certificateHold"
_HERE = DistributionPoint((("uri", _LIST),))
_ELSEWHERE = DistributionPoint((("uri", "http://crl.example.com/other.crl"),))

ROWS: Final = {
    # -- lists
    "crl-good": Row("a list of the issuer without the leaf: it is good, and the issuers are not asked about", "RFC 5280, 6.3.3", "list", _crl(), _GOOD),
    "crl-revoked": Row("the leaf is on its issuer's list", "RFC 5280, 6.3.3 (i)", "list", _crl((0,)), _REVOKED),
    "crl-key-compromise": Row("the reason does not matter", "RFC 5280, 5.3.1", "list", _crl((0,), _entry(reason="keyCompromise")), _REVOKED),
    "crl-hold": Row("a certificate on hold is revoked while the list is current", "RFC 5280, 5.3.1", "list", _crl((0,), _entry(reason=_HOLD)), _REVOKED),
    "crl-issuer-revoked": Row("the issuing CA is on the root's list", "RFC 5280, 6.3", "list", _crl((1,), position=1), _REVOKED),
    "crl-delta": Row("a delta list says nothing about who is not on it", "RFC 5280, 5.2.4", "list", _crl((), _set(delta_base=1)), _UNKNOWN),
    "crl-signature": Row("a list in the issuer's name, signed by another key", "RFC 5280, 6.3.3 (g)", "list", _crl((), _set(key="p256-7")), _UNKNOWN),
    "crl-revoked-signature": Row("a list in the issuer's name that another key signed does not revoke either", "RFC 5280, 6.3.3 (g)", "list", _crl((0,), _set(key="p256-7")), _UNKNOWN),
    "crl-trailing": Row("a list with an octet after it is not DER", "X.690, 8.1", "list", _crl((), _set(trailing=b"\0")), _UNKNOWN),
    "crl-unknown-critical": Row("a list with an unknown critical extension must not be used", "RFC 5280, 5.2", "list", _crl((), _unknown_critical), _UNKNOWN),
    "crl-entry-unknown-critical": Row("an entry with an unknown critical extension: the list must not be used", "RFC 5280, 5.3", "list", _crl((0,), lambda d: _unknown_critical(d.revoked[0])), _UNKNOWN),
    "crl-same-point": Row("a list of the distribution point that the leaf names", "RFC 5280, 6.3.3 (b)(2)(i)", "list", _crl((), _point(point=_HERE)), _GOOD),
    "crl-other-point": Row("a list of another distribution point", "RFC 5280, 6.3.3 (b)(2)(i)", "list", _crl((), _point(point=_ELSEWHERE)), _UNKNOWN),
    "crl-user-certificates": Row("a list of user certificates, and the leaf is one", "RFC 5280, 6.3.3 (b)(2)(ii)", "list", _crl((), _point(user_certificates=True)), _GOOD),
    "crl-ca-certificates": Row("a list of CA certificates, and the leaf is none", "RFC 5280, 6.3.3 (b)(2)(iii)", "list", _crl((), _point(ca_certificates=True)), _UNKNOWN),
    "crl-attribute-certificates": Row("a list of attribute certificates", "RFC 5280, 6.3.3 (b)(2)(iv)", "list", _crl((), _point(attribute_certificates=True)), _UNKNOWN),
    "crl-some-reasons": Row("a list about some reasons: not to be on it is not enough", "RFC 5280, 6.3.3 (d)", "list", _crl((), _point(reasons=("keyCompromise",))), _UNKNOWN),
    "crl-some-reasons-revoked": Row("a list about some reasons: to be on it is enough", "RFC 5280, 6.3.3 (i)", "list", _crl((0,), _point(reasons=("keyCompromise",))), _REVOKED),
    "crl-point-some-reasons": Row("the leaf's distribution point is about some reasons", "RFC 5280, 6.3.3 (d)", "list", _crl(), _UNKNOWN, prepare=_only_some_reasons, policies=(LEGACY,)),
    "crl-indirect-unnamed": Row("the root's list revokes the leaf, which does not name it as list issuer", "RFC 5280, 6.3.3 (b)(1)", "list", _indirect((0,)), _UNKNOWN),
    "crl-indirect-good": Row("the leaf names the root as list issuer, and is not on its indirect list", "RFC 5280, 6.3.3 (b)(1)", "list", _indirect(()), _GOOD, prepare=_names_the_root, policies=(LEGACY,)),
    "crl-indirect-revoked": Row("the leaf names the root as list issuer, and is on its indirect list", "RFC 5280, 5.3.3", "list", _indirect((0,)), _REVOKED, prepare=_names_the_root, policies=(LEGACY,)),
    "crl-indirect-unsaid": Row("the named list issuer's list does not say that it is indirect", "RFC 5280, 6.3.3 (b)(1)", "list", _indirect((), _drop("issuingDistributionPoint")), _UNKNOWN, prepare=_names_the_root, policies=(LEGACY,)),
    "crl-of-others": Row("a good list of a CA that is not on the path", "RFC 5280, 6.3.3 (b)(1)", "list", _nothing, _UNKNOWN, prepare=_of_the_client),
    "crl-version": Row("a list with extensions that does not say version 2", "RFC 5280, 5.1.2.1", "list", _crl((), _set(version=1)), _UNKNOWN),
    "crl-issuer-key-usage": Row("the issuer's key usage does not allow it to sign lists", "RFC 5280, 6.3.3 (f)", "list", _crl(), _UNKNOWN, prepare=_no_crl_sign, policies=(LEGACY,)),
    "crl-list-issuer-unknown": Row("the leaf names a list issuer that is not on the path", "RFC 5280, 6.3.3 (f)", "list", _nothing, _UNKNOWN, prepare=_names_a_stranger, policies=(LEGACY,)),
    # -- windows
    "crl-this-update-now": Row("thisUpdate is the evaluation time", "RFC 5280, 5.1.2.4", "window", _crl((), _set(this_update=_AT)), _GOOD),
    "crl-this-update-later": Row("thisUpdate is one second after the evaluation time", "RFC 5280, 5.1.2.4", "window", _crl((), _set(this_update=_AT + 1)), _UNKNOWN),
    "crl-next-update-now": Row("nextUpdate is the evaluation time", "RFC 5280, 6.3.3 (a)", "window", _crl((), _set(next_update=_AT)), _GOOD),
    "crl-stale": Row("nextUpdate is one second before the evaluation time", "RFC 5280, 6.3.3 (a)", "window", _crl((), _set(next_update=_AT - 1)), _UNKNOWN),
    "crl-no-next-update": Row("a list without nextUpdate: nobody can tell whether it is current", "RFC 5280, 5.1.2.5", "window", _crl((), _set(next_update=None)), _UNKNOWN),
    "crl-revoked-now": Row("the revocation date is the evaluation time", "RFC 5280, 5.1.2.6", "window", _crl((0,), _entry(at=_AT)), _REVOKED),
    "crl-revoked-later": Row("the revocation date is one second after the evaluation time: not revoked yet", "RFC 5280, 5.1.2.6", "window", _crl((0,), _entry(at=_AT + 1)), _GOOD),
    "crl-stale-revoked": Row("a stale list: what was revoked stays revoked", "X.509, 7.10", "window", _crl((0,), _set(next_update=_AT - 1)), _REVOKED),
    "crl-stale-hold": Row("a stale list: a hold may have been lifted since", "RFC 5280, 5.3.1", "window", _crl((0,), _both(_set(next_update=_AT - 1), _entry(reason=_HOLD))), _UNKNOWN),
    "crl-future-revoked": Row("a later list with a revocation date before the evaluation time", "X.509, 7.10", "window", _crl((0,), _set(this_update=_AT + 60)), _REVOKED),
    # -- responses
    "ocsp-good": Row("the issuer answers good, named by its key", "RFC 6960, 3.2", "response", _ocsp(), _GOOD),
    "ocsp-by-name": Row("the issuer answers good, named by its subject", "RFC 6960, 4.2.2.3", "response", _ocsp(by=ResponderId.NAME), _GOOD),
    "ocsp-sha256": Row("the answer names its certificate by SHA-256", "RFC 6960, 4.3", "response", _ocsp(change=_single(digest="sha256")), _GOOD),
    "ocsp-sha512": Row("the answer names its certificate by a hash that is not recomputed", "RFC 6960, 4.1.1", "response", _ocsp(change=_single(digest="sha512")), _UNKNOWN),
    "ocsp-revoked": Row("the issuer answers revoked", "RFC 6960, 2.2", "response", _ocsp("revoked"), _REVOKED),
    "ocsp-unknown": Row("the responder does not know the certificate", "RFC 6960, 2.2", "response", _ocsp("unknown"), _UNKNOWN),
    "ocsp-version": Row("a response that says a version: version 1 is left out in DER", "RFC 6960, 4.2.2.3", "response", _ocsp(change=_versioned), _UNKNOWN),
    "ocsp-type": Row("a response that is not a basic OCSP response", "RFC 6960, 4.2.1", "response", _other_type, _UNKNOWN),
    "ocsp-try-later": Row("the responder answers tryLater: no answer at all", "RFC 6960, 4.2.1", "response", _ocsp(change=_set(outcome=3)), _UNKNOWN),
    "ocsp-other-serial": Row("the answer is about another certificate of the issuer", "RFC 6960, 3.2", "response", _ocsp(change=_single(serial=4711)), _UNKNOWN),
    "ocsp-signature": Row("a response in the issuer's name, signed by another key", "RFC 6960, 3.2", "response", _ocsp(change=_set(key="p256-7"), by=ResponderId.NAME), _UNKNOWN),
    "ocsp-unknown-critical": Row("a response with an unknown critical extension", "RFC 6960, 4.4", "response", _ocsp(change=_unknown_critical), _UNKNOWN),
    "ocsp-answer-unknown-critical": Row("an answer with an unknown critical extension", "RFC 6960, 4.4", "response", _ocsp(change=lambda d: _unknown_critical(d.singles[0])), _UNKNOWN),
    "ocsp-delegate": Row("a delegate of the issuer answers, whose certificate nobody need check", "RFC 6960, 4.2.2.2.1", "response", _delegated(), _GOOD),
    "ocsp-delegate-unchecked": Row("the delegate's certificate would have to be checked, and there is nothing to check it by", "RFC 6960, 4.2.2.2.1", "response", _delegated(_drop("ocspNoCheck")), _UNKNOWN),
    "ocsp-delegate-checked": Row("the delegate's certificate would have to be checked, and the issuer's list has it not", "RFC 6960, 4.2.2.2.1", "response", _delegated(_drop("ocspNoCheck"), also="list"), _GOOD),
    "ocsp-delegate-purpose": Row("the responder's certificate is not for OCSPSigning", "RFC 6960, 4.2.2.2", "response", _delegated(lambda d: d.set_purposes("serverAuth")), _UNKNOWN),
    "ocsp-delegate-any-purpose": Row("anyExtendedKeyUsage does not delegate", "RFC 6960, 4.2.2.2", "response", _delegated(lambda d: d.set_purposes("any")), _UNKNOWN),
    "ocsp-delegate-of-others": Row("the responder's certificate has the issuer's name and was signed by another key", "RFC 6960, 4.2.2.2", "response", _delegated(issuer="p256-7"), _UNKNOWN),
    "ocsp-delegate-expired": Row("the responder's certificate has expired", "RFC 6960, 4.2.2.2", "window", _delegated(_set(not_after=_AT - 1)), _UNKNOWN),
    "ocsp-delegate-lasting": Row("the responder's certificate ends with the evaluation time", "RFC 6960, 4.2.2.2", "window", _delegated(_set(not_after=_AT)), _GOOD),
    "ocsp-next-update-now": Row("nextUpdate of the answer is the evaluation time", "RFC 6960, 4.2.2.1", "window", _ocsp(change=_single(next_update=_AT)), _GOOD),
    "ocsp-stale": Row("nextUpdate of the answer is one second before the evaluation time", "RFC 6960, 4.2.2.1", "window", _ocsp(change=_single(next_update=_AT - 1)), _UNKNOWN),
    "ocsp-not-yet": Row("thisUpdate of the answer is one second after the evaluation time", "RFC 6960, 4.2.2.1", "window", _ocsp(change=_single(this_update=_AT + 1)), _UNKNOWN),
    "ocsp-no-next-update": Row("an answer without nextUpdate: nobody can tell whether it is current", "RFC 6960, 4.2.2.1", "window", _ocsp(change=_single(next_update=None)), _UNKNOWN),
    "ocsp-revoked-later": Row("the revocation time is one second after the evaluation time: not revoked yet", "RFC 6960, 2.2", "window", _ocsp("revoked", _single(revoked_at=_AT + 1)), _GOOD),
    # -- the caller's word
    "asserted-absent": Row("the caller vouches, and nothing was given", "design: nothing is assumed", "asserted", _nothing, accept(settings={"revocation": "required"}), asserted=("revocation",)),
    "asserted-revoked": Row("the caller vouches, and the evidence says revoked", "design: nothing is assumed", "asserted", _crl((0,)), _REVOKED, asserted=("revocation",)),
    "asserted-stale": Row("the caller vouches, and the evidence is stale", "design: nothing is assumed", "asserted", _crl((), _set(next_update=_AT - 1)), _UNKNOWN, asserted=("revocation",)),
    # -- the setting
    "setting-off": Row("with the setting off a revocation is not looked at", "design: revocation", "setting", _crl((0,)), accept(settings={"revocation": "off"})),
    "setting-required-absent": Row("required, and nothing was given", "design: revocation", "setting", _nothing, indeterminate("revocation.required", settings={"revocation": "required"})),
    "setting-required-partial": Row("required, and only the leaf's status was given", "design: revocation", "setting", _crl(), indeterminate("revocation.required", settings={"revocation": "required"})),
    "setting-required-revoked": Row("required, and the leaf is revoked: a failure comes before what is missing", "design: revocation", "setting", _crl((0,)), reject("revocation.revoked", settings={"revocation": "required"})),
}  # fmt: skip
"""The cases by name; they are long lines on purpose: a table."""

REASONS: Final = {
    "crl-delta": "crl_delta",
    "crl-signature": "signature",
    "crl-revoked-signature": "signature",
    "crl-trailing": "not_der",
    "crl-unknown-critical": "crl_critical_extension",
    "crl-entry-unknown-critical": "crl_critical_extension",
    "crl-other-point": "crl_distribution_point",
    "crl-ca-certificates": "crl_scope",
    "crl-attribute-certificates": "crl_scope",
    "crl-some-reasons": "crl_some_reasons",
    "crl-point-some-reasons": "crl_some_reasons",
    "crl-indirect-unnamed": "crl_indirect_unnamed",
    "crl-indirect-unsaid": "crl_indirect_unnamed",
    "crl-of-others": "unrelated",
    "crl-version": "crl_version",
    "crl-issuer-key-usage": "crl_key_usage",
    "crl-list-issuer-unknown": "issuer_unknown",
    "crl-this-update-later": "not_yet",
    "crl-stale": "stale",
    "crl-no-next-update": "no_next_update",
    "crl-revoked-later": "later",
    "crl-stale-hold": "stale",
    "ocsp-sha512": "ocsp_digest",
    "ocsp-unknown": "ocsp_unknown",
    "ocsp-version": "ocsp_version",
    "ocsp-type": "ocsp_type",
    "ocsp-try-later": "ocsp_not_successful",
    "ocsp-other-serial": "unrelated",
    "ocsp-signature": "signature",
    "ocsp-unknown-critical": "ocsp_critical_extension",
    "ocsp-answer-unknown-critical": "ocsp_critical_extension",
    "ocsp-delegate-unchecked": "ocsp_responder_unchecked",
    "ocsp-delegate-purpose": "ocsp_responder_unauthorized",
    "ocsp-delegate-any-purpose": "ocsp_responder_unauthorized",
    "ocsp-delegate-of-others": "ocsp_responder_unauthorized",
    "ocsp-delegate-expired": "ocsp_responder_expired",
    "ocsp-stale": "stale",
    "ocsp-not-yet": "not_yet",
    "ocsp-no-next-update": "no_next_update",
    "ocsp-revoked-later": "later",
    "asserted-stale": "stale",
}
"""Why, where a case is about why: the code (``revocation.*``) behind what is not known."""

_BOUNDS = (THIS_UPDATE, NEXT_UPDATE, REVOKED_AT)
assert _BOUNDS[0] < _AT < _BOUNDS[1]  # noqa: S101 - what every row relies on
assert _BOUNDS[2] < _AT  # noqa: S101 - the same


def _body(name: str, row: Row) -> Callable[[CaseDraft], None]:
    expected = row.expected
    if name in REASONS:
        reasons = {"server": [f"revocation.{REASONS[name]}"]}
        expected = replace(expected, details={**expected.details, "reasons": reasons})

    def body(draft: CaseDraft) -> None:
        draft.at(format_instant(row.at))
        if row.prepare is not None:
            row.prepare(draft)
        draft.server.statements.append(row.says)
        if row.asserted:
            draft.evidence["asserted"] = list(row.asserted)
        draft.expect(*row.policies, expected)

    return body


def _neighbour(name: str, row: Row) -> str | None:
    """The good list or response beside everything that is not good."""
    if row.flag == "setting":
        return "setting-required-good" if row.expected.decision != "accept" else "crl-revoked"
    good = "ocsp-revoked" if row.expected.decision == "accept" else "ocsp-good"
    return good if name.startswith("ocsp") else good.replace("ocsp", "crl")


for _name, _row in ROWS.items():
    REVOCATION.add(
        _name,
        f"{_row.clause}: {_row.text}.",
        _body(_name, _row),
        flags=(_row.flag,),
        traces=(_row.clause,),
        neighbour=_neighbour(_name, _row),
    )


@REVOCATION.case("setting", traces=("design: revocation",))
def setting_required_good(draft: CaseDraft) -> None:
    """Required, and lists of every issuer of both sides are given, with nothing on them."""
    for side in ("client", "server"):
        put_status(draft.side(side), draft.evidence, side, "good")
    draft.expect(*_POLICIES, accept(settings={"revocation": "required"}))


@REVOCATION.case("list", traces=("RFC 5280, 6.3",))
def crl_client_revoked(draft: CaseDraft) -> None:
    """RFC 5280, 6.3: the client's leaf is on its private CA's list."""
    put_status(draft.client, draft.evidence, "client", "revoked")
    draft.expect(*_POLICIES, _REVOKED)


@REVOCATION.case("list", traces=("design: perspective",))
def own_revoked(draft: CaseDraft) -> None:
    """From the server's perspective its own certificate's revocation is not in question."""
    put_status(draft.server, draft.evidence, "server", "revoked")
    draft.evidence["perspective"] = "server"
    draft.expect(*_POLICIES, _GOOD)
