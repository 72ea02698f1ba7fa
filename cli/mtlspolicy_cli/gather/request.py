"""From what was written on the command line to what is asked, and to the document at the end."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.reference import parse_reference
from mtlspolicy.errors import DocumentError, InputError
from mtlspolicy_cli import output
from mtlspolicy_cli.refuse import contradiction, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy_cli.gather.answers import Answer
    from mtlspolicy_cli.gather.collect import Target
    from mtlspolicy_cli.inputs import Inputs

__all__ = ["document_of", "evidence_to_complete", "host_name", "peer_address", "resolver_address"]

_PORT: Final = 53
_MAX_PORT: Final = 65_535


def peer_address(text: str) -> IPv4Address | IPv6Address:
    """Return the peer's address; an IPv4-mapped one is the IPv4 address (RFC 4291, 2.5.5.2)."""
    try:
        address = ip_address(text)
    except ValueError:
        refuse(f"`{text}` is no IP address (--peer)", "give the address of the peer's socket")
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            message = f"`{text}` has a zone, which no reverse zone knows (--peer)"
            refuse(message, "an address with a zone names a host on this link only")
        if address.ipv4_mapped is not None:
            output.note(f"{address} is {address.ipv4_mapped}, mapped; asking for that")
            return address.ipv4_mapped
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


def document_of(
    document: dict[str, Any], target: Target, answers: Iterable[Answer]
) -> dict[str, Any]:
    """Return the evidence document with what was asked about and what was answered."""
    client: dict[str, Any] = {"address": str(target.address)}
    if target.name is not None:
        client["name"] = {"type": "dns", "value": target.name}
    handshake: dict[str, Any] = {"server_port": target.port}
    if target.service is not None:
        service = {"name": target.service, "protocol": target.protocol, "port": target.port}
        handshake["service"] = service
    return {
        **document,
        "client": _joined(document.get("client", {}), client, "client"),
        "handshake": _joined(document.get("handshake", {}), handshake, "handshake"),
        "dns": {"answers": [one.document() for one in answers]},
    }


def _joined(known: dict[str, Any], new: dict[str, Any], part: str) -> dict[str, Any]:
    flags = {"address": "--peer", "name": "--name", "server_port": "--port"}
    for key, value in new.items():
        if known.get(key, value) != value:
            contradiction(flags.get(key, "--service"), f"/{part}/{key}", value, known[key])
    return {**known, **new}
