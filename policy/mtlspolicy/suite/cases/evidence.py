"""What is not in the bytes: anchors, names, assertions, perspectives, settings.

Nothing is assumed: what nobody has said is unknown, and unknown is never an accept. What a
caller asserts counts for trust alone, and loses against evidence that contradicts it.
"""

# ruff: noqa: D205 - a docstring is the description of its case: one paragraph

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import NO_ANCHORS, Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.pairs import ALL, FRANK, LEGACY, STRICT, dual, servers
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft

NOTES: Final = {
    "missing": Flag(
        text="something is not known that a rule has to know",
        bug="takes what nobody has said for granted",
    ),
    "asserted": Flag(
        text="the caller vouches for something",
        bug="believes the caller more, or less, than it says",
    ),
    "contradicted": Flag(
        text="evidence contradicts what the caller vouches for",
        bug="believes a word against the bytes",
    ),
    "perspective": Flag(
        text="one side is the caller's own",
        bug="asks whether one trusts oneself, or takes one's own certificate for good",
    ),
    "empty": Flag(
        text="a chain is empty, or too long to be looked at",
        bug="accepts a peer that has shown nothing",
    ),
    "chain": Flag(
        text="the order or number of the presented certificates is unusual",
        bug="knows only chains that are sent in the one right order",
    ),
    "name": Flag(
        text="the server's name is at issue",
        bug="connects to somebody else",
    ),
    "setting": Flag(
        text="a policy's setting differs from its default",
        bug="ignores a setting, or takes a wrong one for the default",
    ),
    "proposal": Flag(
        text="the policy is a proposal",
        bug="does not say when a proposal alone has let somebody in",
    ),
    "ordinary": Flag(
        text="nothing is odd",
        bug="fails every other case for another reason than the one it is about",
    ),
}

SPACE: Final = Namespace("evidence", "what is not in the bytes", NOTES)
NAMESPACES: Final = (SPACE,)

_DESIGN: Final = ("DESIGN:3",)
_NO_PATH: Final = ("path.invalid", "purpose.issuer_refuses")


def _unanchored(draft: CaseDraft, *sides: str) -> None:
    for side in sides:
        draft.evidence.setdefault(side, {})["anchors"] = NO_ANCHORS


def _alone(draft: CaseDraft, side: str) -> None:
    """Present the leaf without its issuer."""
    built = draft.side(side).build()
    draft.presented[side] = built.presented[:1]


def _base64(der: bytes) -> str:
    return base64.b64encode(der).decode("ascii")


# -- ordinary


@SPACE.case("ordinary", traces=("RFC5280:4.2.1.12",))
def client_and_server(draft: CaseDraft) -> None:
    """A private clientAuth client meets a public serverAuth server, and everything is known: both
    purposes fit their roles (RFC 5280, 4.2.1.12). The draft wants serverAuth on both sides.
    """
    until = "2026-06-30T00:00:00Z"
    draft.expect(LEGACY, STRICT, accept(relationship="client-to-server", valid_until=until))
    draft.expect(FRANK, reject("eku.server_auth_missing", relationship="client-to-server"))


@SPACE.case("proposal", traces=("FRANK:2-3", "FRANK:A-3"), neighbour="dual-purpose", start=servers)
def two_servers(draft: CaseDraft) -> None:
    """Both sides hold serverAuth alone: RFC 5280, 4.2.1.12 gives the client no purpose, the draft
    (2-3) makes it one of two servers, and nothing else would have accepted.
    """
    refused = reject("eku.client_auth_missing", "purpose.issuer_refuses")
    draft.expect(LEGACY, STRICT, refused)
    draft.expect(FRANK, accept(decisive=True, relationship="server-to-server"))


@SPACE.case("proposal", traces=("FRANK:Q-1",), neighbour="two-servers", start=dual)
def dual_purpose(draft: CaseDraft) -> None:
    """Both sides hold both purposes: every policy accepts, so the proposal is not decisive."""
    draft.expect(LEGACY, accept())
    draft.expect(STRICT, accept(warnings=("eku.dual_purpose",)))
    draft.expect(
        FRANK, accept(decisive=False, warnings=("eku.dual_purpose", "name.peer_not_judged"))
    )


