"""The inspection document for people: facts in order, then every departure with its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mtlspolicy.instants import parse_instant
from mtlspolicy_cli.extension_text import extension_value
from mtlspolicy_cli.finding_text import found_text, hex_text
from mtlspolicy_cli.page import Page, page_for_answer, text_of

__all__ = ["report"]

_LABEL: Final = 13
_DAY: Final = 86_400
_MOST_DIGITS: Final = 12
_UNREADABLE: Final = "unreadable"
_KINDS: Final = {
    "malformed": "not a value of its type in any encoding: never accepted",
    "not-der": "a value, and not in the one encoding that DER allows: never accepted",
    "asn1-constraint": "well-formed, and against a constraint of the ASN.1 module",
    "profile": "well-formed, and against a rule of RFC 5280 outside the ASN.1 module",
    "odd": "legal, and rare",
}
_NOTICES: Final = ("profile", "odd")


def report(document: Mapping[str, Any], at: int | None) -> str:
    """Return the whole text; with `at` it says which certificates are valid then."""
    page = page_for_answer()
    certificates = document["certificates"]
    lines: list[str] = []
    for one in certificates:
        lines += [*([""] if lines else []), *_certificate(one, len(certificates), at, page)]
    return text_of(lines)


def _certificate(one: Mapping[str, Any], total: int, at: int | None, page: Page) -> Iterator[str]:
    title = page.paint(f"certificate [{one['index']}]", "strong")
    state = page.paint("NOT strict DER: no policy accepts it", "bad")
    if one["well_formed"]:
        state = page.paint("strict DER", "good")
    yield f"{title} of {total}, {one['length']} bytes, {state}"
    for label, text in _facts(one, at):
        yield from page.row(label, text, _LABEL, indent=2)
    yield from _extensions(one["facts"]["extensions"], page)
    yield from _second(one["second_reading"], page)
    yield from _notes(one["notes"], page)


# -- facts


def _facts(one: Mapping[str, Any], at: int | None) -> Iterator[tuple[str, str]]:
    facts = one["facts"]
    version = facts["version"]
    yield "sha256", one["sha256"]
    yield "version", version if version == _UNREADABLE else f"v{version}"
    yield "serial", f"{facts['serial']} ({facts['serial_octets']} octets, hexadecimal)"
    yield "subject", _name(facts["subject"])
    yield "issuer", _name(facts["issuer"])
    yield "not before", facts["not_before"]
    yield "not after", facts["not_after"] + _length(facts["seconds"])
    if at is not None:
        yield "validity", _validity(facts, at)
    yield "public key", _key(facts["public_key"])
    yield "signature", _algorithm(facts["signature_algorithm"])
    if facts["outer_algorithm"] != facts["signature_algorithm"]:
        yield "", f"outside the signed part: {_algorithm(facts['outer_algorithm'])}"
    for which in ("issuer", "subject"):
        if facts[f"{which}_unique_id"]:
            yield f"{which} id", "a unique identifier is present"


def _name(name: Any) -> str:  # noqa: ANN401 - JSON
    return name if isinstance(name, str) else name["text"] or "(empty)"


def _length(seconds: int | None) -> str:
    if seconds is None:
        return ""
    days, rest = divmod(seconds, _DAY)
    return f" ({days} days{f' and {rest} seconds' if rest else ''}, both end seconds counted)"


def _validity(facts: Mapping[str, Any], at: int) -> str:
    start, end = (_seconds(facts[key]) for key in ("not_before", "not_after"))
    if start is None or end is None:
        return "not known"
    if at < start:
        return "not yet valid at the given instant"
    return "expired at the given instant" if at > end else "valid at the given instant"


def _seconds(written: str) -> int | None:
    if written.startswith("@"):
        return int(written[1:])
    return None if written == _UNREADABLE else parse_instant(written)


def _key(key: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(key, str):
        return key
    size = key["curve"] or (f"{key['bits']} bits" if key["bits"] else "size not known")
    digits = key["exponent"] or ""
    exponent = f", exponent {int(digits, 16)}" if 0 < len(digits) <= _MOST_DIGITS else ""
    return f"{key['kind']}, {size}{exponent} ({key['algorithm']['name']})"


def _algorithm(algorithm: Any) -> str:  # noqa: ANN401 - JSON
    return algorithm if isinstance(algorithm, str) else algorithm["name"]


def _extensions(extensions: Any, page: Page) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(extensions, str) or not extensions:
        yield from page.row("extensions", extensions or "none", _LABEL, indent=2)
        return
    yield "  extensions"
    for one in extensions:
        critical = "critical; " if one["critical"] else ""
        value = extension_value(one["value"], one["length"])
        yield from page.row(one["name"], f"{critical}{value}", at=32, indent=4)


# -- departures


def _second(second: Mapping[str, Any], page: Page) -> Iterator[str]:
    """What pyasn1 made of three values."""
    said: dict[str, list[str]] = {"agrees on": [], "cannot be compared on": []}
    for name, readings in second.items():
        words = name.replace("_", " ")
        for one in readings:
            if one["agrees"] is False:
                value = found_text(one["value"])
                text = f"pyasn1 reads the {words} at byte {one['offset']} as: {value}"
                yield from page.row("DIFFERS", text, _LABEL, indent=2)
            else:
                said["agrees on" if one["agrees"] else "cannot be compared on"].append(words)
    texts = [f"{verb} {', '.join(dict.fromkeys(words))}" for verb, words in said.items() if words]
    if texts:
        yield from page.row("read twice", f"pyasn1 {'; '.join(texts)}", _LABEL, indent=2)


def _notes(notes: list[Mapping[str, Any]], page: Page) -> Iterator[str]:
    if not notes:
        return
    from mtlspolicy.loader import codes  # noqa: PLC0415 - slow to import, and rarely needed

    yield "  findings"
    catalogue = codes()
    for note in notes:
        notice = note["kind"] in _NOTICES
        code = catalogue[note["code"]]
        detail = f" ({note['detail']})" if note["detail"] else ""
        first, *rest = page.text(f"byte {note['offset']}: {code.title}{detail}", 12)
        word = page.paint("notice  ", "doubt") if notice else page.paint("error   ", "bad")
        yield f"    {word}{first[12:]}"
        yield from rest
        yield from page.quiet_row("code", f"{code.code}: {_KINDS[note['kind']]}", 8, indent=12)
        yield from page.quiet_row("place", note["path"] or "the certificate", 8, indent=12)
        yield from page.quiet_row("bytes", hex_text(note["octets"]), 8, indent=12)
        yield from page.quiet_row("clause", code.clause, 8, indent=12)
