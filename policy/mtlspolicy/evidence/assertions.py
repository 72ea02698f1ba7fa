"""What the caller has already checked, and vouches for.

A word (`path`, `name`, `revocation`, `issuers`), optionally of one side (``client.path``),
and for a path optionally with the anchor's group (``client.path:group=x9``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mtlspolicy.errors import EvidenceError, Fault
from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass

__all__ = ["ASSERTABLE", "Assertions", "parse_assertions"]

ASSERTABLE: Final = ("path", "name", "revocation", "issuers")
"""What can be asserted: trust only. Validity, purposes and profile come from bytes."""

PATTERN: Final = (
    r"^((client|server)\.)?(path(:group=[A-Za-z0-9._-]{1,64})?|name|revocation|issuers)$"
)
_PATTERN = pattern(PATTERN.replace("$", r"\Z"))
_HELP: Final = (
    "write path, name, revocation or issuers, optionally client.path, server.name, "
    "client.path:group=x9"
)


@dataclass(frozen=True, slots=True)
class Assertions:
    """The caller's word per side: the words, and the group of an asserted path."""

    client: frozenset[str]
    server: frozenset[str]
    client_group: str | None
    server_group: str | None

    def of(self, side: str) -> frozenset[str]:
        """Return the words asserted for one side."""
        return self.client if side == "client" else self.server

    def group(self, side: str) -> str | None:
        """Return the group of the asserted path of one side."""
        return self.client_group if side == "client" else self.server_group


@lru_cache(maxsize=256)
def parse_assertions(words: tuple[object, ...]) -> Assertions:
    """Read the words.

    Raises EvidenceError for one that is not understood, or contradicts another.
    """
    said: dict[str, set[str]] = {"client": set(), "server": set()}
    groups: dict[str, str | None] = {"client": None, "server": None}
    for index, word in enumerate(words):
        if not isinstance(word, str) or not _PATTERN.match(word):
            message = f"`{word}` cannot be asserted"
            fault = Fault(f"/asserted/{index}", message, _HELP)
            raise EvidenceError(message, faults=(fault,), help=_HELP)
        body, _, group = word.partition(":group=")
        side, dot, item = body.rpartition(".")
        for one in (side,) if dot else ("client", "server"):
            if group and groups[one] not in (None, group):
                message = f"the {one}'s path is asserted to lead to two groups"
                raise EvidenceError(message, faults=(Fault(f"/asserted/{index}", message),))
            said[one].add(item)
            groups[one] = group or groups[one]
    return Assertions(
        frozenset(said["client"]), frozenset(said["server"]), groups["client"], groups["server"]
    )
