"""What the TLS connection itself shows: the check of `handshake` in an evidence document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.evidence import check

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HANDSHAKE", "told"]

_MAX_ALPN: Final = 255
"""Octets of a protocol name (RFC 7301, 3.1)."""

_SERVICE: Final = check.record(
    {
        "name": check.matching(r"[A-Za-z0-9-]{1,63}", "a service name, such as xmpp-server,"),
        "protocol": check.word("tcp", "udp", "sctp"),
        "port": check.PORT,
    }
)
_REQUEST: Final = check.record(
    {
        "sent": check.FLAG,
        "certificate_authorities": check.listed(check.BASE64),
        # RFC 8446, 4.2.5
        "oid_filters": check.listed(
            check.record({"oid": check.OID, "values": check.HEX}, "oid", "values")
        ),
        "signature_schemes": check.listed(check.TEXT, unique=True),
    }
)

HANDSHAKE: Final = check.record(
    {
        "transport": check.word("tcp", "udp", "unix"),
        "tls_version": check.word("1.0", "1.1", "1.2", "1.3"),
        "sni": check.either_null(check.TEXT),
        "alpn": check.either_null(check.text(1, _MAX_ALPN, "a protocol name")),
        "proof_of_possession": check.FLAG,
        "resumed": check.FLAG,
        "early_data": check.FLAG,
        "post_handshake": check.FLAG,
        "client_signature_scheme": check.TEXT,
        "server_signature_scheme": check.TEXT,
        "client_port": check.PORT,
        "server_port": check.PORT,
        # draft-frank.md Q-18: an address out of an HTTP header proves nothing
        "client_address_source": check.word("socket", "proxy_protocol", "http_header"),
        "service": _SERVICE,
        "certificate_request": _REQUEST,
    }
)
"""The check of the whole part."""


def told(handshake: object) -> Mapping[str, Any]:
    """Return what a handshake tells: nothing where its schema refuses any of it.

    A caller in Python may give what no document could say, such as a text for a truth value;
    nothing is believed of that.
    """
    if not isinstance(handshake, dict) or any(True for _ in HANDSHAKE(handshake, "")):
        return {}
    return handshake
