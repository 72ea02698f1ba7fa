"""Two systems: service accounts of a hosted API, and a dedicated non-browser PKI.

What is expected follows the description of the systems (S-1 and S-5): the account is the
client's common name, its CA is the tenant's and never a public one; and the same
dual-purpose leaf is right or wrong by where its chain ends.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.suite.authoring import NO_ANCHORS, Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import PairDraft
    from mtlspolicy.suite.authoring import CaseDraft

NOTES: Final = {
    "account": Flag(
        text="a client is a service account of a hosted API",
        bug="lets a bot log in as another account, or by a certificate of anybody's CA",
    ),
    "dedicated": Flag(
        text="a client's chain ends in a dedicated PKI, or does not",
        bug="judges a leaf by its bytes alone, wherever its chain ends",
    ),
}

SPACE: Final = Namespace("systems", "service accounts and dedicated hierarchies", NOTES)
NAMESPACES: Final = (SPACE,)

ACCOUNT: Final = "service-account"
DEDICATED: Final = "dedicated-pki"
_S1: Final = ("SYSTEMS:S-1",)
_S5: Final = ("SYSTEMS:S-5",)


def bot() -> PairDraft:
    """Return a bot with its own account's certificate, and an ordinary server."""
    pair = ordinary_pair()
    pair.client.leaf.subject = name(("O", "Example Private"), ("CN", "trade-bot"))
    pair.evidence["client"] = {"name": {"type": "cn", "value": "trade-bot"}}
    return pair


def _group(draft: CaseDraft, group: str) -> None:
    """Give the client's anchor under a group."""
    anchor = base64.b64encode(draft.client.build().anchor).decode("ascii")
    draft.evidence["client"]["anchors"] = [{"group": group, "certificate": anchor}]


def dedicated(group: str, *purposes: str) -> Callable[[CaseDraft], None]:
    """Return what gives a client these purposes and its anchor this group."""

    def change(draft: CaseDraft) -> None:
        if purposes:
            draft.client.leaf.set_purposes(*purposes)
        else:
            draft.client.leaf.drop_extension("extKeyUsage")
        _group(draft, group)

    return change


# -- service accounts