# -- anchors and issuers


@SPACE.case("missing", traces=_DESIGN, neighbour="client-and-server")
def no_anchors_for_the_client(draft: CaseDraft) -> None:
    """Nobody has said to which anchors the client's chain must lead: its path is unknown, and so
    is whether there are further issuers.
    """
    _unanchored(draft, "client")
    draft.expect(LEGACY, indeterminate(*_NO_PATH, missing_evidence=["client.anchors"]))


@SPACE.case("missing", traces=_DESIGN, neighbour="client-and-server")
def no_anchors_for_the_server(draft: CaseDraft) -> None:
    """The same on the server's side."""
    _unanchored(draft, "server")
    draft.expect(LEGACY, indeterminate(*_NO_PATH, missing_evidence=["server.anchors"]))


@SPACE.case("missing", traces=_DESIGN, neighbour="client-and-server")
def no_anchors_at_all(draft: CaseDraft) -> None:
    """Neither side's anchors are known."""
    _unanchored(draft, "client", "server")
    both = ["client.anchors", "server.anchors"]
    draft.expect(LEGACY, indeterminate(*_NO_PATH, missing_evidence=both))


@SPACE.case("missing", traces=_DESIGN, neighbour="client-and-server")
def nobody_is_trusted(draft: CaseDraft) -> None:
    """An empty list of anchors is an answer: it trusts nobody."""
    draft.evidence["client"]["anchors"] = []
    draft.expect(*ALL[:2], reject("path.invalid"))


@SPACE.case("missing", traces=("RFC5280:6.1",), neighbour="issuer-known-already")
def issuer_not_presented(draft: CaseDraft) -> None:
    """The client presents its leaf alone, and no path to the anchors can be built
    (RFC 5280, 6.1).
    """
    _alone(draft, "client")
    draft.expect(*ALL[:2], reject("path.invalid"))


@SPACE.case("chain", traces=("RFC5280:6.1",), neighbour="issuer-not-presented")
def issuer_known_already(draft: CaseDraft) -> None:
    """The client presents its leaf alone, and the issuer is known from elsewhere."""
    issuer = draft.client.build().presented[1]
    _alone(draft, "client")
    draft.evidence["client"]["intermediates"] = [_base64(issuer)]
    draft.expect(*ALL[:2], accept())


@SPACE.case("chain", traces=("RFC5280:6.1",), neighbour="another-anchor")
def leaf_is_the_anchor(draft: CaseDraft) -> None:
    """The client's leaf is itself an anchor: there are no issuers that could refuse anything."""
    leaf = draft.client.build().presented[0]
    _alone(draft, "client")
    pinned = {"certificate": _base64(leaf)}
    draft.evidence["client"]["anchors"] = [pinned]
    draft.expect(*ALL[:2], accept())


@SPACE.case("missing", traces=("RFC5280:6.1",), neighbour="client-and-server")
def another_anchor(draft: CaseDraft) -> None:
    """The client's chain is whole and leads to an anchor, but not to one of its side."""
    other = draft.server.build().anchor
    anchor = {"certificate": _base64(other)}
    draft.evidence["client"]["anchors"] = [anchor]
    draft.expect(*ALL[:2], reject("path.invalid"))


@SPACE.case("chain", traces=("RFC8446:4.4.2",), neighbour="issuer-not-presented")
def root_presented_too(draft: CaseDraft) -> None:
    """The client presents its root as well, which RFC 8446, 4.4.2 lets it leave out."""
    draft.presented["client"] = [*draft.client.build().presented, draft.client.build().anchor]
    draft.expect(*ALL[:2], accept())


