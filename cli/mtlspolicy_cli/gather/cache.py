"""Answers of earlier runs, for as long as their TTL allows.

An answer keeps the time at which it was received, so what is decided on it ends when it
does. Failures are not kept: the next run asks again. The file holds what a resolver said,
and who can write it can forge it; so it is made readable for its owner only.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtlspolicy import canonical
from mtlspolicy.errors import DocumentError
from mtlspolicy.evidence.dns import DNS
from mtlspolicy.limits import MAX_DOCUMENT_BYTES
from mtlspolicy_cli.gather.answers import Answer
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_SECONDS", "Cache"]

MAX_SECONDS: Final = 24 * 3600
"""How long an answer is kept at most (RFC 8767, 4: the TTLs of the field end at a day or so)."""


class Cache:
    """Answers by resolver, owner and type; those that have ended are not seen."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self._answers = {_key(one): one for one in answers}

    @classmethod
    def read(cls, name: str) -> Cache:
        """Read a cache; a file that is not there is an empty one, any other is refused."""
        path = Path(name)
        try:
            text = path.read_bytes() if path.exists() else b'{"answers":[]}'
        except OSError as error:
            refuse(f"the cache `{name}` cannot be read: {error.strerror}", "name another file")
        if len(text) > MAX_DOCUMENT_BYTES:
            refuse(f"the cache `{name}` is too large", "delete it: it will be made anew")
        try:
            document = canonical.loads(text, f"the cache `{name}`")
        except DocumentError as error:
            refuse(error.message, "delete it: it will be made anew")
        for fault in DNS(document, ""):
            advice = "delete it: it will be made anew"
            refuse(f"the cache `{name}` is no list of answers: {fault.message}", advice)
        return cls(Answer.of(one) for one in document["answers"])

    def find(self, resolver: str, owner: str, kind: str, now: int) -> Answer | None:
        """Return the answer to a question, or its alias, where one still holds at `now`."""
        for asked in (kind, "CNAME"):
            found = self._answers.get((resolver, owner, asked))
            if found is not None and _holds(found, now):
                return found
        return None

    def keep(self, answer: Answer) -> None:
        """Keep an answer; a failure is not one."""
        if answer.answered and answer.ttl > 0:
            self._answers[_key(answer)] = answer

    def write(self, name: str, now: int) -> None:
        """Write what still holds, whole or not at all."""
        kept = [one for _, one in sorted(self._answers.items()) if _holds(one, now)]
        text = canonical.dumps({"answers": [one.document() for one in kept]})
        path = Path(name)
        try:
            handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            Path(made).replace(path)
        except OSError as error:
            refuse(f"the cache `{name}` cannot be written: {error.strerror}", "name another file")


def _key(answer: Answer) -> tuple[str, str, str]:
    return answer.resolver, answer.owner, answer.type


def _holds(answer: Answer, now: int) -> bool:
    """Say whether an answer is of the past and has not ended."""
    return answer.time <= now < answer.time + min(answer.ttl, MAX_SECONDS)
