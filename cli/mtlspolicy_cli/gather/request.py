"""From what was written on the command line to what is asked, and to the document at the end."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.names import canonical_name
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.reference import parse_reference
from mtlspolicy.errors import DocumentError, InputError
from mtlspolicy.evidence.handshake import HANDSHAKE
from mtlspolicy_cli import output
from mtlspolicy_cli.refuse import contradiction, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy_cli.gather.answers import Answer
    from mtlspolicy_cli.inputs import Inputs

__all__ = [
    "document_of",
    "evidence_to_complete",
    "handshake_of",
    "host_name",
    "joined",
    "peer_address",
    "probe_name",
    "refuse_unwritable",
    "resolver_address",
    "service_name",
]

_PORT: Final = 53
_MAX_PORT: Final = 65_535


def peer_address(text: str) -> IpAddress:
    """Return the peer's address; an IPv4-mapped one is the IPv4 address (RFC 4291, 2.5.5.2)."""
    address = IpAddress.parse(text)
    if address is None:
        advice = "give the address of the peer's socket, without a zone"
        refuse(f"`{text}` is no IP address (--peer)", advice)
    if ":" in text and ":" not in str(address):
        output.note(f"{text} is {address}, mapped; asking for that")
    return address


def resolver_address(text: str, flag: str) -> tuple[str, int]:
    """Return address and port of ``ADDRESS``, ``ADDRESS:PORT`` or ``[IPv6]:PORT``."""
    host, port = text, str(_PORT)
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":") or str(_PORT)
    elif text.count(":") == 1:
        host, port = text.split(":")
    advice = "write 127.0.0.1, 127.0.0.1:5353 or [::1]:5353"
    try:
        address = str(ip_address(host))
    except ValueError:
        refuse(f"`{text}` is no address of a resolver ({flag})", advice)
    if not (port.isascii() and port.isdecimal() and 0 < int(port) <= _MAX_PORT):
        refuse(f"`{port}` is no port ({flag})", advice)
    return address, int(port)


def host_name(text: str, flag: str) -> str:
    """Return a host name in lower case without the final dot; refuses what is none."""
    name = text.lower().removesuffix(".")
    try:
        parse_reference("dns", name)
    except InputError as error:
        refuse(f"{error.message} ({flag})", error.help)
    return name


def evidence_to_complete(name: str | None, inputs: Inputs) -> dict[str, Any]:
    """Return the evidence document that the answers are to join; a new one without a name."""
    if name is None:
        return {"schema_version": 1}
    from mtlspolicy import canonical  # noqa: PLC0415 - only where a document is given
    from mtlspolicy.evidence.document import read_context  # noqa: PLC0415

    text = inputs.read(name, "--context")
    what = f"the evidence document `{name}` (--context)"
    try:
        document: dict[str, Any] = canonical.loads(text, what)
        read_context(document, at=0)
    except DocumentError as error:
        from mtlspolicy_cli.documents import located  # noqa: PLC0415 - only when wrong

        raise located(error, text, what) from None
    if "dns" in document:
        refuse(f"{what} has answers already", "take `dns` out of it: old answers prove nothing")
    return document


def service_name(text: str) -> str:
    """Return the name of a service as owner names have it (RFC 6335, 5.1)."""
    for _ in HANDSHAKE({"service": {"name": text}}, ""):
        advice = "write it without underscores, such as xmpp-server"
        refuse(f"`{text}` is no name of a service (--service)", advice)
    return text


def probe_name(text: str) -> str:
    """Return a name that can be asked for."""
    name = text if text == "." else text.removesuffix(".")
    if name != "." and canonical_name(name) is None:
        refuse(f"`{text}` is no domain name (--probe)", "write a signed zone, such as org")
    return name


def refuse_unwritable(name: str | None, flag: str) -> None:
    """Refuse a file that cannot be written, before anybody is asked anything."""
    if name is None:
        return
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        refuse(f"`{name}` cannot be written ({flag})", "name a file in a folder that can be")


def handshake_of(port: int, protocol: str, service: str | None) -> dict[str, Any]:
    """Return what the evidence says of the configured service."""
    if service is None:
        return {"server_port": port, "transport": protocol}
    return {"server_port": port, "service": {"name": service, "protocol": protocol, "port": port}}


def joined(
    document: dict[str, Any], client: dict[str, Any], handshake: dict[str, Any]
) -> dict[str, Any]:
    """Return the evidence document with what is asked about; refuses what contradicts it."""
    known = document.get("handshake", {})
    configured = known.get("service", {}).get("port", handshake["server_port"])
    if configured != handshake["server_port"]:
        where = "/handshake/service/port"
        contradiction("--port", where, handshake["server_port"], configured)
    return {
        **document,
        "client": _joined(document.get("client", {}), client, "client"),
        "handshake": _joined(known, handshake, "handshake"),
    }


def document_of(document: dict[str, Any], answers: Iterable[Answer]) -> dict[str, Any]:
    """Return the evidence document with what was answered."""
    return {**document, "dns": {"answers": [one.document() for one in answers]}}


def _joined(known: dict[str, Any], new: dict[str, Any], part: str) -> dict[str, Any]:
    flags = {
        "address": "--peer",
        "name": "--name",
        "server_port": "--port",
        "transport": "--protocol",
        "service": "--service",
    }
    for key, value in new.items():
        if known.get(key, value) != value:
            contradiction(flags.get(key, "--service"), f"/{part}/{key}", value, known[key])
    return {**known, **new}