@SPACE.case("chain", traces=("RFC8446:4.4.2",), neighbour="issuer-not-presented")
def out_of_order(draft: CaseDraft) -> None:
    """An unrelated certificate stands between leaf and issuer: RFC 8446, 4.4.2 wants receivers to
    cope, and what is in nobody's path is not judged.
    """
    stray = CertificateDraft(subject=name(("CN", "stray.example")), key="p256-5").build()
    leaf, issuer = draft.client.build().presented
    draft.presented["client"] = [leaf, stray, issuer]
    draft.expect(*ALL[:2], accept())


@SPACE.case("chain", traces=("RFC8446:4.4.2",), neighbour="client-and-server")
def issuer_first(draft: CaseDraft) -> None:
    """The issuer stands first, so it is what the client claims to be (RFC 8446, 4.4.2): a CA
    certificate without any TLS purpose, or name, of its own.
    """
    leaf, issuer = draft.client.build().presented
    draft.presented["client"] = [issuer, leaf]
    # It has a key usage that can sign certificates, and nothing that TLS asks for.
    draft.expect(LEGACY, reject("key_usage.not_for_tls", "name.not_matched"))


# -- assertions


@SPACE.case("asserted", traces=_DESIGN, neighbour="no-anchors-at-all")
def paths_asserted(draft: CaseDraft) -> None:
    """The caller's TLS stack has checked both paths: the presented chains are the paths."""
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["path"]
    draft.expect(LEGACY, accept())


@SPACE.case("asserted", traces=_DESIGN, neighbour="paths-asserted")
def one_path_asserted(draft: CaseDraft) -> None:
    """The caller vouches for the client's path and says nothing of the server's."""
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["client.path"]
    draft.expect(LEGACY, indeterminate(*_NO_PATH, missing_evidence=["server.anchors"]))


@SPACE.case("asserted", "missing", traces=_DESIGN, neighbour="paths-asserted")
def path_asserted_issuer_unknown(draft: CaseDraft) -> None:
    """The path is vouched for, but the client has presented its leaf alone: what its issuers
    permit is not known, and nothing about a missing issuer is vacuously true.
    """
    _alone(draft, "client")
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["path"]
    draft.expect(
        LEGACY, indeterminate("purpose.issuer_refuses", missing_evidence=["client.anchors"])
    )


@SPACE.case("asserted", traces=_DESIGN, neighbour="path-asserted-issuer-unknown")
def issuers_asserted(draft: CaseDraft) -> None:
    """The caller vouches for the issuers too."""
    _alone(draft, "client")
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["path", "client.issuers"]
    draft.expect(LEGACY, accept())


@SPACE.case("asserted", "contradicted", traces=_DESIGN, neighbour="issuers-asserted")
def issuers_asserted_and_presented(draft: CaseDraft) -> None:
    """The caller vouches for the issuers, and a presented one does not permit the purpose."""
    draft.client.issuers[0].set_purposes("serverAuth")
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["path", "issuers"]
    draft.expect(LEGACY, reject("purpose.issuer_refuses"))


@SPACE.case("asserted", "contradicted", traces=_DESIGN, neighbour="paths-asserted")
def path_asserted_against_anchors(draft: CaseDraft) -> None:
    """The caller vouches for a path that does not lead to the anchors it gives: evidence wins."""
    draft.evidence["client"]["anchors"] = []
    draft.evidence["asserted"] = ["path"]
    draft.expect(*ALL[:2], reject("path.invalid"))


@SPACE.case("asserted", "contradicted", traces=_DESIGN, neighbour="paths-asserted")
def purpose_is_not_trust(draft: CaseDraft) -> None:
    """Everything is vouched for, and the client lists the wrong purpose: assertions cover trust
    alone, purposes always come from the bytes.
    """
    draft.client.leaf.set_purposes("emailProtection")
    _unanchored(draft, "client", "server")
    draft.evidence["asserted"] = ["path", "name", "issuers", "revocation"]
    draft.expect(LEGACY, reject("eku.client_auth_missing"))


@SPACE.case("asserted", traces=_DESIGN, start=servers)
def proposal_on_assertions(draft: CaseDraft) -> None:
    """What an XMPP server knows: its stack has built the path and matched the name."""
    _unanchored(draft, "client", "server")
    draft.without("server", "name")
    draft.evidence["asserted"] = ["path", "name"]
    draft.expect(FRANK, accept(decisive=True))


