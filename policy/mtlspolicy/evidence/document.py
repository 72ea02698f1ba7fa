"""Between the evidence document (JSON) and `Context`.

Refuses everything that schemas/evidence.schema.json refuses: closed objects, base64 that
is canonical, instants with a zone. A property test compares both.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.errors import EvidenceError, Fault
from mtlspolicy.evidence import check
from mtlspolicy.evidence.assertions import parse_assertions
from mtlspolicy.evidence.context import (
    NAME_TYPES,
    PERSPECTIVES,
    AnchorEvidence,
    Context,
    PeerName,
    SideEvidence,
    is_setting_value,
)
from mtlspolicy.evidence.dns import DNS
from mtlspolicy.evidence.handshake import HANDSHAKE
from mtlspolicy.evidence.oauth import OAUTH
from mtlspolicy.evidence.proxy import PROXY
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SCHEMA_VERSION", "read_context", "write_context"]

SCHEMA_VERSION: Final = 1
_TOP: Final = {
    "$schema", "schema_version", "at", "perspective", "asserted", "settings", "handshake",
    "client", "server", "dns", "proxy", "oauth", "ccadb",
}  # fmt: skip
_PARTS: Final[Mapping[str, check.Check]] = {
    "handshake": HANDSHAKE,
    "dns": DNS,
    "proxy": PROXY,
    "oauth": OAUTH,
}
"""What is checked here and kept as JSON."""
_SIDE: Final = {"name", "address", "anchors", "intermediates", "crls", "ocsp"}
_SETTING = pattern(r"[a-z][a-z0-9_]{0,63}\Z")
_GROUP = pattern(r"[A-Za-z0-9._-]{1,64}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def read_context(document: object, *, at: int | None = None) -> Context:
    """Return the Context of a parsed document; `at` stands in where the document has none.

    Raises EvidenceError with every fault found.
    """
    reader = _Reader()
    context = reader.context(document, at)
    if reader.faults or context is None:
        first = reader.faults[0]
        message = f"the evidence document is invalid at `{first.pointer or '/'}`: {first.message}"
        raise EvidenceError(message, faults=tuple(reader.faults), help=first.help)
    return context


class _Reader:
    """Walks one document and gathers faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, pointer: str, message: str) -> None:
        self.faults.append(Fault(pointer, message))

    def closed(self, value: object, known: set[str], pointer: str) -> dict[str, Any]:
        """Return the object, or an empty one after a fault."""
        if not isinstance(value, dict):
            self.fault(pointer, "an object is expected here")
            return {}
        for key in () if value.keys() <= known else sorted(value.keys() - known):
            self.fault(
                f"{pointer}/{key}", f"there is no `{key}` here; known: {', '.join(sorted(known))}"
            )
        return value

    def context(self, document: object, at: int | None) -> Context | None:
        top = self.closed(document, _TOP, "")
        if self.faults and not top:
            return None
        if top.get("schema_version") != SCHEMA_VERSION or isinstance(
            top.get("schema_version"), bool
        ):
            self.fault("/schema_version", f"this engine reads schema_version {SCHEMA_VERSION}")
        if "$schema" in top and not isinstance(top["$schema"], str):
            self.fault("/$schema", "a text is expected here")
        when = self.instant(top["at"], "/at") if "at" in top else at
        if when is None and "at" not in top:
            self.fault("/at", "no evaluation time is given")
        perspective = top.get("perspective", "both")
        if perspective not in PERSPECTIVES:
            self.fault("/perspective", f"one of {', '.join(PERSPECTIVES)} is expected here")
        asserted = self.asserted(top.get("asserted", []))
        settings = self.settings(top.get("settings", {}))
        client, server = self.side(top, "client"), self.side(top, "server")
        extra = {key: self.part(key, top[key]) for key in _PARTS if key in top}
        ccadb = self.ccadb(top.get("ccadb", []))
        if self.faults:
            return None
        return Context(
            at=when,
            perspective=perspective,
            asserted=asserted,
            settings=settings,
            client=client,
            server=server,
            ccadb=ccadb,
            **extra,
        )

    def instant(self, value: object, pointer: str) -> int | None:
        try:
            return parse_instant(value)
        except ValueError as error:
            self.fault(pointer, str(error))
            return None

    def asserted(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.fault("/asserted", "a list of words is expected here")
            return ()
        if len(set(value)) != len(value):
            self.fault("/asserted", "a word stands twice")
        try:
            parse_assertions(tuple(value))
        except EvidenceError as error:
            self.faults.extend(error.faults)
        return tuple(value)

    def settings(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.fault("/settings", "an object is expected here")
            return {}
        for name, given in value.items():
            if not _SETTING.match(name):
                self.fault(
                    f"/settings/{name}",
                    "a setting's name is lower case letters, digits and underscores",
                )
            if not is_setting_value(given):
                self.fault(
                    f"/settings/{name}",
                    "a setting is a boolean, a whole number, a text or a list of texts",
                )
        return value

    def part(self, key: str, value: object) -> Any:  # noqa: ANN401 - JSON that has been checked
        self.faults.extend(_PARTS[key](value, f"/{key}"))
        return value

    def ccadb(self, value: object) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for pointer, entry in self.items(value, "/ccadb"):
            fields = self.closed(entry, {"sha256", "disclosed"}, pointer)
            digest = fields.get("sha256")
            if not isinstance(digest, str) or not _SHA256.match(digest):
                self.fault(
                    f"{pointer}/sha256", "64 lower case hexadecimal digits are expected here"
                )
                continue
            when = self.instant(fields.get("disclosed"), f"{pointer}/disclosed")
            if when is not None and found.setdefault(digest, when) != when:
                self.fault(pointer, "this certificate is given with two dates")
        return found

    def items(self, value: object, pointer: str) -> list[tuple[str, object]]:
        if not isinstance(value, list):
            self.fault(pointer, "a list is expected here")
            return []
        return [(f"{pointer}/{index}", item) for index, item in enumerate(value)]

    def side(self, top: dict[str, Any], side: str) -> SideEvidence:
        if side not in top:
            return SideEvidence()
        pointer = f"/{side}"
        fields = self.closed(top[side], _SIDE, pointer)
        address = fields.get("address")
        if "address" in fields and (not isinstance(address, str) or not address):
            self.fault(f"{pointer}/address", "an address as text is expected here")
            address = None
        blobs = {
            key: tuple(
                self.der(item, place) for place, item in self.items(fields[key], f"{pointer}/{key}")
            )
            for key in ("intermediates", "crls", "ocsp")
            if key in fields
        }
        name = self.name(fields["name"], f"{pointer}/name") if "name" in fields else None
        anchors = None
        if "anchors" in fields:
            anchors = tuple(
                self.anchor(item, place)
                for place, item in self.items(fields["anchors"], f"{pointer}/anchors")
            )
        return SideEvidence(name=name, address=address, anchors=anchors, **blobs)

    def name(self, value: object, pointer: str) -> PeerName | None:
        fields = self.closed(value, {"type", "value"}, pointer)
        kind, text = fields.get("type"), fields.get("value")
        if kind not in NAME_TYPES:
            self.fault(f"{pointer}/type", f"one of {', '.join(NAME_TYPES)} is expected here")
        if not isinstance(text, str) or not text:
            self.fault(f"{pointer}/value", "a name that is not empty is expected here")
        return PeerName(kind, str(text)) if kind in NAME_TYPES else None

    def anchor(self, value: object, pointer: str) -> AnchorEvidence:
        fields = self.closed(value, {"group", "added", "certificate"}, pointer)
        group = fields.get("group", "default")
        if not isinstance(group, str) or not _GROUP.match(group):
            self.fault(
                f"{pointer}/group",
                "a group's name is letters, digits, dots, dashes and underscores",
            )
        added = self.instant(fields["added"], f"{pointer}/added") if "added" in fields else None
        return AnchorEvidence(
            self.der(fields.get("certificate"), f"{pointer}/certificate"), str(group), added
        )

    def der(self, value: object, pointer: str) -> bytes:
        faults = list(check.BASE64(value, pointer))
        self.faults.extend(faults)
        return b"" if faults or not isinstance(value, str) else base64.b64decode(value)


def write_context(context: Context) -> dict[str, Any]:
    """Return the document of a Context; what is at its default is left out."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "at": format_instant(context.at),
        "perspective": context.perspective,
    }
    if context.asserted:
        document["asserted"] = sorted(context.asserted)
    if context.settings:
        document["settings"] = dict(context.settings)
    for side in ("client", "server"):
        written = _write_side(context.of(side))
        if written:
            document[side] = written
    for key in _PARTS:
        value = getattr(context, key)
        if value is not None:
            document[key] = value
    if context.ccadb:
        document["ccadb"] = [
            {"sha256": digest, "disclosed": format_instant(when)}
            for digest, when in sorted(context.ccadb.items())
        ]
    return document


def _write_side(side: SideEvidence) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if side.name is not None:
        written["name"] = {"type": side.name.type, "value": side.name.value}
    if side.address is not None:
        written["address"] = side.address
    if side.anchors is not None:
        written["anchors"] = [_write_anchor(anchor) for anchor in side.anchors]
    encode: Callable[[bytes], str] = lambda der: base64.b64encode(der).decode("ascii")  # noqa: E731
    for key in ("intermediates", "crls", "ocsp"):
        blobs = getattr(side, key)
        if blobs:
            written[key] = [encode(blob) for blob in blobs]
    return written


def _write_anchor(anchor: AnchorEvidence) -> dict[str, Any]:
    written = {
        "group": anchor.group,
        "certificate": base64.b64encode(anchor.certificate).decode("ascii"),
    }
    if anchor.added is not None:
        written["added"] = format_instant(anchor.added)
    return written
