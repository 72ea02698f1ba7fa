"""Prosody for real: a server in the foreground on the loopback, and a peer that connects to it.

The server lives in a folder of its own and is ended by its own process id. The peer speaks as
much of XMPP as a connecting server needs to be judged (RFC 6120, 5 and 6): a stream, STARTTLS
with its certificate, the stream again, SASL EXTERNAL.
"""

from __future__ import annotations

import base64
import contextlib
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["HOST", "Server", "presented", "program", "running"]

HOST: Final = "server.example.com"
_START: Final = 30.0
"""Seconds until the server must listen."""
_WAIT: Final = 20.0
"""Seconds for one answer."""
_LARGEST: Final = 1 << 16

_CONFIG: Final = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}"
interfaces = {{ "127.0.0.1" }}
s2s_ports = {{ {port} }}
modules_enabled = {{ "tls", "saslauth", "s2s", "s2s_auth_certs" }}
modules_disabled = {{ "c2s", "http", "posix" }}
s2s_secure_auth = true
s2s_require_encryption = true
log = {{ {{ levels = {{ min = "debug" }}, to = "file", filename = "{folder}/log" }} }}
ssl = {{
    certificate = "{folder}/certificate.pem",
    key = "{folder}/key.pem",
    cafile = "{folder}/anchors.pem",
    capath = "{folder}/none",
}}
VirtualHost "{host}"
"""


def program() -> str | None:
    """Return the path of Prosody, if it is on this machine."""
    return shutil.which("prosody")


def presented(*certificates: bytes) -> str:
    """Return DER certificates as PEM."""
    return "".join(
        f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode('ascii')}"
        "-----END CERTIFICATE-----\n"
        for der in certificates
    )


@contextlib.contextmanager
def running(
    folder: Path, own: tuple[Sequence[bytes], str], anchors: Sequence[bytes]
) -> Iterator[Server]:
    """Run Prosody with its own chain and key (PEM) and the anchors of connecting servers."""
    chain, key = own
    (folder / "none").mkdir()
    (folder / "certificate.pem").write_text(presented(*chain))
    (folder / "key.pem").write_text(key)
    (folder / "anchors.pem").write_text(presented(*anchors))
    port = _free_port()
    config = folder / "prosody.cfg.lua"
    config.write_text(_CONFIG.format(folder=folder, port=port, host=HOST))
    name = program()
    assert name is not None
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [name, "-F", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            _listens(process, port, folder)
            yield Server(port, folder)
        finally:
            process.terminate()
            try:
                process.wait(_WAIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    said = (folder / "said").read_text(errors="replace")[-2000:]
    message = f"Prosody does not listen:\n{said}"
    raise RuntimeError(message)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    folder: Path

    def takes(self, chain: Sequence[bytes], key: str, domain: str) -> bool:
        """Return whether it authenticates `domain` by this chain and key (PEM)."""
        place = self.folder / "peer.pem"
        place.write_text(presented(*chain) + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.load_cert_chain(place)
        with socket.create_connection(("127.0.0.1", self.port), _WAIT) as plain:
            _say(plain, _stream(domain))
            _hear(plain, b"</stream:features>")
            _say(plain, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            _hear(plain, b"<proceed")
            with context.wrap_socket(plain, server_hostname=HOST) as secure:
                return _authenticated(secure, domain)


def _authenticated(secure: ssl.SSLSocket, domain: str) -> bool:
    _say(secure, _stream(domain))
    heard = _hear(secure, b"</stream:features>", b"</stream:error>", b"<stream:features/>")
    if b"EXTERNAL" not in heard:
        return False
    # RFC 6120, 6.3.8: an equals sign for an authorization identity that is left out
    _say(secure, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
    return b"<success" in _hear(secure, b"<success", b"<failure", b"</stream:error>")


def _stream(domain: str) -> str:
    return (
        "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
        "xmlns:stream='http://etherx.jabber.org/streams' "
        f"from='{domain}' to='{HOST}' version='1.0'>"
    )


def _say(connection: socket.socket, text: str) -> None:
    connection.sendall(text.encode("ascii"))


def _hear(connection: socket.socket, *ends: bytes) -> bytes:
    """Return what is said up to one of `ends`, or up to the end of the connection."""
    heard = b""
    while not any(end in heard for end in ends) and len(heard) < _LARGEST:
        more = connection.recv(4096)
        if not more:
            break
        heard += more
    return heard