# -- names


@SPACE.case("name", "missing", traces=("RFC9525:6",), neighbour="client-and-server")
def no_server_name(draft: CaseDraft) -> None:
    """Nobody has said which server was meant, so nothing can match (RFC 9525, 6)."""
    draft.without("server", "name")
    draft.expect(*ALL[:2], indeterminate("name.not_matched", missing_evidence=["server.name"]))


@SPACE.case("name", traces=("RFC9525:6",), neighbour="client-and-server")
def another_server_name(draft: CaseDraft) -> None:
    """The certificate is another server's (RFC 9525, 6)."""
    draft.evidence["server"]["name"] = {"type": "dns", "value": "www.example.com"}
    draft.expect(*ALL[:2], reject("name.not_matched"))


@SPACE.case("name", "asserted", traces=("RFC9525:6",), neighbour="no-server-name")
def server_name_asserted(draft: CaseDraft) -> None:
    """The caller's stack has matched the name."""
    draft.without("server", "name")
    draft.evidence["asserted"] = ["server.name"]
    draft.expect(*ALL[:2], accept())


@SPACE.case(
    "name", "asserted", "contradicted", traces=("RFC9525:6",), neighbour="client-and-server"
)
def server_name_asserted_wrongly(draft: CaseDraft) -> None:
    """The caller vouches for a name that the certificate does not carry: evidence wins."""
    draft.evidence["server"]["name"] = {"type": "dns", "value": "www.example.com"}
    draft.evidence["asserted"] = ["name"]
    draft.expect(*ALL[:2], reject("name.not_matched"))


@SPACE.case("name", traces=("RFC9525:1.3",), neighbour="client-and-server")
def common_name_does_not_count(draft: CaseDraft) -> None:
    """The name asked for stands in the common name alone (RFC 9525: no CN)."""
    draft.server.leaf.subject = name(("C", "US"), ("CN", "www.example.com"))
    draft.evidence["server"]["name"] = {"type": "dns", "value": "www.example.com"}
    draft.expect(LEGACY, reject("name.not_matched"))
    draft.expect(STRICT, reject("name.not_matched", "common_name.not_from_san"))


# -- perspectives


@SPACE.case("perspective", traces=_DESIGN, neighbour="no-anchors-at-all")
def server_asks(draft: CaseDraft) -> None:
    """A server judges the client: of its own certificate neither path nor name is in question."""
    draft.evidence["perspective"] = "server"
    _unanchored(draft, "server")
    draft.without("server", "name")
    draft.expect(LEGACY, accept())


@SPACE.case("perspective", traces=_DESIGN, neighbour="no-anchors-at-all")
def client_asks(draft: CaseDraft) -> None:
    """A client judges the server: of its own certificate neither path nor name is in question."""
    draft.evidence["perspective"] = "client"
    _unanchored(draft, "client")
    draft.expect(LEGACY, accept())


@SPACE.case("perspective", "missing", traces=_DESIGN, neighbour="server-asks")
def server_asks_without_anchors(draft: CaseDraft) -> None:
    """A server judges the client, and does not know to which anchors its chain must lead."""
    draft.evidence["perspective"] = "server"
    _unanchored(draft, "client", "server")
    draft.without("server", "name")
    draft.expect(LEGACY, indeterminate(*_NO_PATH, missing_evidence=["client.anchors"]))


@SPACE.case("perspective", traces=_DESIGN, neighbour="server-asks")
def own_purpose_is_judged(draft: CaseDraft) -> None:
    """A server judges the client with a certificate of its own that is for no server."""
    draft.evidence["perspective"] = "server"
    draft.server.leaf.set_purposes("clientAuth")
    draft.expect(LEGACY, STRICT, reject("eku.server_auth_missing"))