@SPACE.case("account", traces=_S1, neighbour="bot-of-another-name", start=bot)
def bot_of_the_tenant(draft: CaseDraft) -> None:
    """A certificate of the tenant's CA for clientAuth whose common name is the account (S-1)."""
    draft.expect(ACCOUNT, accept())


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_of_another_name(draft: CaseDraft) -> None:
    """The common name must equal the name of the account (S-1, identity)."""
    draft.client.leaf.subject = name(("CN", "other-bot"))
    draft.expect(ACCOUNT, reject("name.not_matched"))
    draft.expect(LEGACY, reject("name.not_matched"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_in_another_case(draft: CaseDraft) -> None:
    """Equal is equal: an account name has no case folding (S-1, identity)."""
    draft.client.leaf.subject = name(("CN", "Trade-Bot"))
    draft.expect(ACCOUNT, reject("name.not_matched"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_without_a_common_name(draft: CaseDraft) -> None:
    """A certificate without a common name is no account's (S-1, identity)."""
    draft.client.leaf.subject = name(("O", "Example Private"))
    draft.expect(ACCOUNT, reject("name.not_matched"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_with_two_common_names(draft: CaseDraft) -> None:
    """Which of two common names counts differs between readers, so neither does."""
    draft.client.leaf.subject = name(("CN", "trade-bot"), ("CN", "other-bot"))
    draft.expect(ACCOUNT, reject("name.not_matched"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_named_in_the_san_alone(draft: CaseDraft) -> None:
    """The account is the common name and not an alternative name (S-1, identity)."""
    draft.client.leaf.subject = name(("CN", "other-bot"))
    draft.client.leaf.set_names(("dns", "trade-bot"))
    draft.expect(ACCOUNT, reject("name.not_matched"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_without_a_name_asked(draft: CaseDraft) -> None:
    """Whose account it is has to be asked; any certificate of the CA would do otherwise."""
    draft.without("client", "name")
    draft.expect(ACCOUNT, reject("name.not_matched"))
    draft.expect(LEGACY, accept())


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_for_server_auth(draft: CaseDraft) -> None:
    """The API expects a certificate for clientAuth (S-1); a server's is none, and is dual use."""
    draft.client.leaf.set_purposes("serverAuth")
    warned = ("eku.dual_purpose", "eku.missing")
    draft.expect(ACCOUNT, reject("eku.client_auth_missing", warnings=warned))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_for_both_purposes(draft: CaseDraft) -> None:
    """A dual-purpose certificate of the tenant's CA is good, and on the list of what to move."""
    draft.client.leaf.set_purposes("serverAuth", "clientAuth")
    draft.expect(ACCOUNT, accept(warnings=("eku.dual_purpose", "eku.missing")))


@SPACE.case("account", traces=_S1, neighbour="bot-without-purposes-allowed", start=bot)
def bot_without_purposes(draft: CaseDraft) -> None:
    """The API expects clientAuth to be said (S-1): absence is not taken for it."""
    draft.client.leaf.drop_extension("extKeyUsage")
    draft.expect(ACCOUNT, reject("eku.client_auth_missing"))
    draft.expect(LEGACY, accept())


@SPACE.case("account", traces=_S1, neighbour="bot-without-purposes", start=bot)
def bot_without_purposes_allowed(draft: CaseDraft) -> None:
    """An operator may take absence for every purpose by setting (RFC 5280, 4.2.1.12)."""
    draft.client.leaf.drop_extension("extKeyUsage")
    draft.expect(ACCOUNT, accept(settings={"absent_eku": "allow"}))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_under_a_server_ca(draft: CaseDraft) -> None:
    """The purpose is nested: a CA for serverAuth alone issues no clients."""
    draft.client.issuers[0].set_purposes("serverAuth")
    draft.expect(ACCOUNT, reject("purpose.issuer_refuses"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_of_another_tenant(draft: CaseDraft) -> None:
    """Anchors are per tenant (S-1, trust): another tenant's CA leads nowhere."""
    draft.evidence["client"]["anchors"] = []
    reasons = {"client": ["path.issuer_missing"]}
    draft.expect(ACCOUNT, reject("path.invalid", reasons=reasons))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_without_anchors(draft: CaseDraft) -> None:
    """Without anchors nobody has said which tenant's CA counts: never an accept."""
    draft.evidence["client"]["anchors"] = NO_ANCHORS
    draft.expect(ACCOUNT, indeterminate("path.invalid", "purpose.issuer_refuses"))


@SPACE.case("account", traces=_S1, neighbour="bot-under-a-group-of-the-tenant", start=bot)
def bot_under_public_roots(draft: CaseDraft) -> None:
    """Never the public roots (S-1, trust), even where somebody has configured them."""
    _group(draft, "public")
    draft.expect(ACCOUNT, reject("path.invalid"))
    draft.expect(LEGACY, accept())


@SPACE.case("account", traces=_S1, neighbour="bot-under-public-roots", start=bot)
def bot_under_a_group_of_the_tenant(draft: CaseDraft) -> None:
    """A group of any other name is the tenant's own (S-1, trust)."""
    _group(draft, "tenant-7")
    draft.expect(ACCOUNT, accept())


@SPACE.case("account", traces=_S1, neighbour="bot-under-a-group-of-the-tenant", start=bot)
def bot_under_a_group_that_is_called_public(draft: CaseDraft) -> None:
    """Which groups are public roots is a setting."""
    _group(draft, "tenant-7")
    draft.expect(ACCOUNT, reject("path.invalid", settings={"public_groups": ["tenant-7"]}))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def bot_that_has_expired(draft: CaseDraft) -> None:
    """Existing certificates remain good until they expire (S-1), and not longer."""
    draft.client.leaf.not_after = 1_777_500_000
    draft.expect(ACCOUNT, reject("validity.expired", "path.invalid"))


@SPACE.case("account", traces=_S1, neighbour="bot-of-the-tenant", start=bot)
def api_for_client_auth(draft: CaseDraft) -> None:
    """The API serves a certificate for serverAuth (S-1): a client's is none."""
    draft.server.leaf.set_purposes("clientAuth")
    draft.expect(ACCOUNT, reject("eku.server_auth_missing"))


# -- a dedicated PKI

_BOTH: Final = ("serverAuth", "clientAuth")


def _row(  # noqa: PLR0913, PLR0917 - a table
    case: str,
    text: str,
    group: str,
    purposes: tuple[str, ...],
    codes: tuple[str, ...],
    neighbour: str,
    settings: dict[str, list[str]] | None = None,
) -> None:
    def body(draft: CaseDraft) -> None:
        dedicated(group, *purposes)(draft)
        asked = settings or {}
        expected = reject(*codes, settings=asked) if codes else accept(settings=asked)
        draft.expect(DEDICATED, expected)

    SPACE.add(case, f"{text} (S-5).", body, flags=("dedicated",), traces=_S5, neighbour=neighbour)


_DUAL: Final = ("eku.dual_purpose_refused",)
_NO_CLIENT: Final = ("eku.client_auth_missing",)
_row("dual-in-x9", "A dual-purpose leaf of X9 is right", "x9", _BOTH, (), "dual-elsewhere")
_row("dual-elsewhere", "The same leaf elsewhere is refused", "default", _BOTH, _DUAL, "dual-in-x9")
_row(
    "dual-in-public", "The same leaf under public roots is refused", "public", _BOTH, _DUAL,
    "dual-in-x9",
)  # fmt: skip
_row(
    "client-elsewhere", "A leaf for clientAuth alone is right anywhere", "default",
    ("clientAuth",), (), "dual-elsewhere",
)  # fmt: skip
_row("client-in-x9", "And right in X9", "x9", ("clientAuth",), (), "server-in-x9")
_row(
    "server-in-x9", "A leaf for serverAuth alone is no client in X9 either", "x9",
    ("serverAuth",), _NO_CLIENT, "client-in-x9",
)  # fmt: skip
_row(
    "server-elsewhere", "A leaf for serverAuth alone is refused twice elsewhere", "default",
    ("serverAuth",), (*_NO_CLIENT, *_DUAL), "client-elsewhere",
)  # fmt: skip
_row("absent-in-x9", "Without purposes it is unrestricted in X9", "x9", (), (), "absent-elsewhere")
_row(
    "absent-elsewhere", "Without purposes it is refused elsewhere", "default", (), _NO_CLIENT,
    "absent-in-x9",
)  # fmt: skip
_row(
    "any-elsewhere", "anyExtendedKeyUsage is no purpose elsewhere", "default", ("any",),
    _NO_CLIENT, "any-in-x9",
)  # fmt: skip
_row("any-in-x9", "anyExtendedKeyUsage stands for both in X9", "x9", ("any",), (), "any-elsewhere")
_row(
    "dual-in-a-group-by-setting", "Which groups are dedicated is a setting", "payments", _BOTH,
    (), "dual-in-x9-without-it", {"groups": ["x9", "payments"]},
)  # fmt: skip
_row(
    "dual-in-x9-without-it", "Without X9 among the groups the leaf is refused", "x9", _BOTH, _DUAL,
    "dual-in-a-group-by-setting", {"groups": ["payments"]},
)  # fmt: skip
