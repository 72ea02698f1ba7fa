"""What a pair of purposes says that the peers are to each other: the draft's truth table.

The draft's abstract defines four rows; the digest (draft-frank.md, 1.9) names what it
leaves open. The relationship is a fact of the pair and the same under every policy;
whether the pair is accepted is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import FRANK, LEGACY, dual
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "defined": Flag(
        text="the draft's abstract defines the row",
        bug="takes one relationship for another, and with it a machine for a person",
    ),
    "undefined": Flag(
        text="no text defines the row",
        bug="reads a relationship into a pair that has none",
    ),
    "undetermined": Flag(
        text="a purpose cannot be read",
        bug="takes what it cannot read for an answer",
    ),
}

SPACE: Final = Namespace(
    "relationship", "what a pair of purposes says that the peers are to each other", NOTES
)
NAMESPACES: Final = (SPACE,)

_TWO: Final = extensions.extended_key_usage("serverAuth")


def _set(*listed: str) -> Callable[[CertificateDraft], None]:
    return lambda leaf: leaf.set_purposes(*listed)


def _absent(leaf: CertificateDraft) -> None:
    leaf.drop_extension("extKeyUsage")


def _twice(leaf: CertificateDraft) -> None:
    leaf.drop_extension("extKeyUsage")
    leaf.add_extension("extKeyUsage", _TWO)
    leaf.add_extension("extKeyUsage", _TWO)


KINDS: Final = {
    "server": ("serverAuth alone", _set("serverAuth")),
    "client": ("clientAuth alone", _set("clientAuth")),
    "both": ("both TLS purposes", _set("serverAuth", "clientAuth")),
    "absent": ("no extended key usage", _absent),
    "any": ("anyExtendedKeyUsage alone", _set("any")),
    "server-any": ("serverAuth with anyExtendedKeyUsage", _set("serverAuth", "any")),
    "server-email": ("serverAuth with emailProtection", _set("serverAuth", "emailProtection")),
    "email": ("emailProtection alone", _set("emailProtection")),
    "empty": ("an empty list of purposes", _set()),
    "twice": ("two extensions of that type", _twice),
}
"""What a leaf's extended key usage says."""

_NO_CLIENT: Final = "eku.client_auth_missing"
_NO_SERVER: Final = "eku.server_auth_missing"

ROWS: Final = {
    ("server", "server"): "server-to-server",
    ("client", "server"): "client-to-server",
    ("server", "client"): "server-to-client",
    ("client", "client"): "user-to-user",
    # another purpose beside does not make a device a person
    ("server-email", "server"): "server-to-server",
    ("client", "server-email"): "client-to-server",
    ("both", "server"): "undefined",
    ("both", "client"): "undefined",
    ("server", "both"): "undefined",
    ("client", "both"): "undefined",
    ("both", "both"): "undefined",
    ("absent", "server"): "undefined",
    ("server", "absent"): "undefined",
    ("absent", "absent"): "undefined",
    ("any", "server"): "undefined",
    ("server", "any"): "undefined",
    ("server-any", "server"): "undefined",
    ("email", "server"): "undefined",
    ("server", "email"): "undefined",
    ("empty", "server"): "undefined",
    ("twice", "server"): "undetermined",
    ("server", "twice"): "undetermined",
}
"""The client's purposes and the server's, and the relationship (draft-frank.md, 1.9)."""


def _legacy(client: str, server: str, relationship: str) -> Expectation:
    """RFC 5280, 4.2.1.12: absence and anyExtendedKeyUsage permit, another list does not."""
    return _verdict(
        [
            *_codes(client, {"server", "server-email", "email", "empty"}, _NO_CLIENT),
            *_codes(server, {"client", "email"}, _NO_SERVER),
        ],
        relationship,
    )


def _frank(client: str, server: str, relationship: str) -> Expectation:
    """The draft as Q-2, Q-11 and Q-12 read it: both sides list serverAuth."""
    lacking = {"client", "absent", "any", "email", "empty"}
    found = [*_codes(client, lacking, _NO_SERVER), *_codes(server, lacking, _NO_SERVER)]
    return _verdict(found, relationship)


def _codes(kind: str, lacking: set[str], code: str) -> list[str]:
    if kind == "twice":
        return ["extension.repeated", "path.invalid"]
    found = ["eku.empty"] if kind == "empty" else []
    return [*found, code] if kind in lacking else found


_BEST_FIRST: Final = ("extension.repeated", "eku.empty", _NO_CLIENT, _NO_SERVER, "path.invalid")


def _verdict(codes: list[str], relationship: str) -> Expectation:
    ordered = sorted(codes, key=_BEST_FIRST.index)
    if not ordered:
        return accept(relationship=relationship)
    return reject(*ordered, relationship=relationship)


def _register(client: str, server: str, relationship: str) -> None:
    def body(draft: CaseDraft) -> None:
        KINDS[client][1](draft.client.leaf)
        KINDS[server][1](draft.server.leaf)
        draft.expect(LEGACY, _legacy(client, server, relationship))
        draft.expect(FRANK, _frank(client, server, relationship))

    what = "defined" if "-to-" in relationship else relationship
    SPACE.add(
        f"{client}-and-{server}",
        f"The client presents {KINDS[client][0]}, the server {KINDS[server][0]}: "
        f"{relationship} (draft-frank, abstract and 1.9).",
        body,
        flags=(what,),
        traces=("FRANK:A-3",),
        start=dual,
    )


for (_client, _server), _relationship in ROWS.items():
    _register(_client, _server, _relationship)
