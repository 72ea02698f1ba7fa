"""Shapes of paths: every way in which a chain fails to lead to an anchor, beside one that does.

Each case changes one thing about the server's ordinary chain and is judged by the reading
of RFC 5280, 6.1 that `legacy-dual-use` has; the code of the path stands in `reasons`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions as x
from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft

    Change = Callable[[ChainDraft], object]

NOTES: Final = {
    "path": Flag(
        text="the chain leads to its anchor, or does not",
        bug="trusts a certificate that nobody it trusts has vouched for",
    ),
    "constraint": Flag(
        text="an issuer limits the names below it",
        bug="lets an authority vouch for names that are not its own",
    ),
    "name": Flag(
        text="the name that is asked for is at issue",
        bug="connects to somebody else",
    ),
}

SPACE: Final = Namespace("paths", "shapes of paths and kinds of names", NOTES)
NAMESPACES: Final = (SPACE,)

_DAY: Final = 86_400
_AT: Final = 1_777_593_600


def _path(  # noqa: PLR0913 - a table
    case: str,
    text: str,
    clause: str,
    change: Change,
    *codes: str,
    neighbour: str = "ordinary",
    also: tuple[str, ...] = (),
    flag: str = "path",
) -> None:
    """Register a case; `codes` are those of the path, `also` of other rules, best first."""

    def body(draft: CaseDraft) -> None:
        change(draft.server)
        if not codes:
            draft.expect(LEGACY, accept())
            return
        reasons = {"server": sorted(f"path.{code}" for code in codes)}
        draft.expect(LEGACY, reject(*also, "path.invalid", reasons=reasons))

    SPACE.add(
        case,
        f"{text} ({clause}).",
        body,
        flags=(flag,),
        traces=(clause.replace("RFC ", "RFC").replace(", ", ":", 1),),
        neighbour=neighbour,
    )


def _issuer(**values: object) -> Change:
    return lambda chain: _put(chain.issuers[0], values)


def _anchor(**values: object) -> Change:
    return lambda chain: _put(chain.anchor, values)


def _put(draft: CertificateDraft, values: dict[str, object]) -> None:
    for key, value in values.items():
        setattr(draft, key, value)


def _demanded_in_vain(chain: ChainDraft) -> None:
    demanded = x.policy_constraints(0)
    chain.issuers[0].set_extension("policyConstraints", demanded, critical=True)
    chain.leaf.drop_extension("certificatePolicies")


def _ca(which: str, *, ca: bool, length: int | None = None) -> Change:
    value = x.basic_constraints(ca=ca, path_length=length)
    return lambda chain: _of(chain, which).set_extension("basicConstraints", value)


def _of(chain: ChainDraft, which: str) -> CertificateDraft:
    return {"leaf": chain.leaf, "issuer": chain.issuers[0], "anchor": chain.anchor}[which]


def _usage(which: str, *bits: str) -> Change:
    return lambda chain: _of(chain, which).set_key_usage(*bits)


def _extra(which: str, oid: str, value: bytes, *, critical: bool) -> Change:
    return lambda chain: _of(chain, which).set_extension(oid, value, critical=critical)


_5280: Final = "RFC 5280, "
_path("ordinary", "Nothing is odd", _5280 + "6.1", lambda chain: chain, neighbour="issuer-expired")
_path("issuer-expired", "An issuer has expired", _5280 + "6.1.3", _issuer(not_after=_AT - 1),
      "expired", neighbour="issuer-expires-now")  # fmt: skip
_path("issuer-expires-now", "An issuer is valid in its last second", _5280 + "4.1.2.5",
      _issuer(not_after=_AT), neighbour="issuer-expired")  # fmt: skip
_path("issuer-begins-later", "An issuer is not yet valid", _5280 + "6.1.3",
      _issuer(not_before=_AT + 1), "not_yet_valid", neighbour="issuer-begins-now")  # fmt: skip
_path("issuer-begins-now", "An issuer is valid in its first second", _5280 + "4.1.2.5",
      _issuer(not_before=_AT), neighbour="issuer-begins-later")  # fmt: skip
_path("anchor-expired", "The anchor's certificate has expired", "RFC 5937, 3",
      _anchor(not_after=_AT - 1), "anchor_expired", neighbour="anchor-expires-now")  # fmt: skip
_path("anchor-expires-now", "The anchor is valid in its last second", "RFC 5937, 3",
      _anchor(not_after=_AT), neighbour="anchor-expired")  # fmt: skip
_path("anchor-begins-later", "The anchor is not yet valid", "RFC 5937, 3",
      _anchor(not_before=_AT + _DAY), "anchor_not_yet_valid")  # fmt: skip
_path("anchor-not-ca", "The anchor does not say that it is a CA", "RFC 5937, 3",
      _ca("anchor", ca=False), "anchor_not_ca")  # fmt: skip
_path("anchor-signs-lists-only", "The anchor's key usage lacks keyCertSign", "RFC 5937, 3",
      _usage("anchor", "cRLSign"), "anchor_key_usage")  # fmt: skip
_path("issuer-not-ca", "An issuer does not say that it is a CA", _5280 + "6.1.4",
      _ca("issuer", ca=False), "not_ca")  # fmt: skip
_path("issuer-without-constraints", "An issuer has no basic constraints", _5280 + "6.1.4",
      lambda chain: chain.issuers[0].drop_extension("basicConstraints"), "not_ca")  # fmt: skip
_path("issuer-signs-lists-only", "An issuer's key usage lacks keyCertSign", _5280 + "6.1.4",
      _usage("issuer", "cRLSign"), "key_usage")  # fmt: skip
_path("issuer-without-key-usage", "An issuer without key usage may sign", _5280 + "6.1.4",
      lambda chain: chain.issuers[0].drop_extension("keyUsage"),
      neighbour="issuer-signs-lists-only")  # fmt: skip
_path("length-none-left", "The anchor allows no issuer below it", _5280 + "6.1.4",
      _ca("anchor", ca=True, length=0), "path_length", neighbour="length-one-left")  # fmt: skip
_path("length-one-left", "The anchor allows the one issuer that there is", _5280 + "6.1.4",
      _ca("anchor", ca=True, length=1), neighbour="length-none-left")  # fmt: skip
_path("leaf-signed-by-another", "The leaf's signature is another key's", _5280 + "6.1.3",
      lambda chain: chain.signers.update({0: "p256-7"}), "signature_invalid")  # fmt: skip
_path("issuer-signed-by-another", "The issuer's signature is another key's", _5280 + "6.1.3",
      lambda chain: chain.signers.update({1: "p256-7"}), "signature_invalid")  # fmt: skip
_path("anchor-signed-by-another", "Nobody asks for an anchor's own signature", _5280 + "6.1.1",
      lambda chain: chain.signers.update({2: "p256-7"}),
      neighbour="issuer-signed-by-another")  # fmt: skip
_path("issuer-of-another-name", "Nobody has the name of the leaf's issuer", _5280 + "6.1.3",
      lambda chain: setattr(chain.leaf, "issuer", name(("CN", "nobody"))),
      "issuer_missing")  # fmt: skip
_path("critical-on-issuer", "An issuer has a critical extension that nobody knows",
      _5280 + "6.1.4", _extra("issuer", "1.3.6.1.4.1.99999.1", b"\x05\x00", critical=True),
      "unknown_critical_extension", neighbour="not-critical-on-issuer")  # fmt: skip
_path("not-critical-on-issuer", "The same extension, not critical", _5280 + "4.2",
      _extra("issuer", "1.3.6.1.4.1.99999.1", b"\x05\x00", critical=False),
      neighbour="critical-on-issuer")  # fmt: skip
_path(
    "policy-demanded",
    "An issuer demands a policy that the leaf lacks",
    _5280 + "6.1.5",
    _demanded_in_vain,
    "policy",
    neighbour="policy-demanded-and-there",
)
_path("policy-demanded-and-there", "An issuer demands a policy that both have",
      _5280 + "6.1.5", _extra("issuer", "policyConstraints", x.policy_constraints(0),
                              critical=True),
      neighbour="policy-demanded")  # fmt: skip
_path("policy-mapped-to-any", "An issuer maps to anyPolicy", _5280 + "6.1.4",
      _extra("issuer", "policyMappings",
             x.policy_mappings(("2.23.140.1.2.1", "2.5.29.32.0")), critical=True),
      "policy_mapping_any")  # fmt: skip
for _key in ("p384-0", "p521-0", "ed25519-0", "ed448-0"):
    _path(f"issuer-key-{_key.rpartition('-')[0]}", f"An issuer with a key of kind {_key[:-2]}",
          _5280 + "6.1.3", _issuer(key=_key), neighbour="leaf-signed-by-another")  # fmt: skip


# -- name constraints

_ONE: Final[GeneralNameSpec] = ("dns", "server.example.com")


def _named(  # noqa: PLR0913 - a table
    case: str,
    text: str,
    permitted: list[GeneralNameSpec] | None,
    excluded: list[GeneralNameSpec] | None,
    *codes: str,
    names: tuple[GeneralNameSpec, ...] = (),
    neighbour: str = "ordinary",
) -> None:
    def change(chain: ChainDraft) -> None:
        value = x.name_constraints(permitted, excluded)
        chain.issuers[0].set_extension("nameConstraints", value, critical=True)
        chain.leaf.set_names(_ONE, *names)

    _path(case, text, _5280 + "4.2.1.10", change, *codes, neighbour=neighbour, flag="constraint")


_OUT: Final = "name_constraint_permitted"
_BAD: Final = "name_constraint_excluded"
_named("dns-permitted", "The name lies in the permitted domain", [("dns", "example.com")], None,
       neighbour="dns-not-permitted")  # fmt: skip
_named("dns-not-permitted", "The name lies in another domain", [("dns", "example.org")], None,
       _OUT, neighbour="dns-permitted")  # fmt: skip
_named("dns-excluded", "The name lies in an excluded domain", None, [("dns", "example.com")],
       _BAD, neighbour="dns-not-excluded")  # fmt: skip
_named("dns-not-excluded", "Another domain is excluded", None, [("dns", "example.org")],
       neighbour="dns-excluded")  # fmt: skip
_named("dns-look-alike", "A domain that only ends in the same letters is another one",
       [("dns", "ver.example.com")], None, _OUT, neighbour="dns-permitted")  # fmt: skip
_named("ip-permitted", "The address lies in the permitted network", [("ip", "198.41.0.0/24")],
       None, names=(("ip", "198.41.0.4"),), neighbour="ip-not-permitted")  # fmt: skip
_named("ip-not-permitted", "The address lies in another network", [("ip", "198.41.1.0/24")],
       None, _OUT, names=(("ip", "198.41.0.4"),), neighbour="ip-permitted")  # fmt: skip
_named("ip-excluded", "The address lies in an excluded network", None, [("ip", "198.41.0.0/24")],
       _BAD, names=(("ip", "198.41.0.4"),), neighbour="ip-permitted")  # fmt: skip
_named("ip-other-family-excluded", "An IPv4 network is permitted, and all of IPv6 excluded",
       [("ip", "198.41.0.0/24")], [("ip", "::/0")], names=(("ip", "198.41.0.4"),),
       neighbour="ip-excluded")  # fmt: skip
_named("email-not-permitted", "The mailbox is of another host", [("email", "example.org")], None,
       _OUT, names=(("email", "a@example.com"),), neighbour="email-permitted")  # fmt: skip
_named("email-permitted", "The mailbox is of the permitted host", [("email", "example.com")],
       None, names=(("email", "a@example.com"),), neighbour="email-not-permitted")  # fmt: skip
_named("uri-not-permitted", "The URI's host is another one", [("uri", "www.example.org")], None,
       _OUT, names=(("uri", "https://www.example.com/"),), neighbour="uri-permitted")  # fmt: skip
_named("uri-permitted", "The URI's host is the permitted one", [("uri", "www.example.com")],
       None, names=(("uri", "https://www.example.com/"),),
       neighbour="uri-not-permitted")  # fmt: skip
_named("form-unsupported", "A form of name is constrained that nobody processes",
       [("rid", "1.2.3")], None, "name_constraint_unsupported",
       names=(("rid", "1.2.3.4"),), neighbour="form-unsupported-and-absent")  # fmt: skip
_named("form-unsupported-and-absent", "The same constraint, and no name of that form",
       [("rid", "1.2.3")], None, neighbour="form-unsupported")  # fmt: skip
_named("constraint-malformed", "A domain with a leading wildcard is no constraint",
       None, [("dns", "*.example.com")], "name_constraint_malformed",
       neighbour="dns-permitted")  # fmt: skip


# -- kinds of names


def _asked(  # noqa: PLR0913 - a table
    case: str, text: str, kind: str, value: str, *, matches: bool, neighbour: str
) -> None:
    def body(draft: CaseDraft) -> None:
        draft.server.leaf.set_names(
            _ONE, ("dns", "*.wild.example.com"), ("ip", "198.41.0.4"), ("ip", "2001:503:ba3e::2:30")
        )
        draft.evidence["server"]["name"] = {"type": kind, "value": value}
        draft.expect(LEGACY, accept() if matches else reject("name.not_matched"))

    SPACE.add(
        case, f"{text} (RFC 9525, 6).", body, flags=("name",), traces=("RFC9525:6",),
        neighbour=neighbour,
    )  # fmt: skip


_asked("name-equal", "The very name", "dns", "server.example.com", matches=True,
       neighbour="name-other")  # fmt: skip
_asked("name-other", "Another host of the domain", "dns", "other.example.com", matches=False,
       neighbour="name-equal")  # fmt: skip
_asked("name-in-capitals", "Case does not count in host names", "dns", "SERVER.Example.com",
       matches=True, neighbour="name-other")  # fmt: skip
_asked("name-under-wildcard", "A wildcard stands for one label", "dns", "a.wild.example.com",
       matches=True, neighbour="name-two-under-wildcard")  # fmt: skip
_asked("name-two-under-wildcard", "And not for two", "dns", "a.b.wild.example.com",
       matches=False, neighbour="name-under-wildcard")  # fmt: skip
_asked("name-of-wildcard-itself", "And not for none", "dns", "wild.example.com",
       matches=False, neighbour="name-under-wildcard")  # fmt: skip
_asked("address-four", "An IPv4 address", "ip", "198.41.0.4", matches=True,
       neighbour="address-four-other")  # fmt: skip
_asked("address-four-other", "Another IPv4 address", "ip", "198.41.0.5", matches=False,
       neighbour="address-four")  # fmt: skip
_asked("address-six-in-full", "An IPv6 address is compared by its octets", "ip",
       "2001:0503:BA3E:0:0:0:2:30", matches=True, neighbour="address-six-other")  # fmt: skip
_asked("address-six-other", "Another IPv6 address", "ip", "2001:503:ba3e::2:31", matches=False,
       neighbour="address-six-in-full")  # fmt: skip