@SPACE.case("perspective", traces=_DESIGN, neighbour="client-asks")
def own_certificate_expired(draft: CaseDraft) -> None:
    """A client judges the server with a certificate of its own that has expired: validity comes
    from the bytes of both sides, the path of the own one is not in question.
    """
    draft.evidence["perspective"] = "client"
    draft.client.leaf.not_after = 1_777_000_000  # 2026-04-24T03:06:40Z
    draft.expect(LEGACY, STRICT, reject("validity.expired"))


# -- empty chains, and chains without end


@SPACE.case("empty", traces=("RFC8446:4.4.2.4",), neighbour="client-and-server")
def client_presents_nothing(draft: CaseDraft) -> None:
    """A client may send an empty list, and nothing can then be said of it (RFC 8446, 4.4.2.4)."""
    draft.presented["client"] = []
    draft.expect(*ALL, reject("chain.empty", alert="certificate_required"))


@SPACE.case("empty", traces=("RFC8446:4.4.2.4",), neighbour="client-and-server")
def server_presents_nothing(draft: CaseDraft) -> None:
    """A server always sends a certificate (RFC 8446, 4.4.2.4: else decode_error)."""
    draft.presented["server"] = []
    draft.expect(*ALL, reject("chain.empty"))


@SPACE.case("empty", traces=("RFC8446:4.4.2.4",), neighbour="client-and-server")
def nobody_presents_anything(draft: CaseDraft) -> None:
    """Two empty chains are legal input, and a reject."""
    draft.presented["client"] = []
    draft.presented["server"] = []
    draft.expect(*ALL, reject("chain.empty"))


@SPACE.case("empty", traces=("DESIGN:10",), neighbour="a-hundred-certificates")
def a_hundred_and_one_certificates(draft: CaseDraft) -> None:
    """More certificates than are looked at: a code of its own, whatever they are."""
    _crowd(draft, 101)
    draft.expect(LEGACY, STRICT, reject("limit.chain_certificates"))


@SPACE.case("empty", "chain", traces=("DESIGN:10",), neighbour="a-hundred-and-one-certificates")
def a_hundred_certificates(draft: CaseDraft) -> None:
    """As many certificates as are looked at, of which two are in the path."""
    _crowd(draft, 100)
    draft.expect(LEGACY, STRICT, accept())


def _crowd(draft: CaseDraft, count: int) -> None:
    stray = CertificateDraft(subject=name(("CN", "stray")), key="ed25519-0", serial=1).build()
    chain = draft.client.build().presented
    draft.presented["client"] = [*chain, *[stray] * (count - len(chain))]


# -- settings


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="absent-allowed")
def absent_refused(draft: CaseDraft) -> None:
    """legacy-dual-use, told to refuse an absent extended key usage (RFC 5280, 4.2.1.12: an
    application may insist on the purpose).
    """
    draft.client.leaf.drop_extension("extKeyUsage")
    settings = {"absent_eku": "refuse"}
    draft.expect(LEGACY, reject("eku.client_auth_missing", settings=settings))


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="absent-refused")
def absent_allowed(draft: CaseDraft) -> None:
    """legacy-dual-use, told to take an absent extended key usage, as it does by default."""
    draft.client.leaf.drop_extension("extKeyUsage")
    warned = ("eku.missing",)
    draft.expect(LEGACY, accept(settings={"absent_eku": "allow"}, warnings=warned))


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="any-allowed")
def any_refused(draft: CaseDraft) -> None:
    """legacy-dual-use, told to refuse anyExtendedKeyUsage (RFC 5280, 4.2.1.12: an application may
    refuse it where it needs a purpose).
    """
    draft.client.leaf.set_purposes("any")
    draft.expect(LEGACY, reject("eku.client_auth_missing", settings={"any_eku": "refuse"}))


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="any-refused")
def any_allowed(draft: CaseDraft) -> None:
    """legacy-dual-use, told to take anyExtendedKeyUsage, as it does by default."""
    draft.client.leaf.set_purposes("any")
    warned = ("eku.any_purpose", "eku.missing")
    draft.expect(LEGACY, accept(settings={"any_eku": "allow"}, warnings=warned))


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="any-on-an-issuer-allowed")
def any_on_an_issuer_refused(draft: CaseDraft) -> None:
    """legacy-dual-use, told to refuse anyExtendedKeyUsage, which an issuer has."""
    draft.client.issuers[0].set_purposes("any")
    draft.expect(LEGACY, reject("purpose.issuer_refuses", settings={"any_eku": "refuse"}))


