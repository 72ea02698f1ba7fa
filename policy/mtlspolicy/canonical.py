"""JSON read strictly, and written canonically (RFC 8785).

Reading refuses what two readers may read differently: duplicate keys, NaN and infinities,
fractions, numbers beyond 2^53 (RFC 7493, 2.2), lone surrogates, documents too large or nested
too deep. Writing gives the same bytes for the same value on every machine; the documents of
this product hold no fractions, so the number format of RFC 8785, 3.2.2.3 comes down to integers.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from mtlspolicy import limits
from mtlspolicy.errors import DocumentError, Fault
from mtlspolicy.patterns import pattern

__all__ = ["dumps", "loads"]


def dumps(value: object) -> str:
    """Write `value` canonically: sorted keys, no spaces, UTF-8 text.

    Raises TypeError for a float: no document of this product has one.
    """
    return json.dumps(_sorted(value), separators=(",", ":"), ensure_ascii=False)


def _sorted(value: object) -> object:
    """Return the value with its keys in order of their UTF-16 code units (RFC 8785, 3.2.3)."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        # Among ASCII characters the order of code units is that of code points.
        keys = sorted(value) if "".join(value).isascii() else sorted(value, key=_code_units)
        return {key: _sorted(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_sorted(part) for part in value]
    if isinstance(value, float):
        message = "a document holds no fractions"
        raise TypeError(message)
    return value


def _code_units(key: str) -> bytes:
    # "surrogatepass": a lone surrogate is the reader's to refuse, and here no reason to fail.
    return key.encode("utf-16-be", "surrogatepass")


def loads(text: str | bytes, what: str) -> Any:  # noqa: ANN401 - JSON
    """Read one JSON document; `what` names it in messages.

    Raises DocumentError for anything that is not one well-formed document.
    """
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        if decoded.startswith("\ufeff"):
            advice = "save it as UTF-8 without a byte order mark"
            raise _refusal(what, "begins with a byte order mark", advice)
        if len(decoded) > limits.MAX_DOCUMENT_BYTES:
            raise _refusal(what, f"is longer than {limits.MAX_DOCUMENT_BYTES} characters")
        if _depth(decoded) > limits.MAX_DOCUMENT_DEPTH:
            raise _refusal(what, f"is nested deeper than {limits.MAX_DOCUMENT_DEPTH}")
        value = json.loads(
            decoded,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_no_fraction,
            parse_int=_integer,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except _DuplicateKeyError as error:
        raise _refusal(what, f"gives the key `{error}` twice in one object") from None
    except UnicodeEncodeError:
        raise _refusal(what, "has half of a surrogate pair, which is no character") from None
    except UnicodeDecodeError:
        raise _refusal(what, "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        problem = error.msg.lower().removesuffix(" at").removesuffix(" starting")
        raise _refusal(
            what, f"is not JSON: {problem} at line {error.lineno}, column {error.colno}"
        ) from None
    except ValueError as error:
        raise _refusal(what, f"is not JSON: {error}") from None
    return value


class _DuplicateKeyError(ValueError):
    """A key that stands twice in one object."""


def _refusal(what: str, problem: str, advice: str = "") -> DocumentError:
    faults = (Fault("", problem, advice),)
    return DocumentError(f"{what} {problem}", faults=faults, help=advice)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise _DuplicateKeyError(key)
        result[key] = value
    return result


def _no_constant(text: str) -> None:
    message = f"{text} is no JSON number"
    raise ValueError(message)


def _no_fraction(text: str) -> None:
    message = f"{text[:20]} is no whole number, written without a point and without an exponent"
    raise ValueError(message)


_EXACT: Final = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exactly (RFC 7493, 2.2)."""


def _integer(text: str) -> int:
    # The length is looked at first: it bounds the conversion.
    if len(text) > len(str(-_EXACT)) or abs(number := int(text)) > _EXACT:
        message = f"{text[:20]} has too many digits"
        raise ValueError(message)
    return number


_STRING: Final = pattern(r'"(?:[^"\\]|\\.)*+"?+', re.DOTALL)


def _depth(text: str) -> int:
    """Return an upper bound of the nesting, found without recursion; too deep is deep enough."""
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > limits.MAX_DOCUMENT_DEPTH:
                break
        elif character in "]}":
            depth -= 1
    return deepest
