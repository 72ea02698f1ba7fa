"""What the pair of purposes says the peers are to each other (draft-frank, abstract and 1.9).

Only four rows are defined: each side lists exactly one of serverAuth and clientAuth, and not
anyExtendedKeyUsage. Everything else is `undefined`; an unreadable usage is `undetermined`.
"""

from __future__ import annotations

from mtlspolicy.facts.certificate import Certificate, Unreadable
from mtlspolicy.names import ANY_PURPOSE, CLIENT_AUTH, SERVER_AUTH

__all__ = ["relationship"]

_ROWS = {
    ("server", "server"): "server-to-server",
    ("user", "server"): "client-to-server",
    ("server", "user"): "server-to-client",
    ("user", "user"): "user-to-user",
}


def relationship(client: Certificate | None, server: Certificate | None) -> str:
    """Return the relationship of two leafs; a side without a leaf leaves it undetermined."""
    kinds = tuple(map(_kind, (client, server)))
    if "unknown" in kinds:
        return "undetermined"
    return _ROWS.get((kinds[0], kinds[1]), "undefined")


def _kind(leaf: Certificate | None) -> str:
    if leaf is None or isinstance(leaf.extended_key_usage, Unreadable):
        return "unknown"
    if leaf.extended_key_usage is None:
        return "neither"
    purposes = leaf.extended_key_usage.purposes
    if ANY_PURPOSE in purposes or (SERVER_AUTH in purposes) == (CLIENT_AUTH in purposes):
        return "neither"
    return "server" if SERVER_AUTH in purposes else "user"
