"""The types of an atom's arguments: how each is written in JSON and what it becomes.

A kind parses one JSON value into an immutable Python value and gives the JSON Schema of
what it takes, so the loader and the published schema cannot drift apart (a property test
compares them). It knows nothing of features.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.instants import INSTANT_PATTERN, parse_instant
from mtlspolicy.names import PURPOSES, dotted_purpose
from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "FLAG",
    "FREEDOM",
    "INSTANT",
    "OID",
    "OIDS",
    "PURPOSE",
    "PURPOSES_LIST",
    "TEXTS",
    "BadArgumentError",
    "Kind",
    "Parameter",
    "choice",
    "choices",
    "integer",
]


class BadArgumentError(ValueError):
    """An argument that its kind refuses; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of argument: its JSON Schema and the function that parses a JSON value."""

    name: str
    schema: Mapping[str, object] = field(compare=False)
    parse: Callable[[object], object] = field(compare=False)
    words: Sequence[str] = ()
    """the closed set of words, where there is one; the nearest is offered for a typo"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named argument of an atom. An argument with a `default` may be left out."""

    name: str
    kind: Kind
    default: object | None = None


OID_PATTERN: Final = r"^[0-2](\.(0|[1-9][0-9]{0,38})){1,63}$"
_OID = pattern(OID_PATTERN.replace("$", r"\Z"))


def _instant(value: object) -> int:
    try:
        return parse_instant(value)
    except ValueError as error:
        raise BadArgumentError(str(error)) from None


def _flag(value: object) -> bool:
    if value is True:
        return True
    message = "this atom takes no argument: write true, and `not` around it to turn it round"
    raise BadArgumentError(message)


def _oid(value: object) -> str:
    if isinstance(value, str) and _OID.match(value):
        return value
    message = "an object identifier is written in dotted decimals, such as 2.23.140.1.2.1"
    raise BadArgumentError(message)


def _purpose(value: object) -> str:
    if isinstance(value, str):
        if value in PURPOSES:
            return dotted_purpose(value)
        if _OID.match(value):
            return value
    message = "a purpose is a known name, such as serverAuth, or a dotted object identifier"
    raise BadArgumentError(message)


def _each(parse: Callable[[object], object], least: int) -> Callable[[object], object]:
    def several(value: object) -> object:
        # A list from JSON, or the tuple that the value of a setting has become.
        if not isinstance(value, (list, tuple)) or len(value) < least:
            message = (
                "a list is expected here"
                if least == 0
                else "a list with at least one item is expected here"
            )
            raise BadArgumentError(message)
        parsed = tuple(parse(item) for item in value)
        if len(set(parsed)) != len(parsed):
            message = "the list names one item twice"
            raise BadArgumentError(message)
        return parsed

    return several


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    message = "a text that is not empty is expected here"
    raise BadArgumentError(message)


def _list_of(kind: Kind, name: str, least: int = 1) -> Kind:
    schema = {"type": "array", "items": kind.schema, "minItems": least, "uniqueItems": True}
    return Kind(name, schema, _each(kind.parse, least), kind.words)


def integer(least: int, most: int) -> Kind:
    """A whole number between `least` and `most`, both included."""

    def parse(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        message = f"a whole number from {least} to {most} is expected here"
        raise BadArgumentError(message)

    return Kind(
        f"integer {least}..{most}", {"type": "integer", "minimum": least, "maximum": most}, parse
    )


def choice(*words: str) -> Kind:
    """One of `words`."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        message = f"one of {', '.join(words)} is expected here"
        raise BadArgumentError(message)

    return Kind("one of " + ", ".join(words), {"enum": list(words)}, parse, words)


def choices(*words: str) -> Kind:
    """A list of some of `words`."""
    return _list_of(choice(*words), "some of " + ", ".join(words))


FLAG: Final = Kind("true", {"const": True}, _flag)
INSTANT: Final = Kind("instant", {"type": "string", "pattern": INSTANT_PATTERN}, _instant)
OID: Final = Kind("object identifier", {"type": "string", "pattern": OID_PATTERN}, _oid)
OIDS: Final = _list_of(OID, "object identifiers")
PURPOSE: Final = Kind(
    "purpose",
    {"anyOf": [{"enum": sorted(PURPOSES)}, {"type": "string", "pattern": OID_PATTERN}]},
    _purpose,
    tuple(PURPOSES),
)
PURPOSES_LIST: Final = _list_of(PURPOSE, "purposes")
TEXTS: Final = _list_of(Kind("text", {"type": "string", "minLength": 1}, _text), "texts", least=0)

FREEDOM: Final = choice("allow", "refuse")
"""What to make of something on which verifiers disagree."""