@SPACE.case("setting", traces=("RFC5280:4.2.1.12",), neighbour="any-on-an-issuer-refused")
def any_on_an_issuer_allowed(draft: CaseDraft) -> None:
    """legacy-dual-use with an issuer for anyExtendedKeyUsage: allowed, with a warning."""
    draft.client.issuers[0].set_purposes("any")
    draft.expect(LEGACY, accept(warnings=("eku.any_purpose",)))


@SPACE.case("setting", traces=("CHROME:1.3.2-2",), neighbour="dual-purpose", start=dual)
def client_auth_forbidden(draft: CaseDraft) -> None:
    """cabf-strict, told to refuse clientAuth in public certificates now, as the Chrome root
    programme (1.3.2) will from notBefore 2027-03-15; the BR do not.
    """
    settings = {"forbid_client_auth": True}
    draft.expect(STRICT, reject("eku.client_auth_forbidden", settings=settings))


@SPACE.case("setting", traces=("CHROME:1.3.2-2",), neighbour="client-auth-forbidden")
def client_auth_forbidden_on_public_certificates_only(draft: CaseDraft) -> None:
    """The same setting leaves a private client alone."""
    draft.expect(STRICT, accept(settings={"forbid_client_auth": True}))


@SPACE.case("setting", traces=("FRANK:3.3-5",), neighbour="dual-purpose", start=dual)
def dual_refused(draft: CaseDraft) -> None:
    """The draft's option to refuse a certificate that carries both purposes (3.3-5)."""
    settings = {"reject_dual_eku": True}
    draft.expect(FRANK, reject("eku.dual_purpose_refused", settings=settings))


@SPACE.case("setting", traces=("FRANK:3.3-5",), neighbour="dual-refused", start=servers)
def dual_refused_and_not_dual(draft: CaseDraft) -> None:
    """The same option does not touch a certificate with one purpose."""
    draft.expect(FRANK, accept(settings={"reject_dual_eku": True}))


@SPACE.case("setting", traces=_DESIGN, neighbour="client-and-server")
def setting_of_another_policy(draft: CaseDraft) -> None:
    """A setting that the policy does not have is refused, not ignored."""
    draft.expect(LEGACY, reject("engine.setting_invalid", settings={"forbid_client_auth": True}))
    draft.expect(STRICT, reject("engine.setting_invalid", settings={"absent_eku": "allow"}))


@SPACE.case("setting", traces=_DESIGN, neighbour="absent-allowed")
def setting_with_a_wrong_value(draft: CaseDraft) -> None:
    """A value that the setting cannot have is refused."""
    draft.client.leaf.drop_extension("extKeyUsage")
    draft.expect(LEGACY, reject("engine.setting_invalid", settings={"absent_eku": "perhaps"}))


_REVOCATION: Final = {"revocation": "required"}


@SPACE.case(
    "setting", "missing", traces=("RFC5280:6.3",), neighbour="revocation-asserted", start=dual
)
def revocation_required(draft: CaseDraft) -> None:
    """Every policy can be told to want an answer about revocation, and there is none
    (RFC 5280, 6.3): unknown, and that is no accept.
    """
    draft.expect(*ALL, indeterminate("revocation.required", settings=_REVOCATION))


@SPACE.case(
    "setting", "asserted", traces=("RFC5280:6.3",), neighbour="revocation-required", start=dual
)
def revocation_asserted(draft: CaseDraft) -> None:
    """The same, and the caller's stack has asked for both sides."""
    draft.evidence["asserted"] = ["revocation"]
    draft.expect(*ALL, accept(settings=_REVOCATION))
