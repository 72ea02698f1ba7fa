"""An authoritative server and a validating resolver on loopback, with zones made to order.

The zones are signed here, with Ed25519 keys from fixed seeds and for fixed times; the
resolver validates for a fixed date. So what it says is the same in every run.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dns.dnssectypes import Algorithm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dns.rdtypes.ANY.DNSKEY import DNSKEY

__all__ = ["Servers", "Zone", "free_port", "servers"]

HOST: Final = "127.0.0.1"
VALIDATED_AT: Final = "20260501000000"
_INCEPTION: Final = "20260101000000"
_READY_SECONDS: Final = 30
_HEAD: Final = "$TTL 3600\n@ SOA ns.test. root.test. 1 3600 600 86400 300\n@ NS ns.test.\n"


@dataclass(frozen=True)
class Zone:
    """One zone: how its records are written, and how it is signed.

    `expires` is the end of its signatures; None leaves it unsigned. `spoil` names an owner
    whose signatures are of other data.
    """

    origin: str
    records: str
    expires: str | None = "20270101000000"
    spoil: str | None = None
    anchored: bool = False

    @property
    def key(self) -> tuple[Ed25519PrivateKey, DNSKEY]:
        """The zone's only key, from its name."""
        private = Ed25519PrivateKey.from_private_bytes(self.origin.encode().ljust(32, b"."))
        return private, dns.dnssec.make_dnskey(private.public_key(), Algorithm.ED25519, flags=257)

    @property
    def ds(self) -> str:
        """The record for the parent."""
        return str(dns.dnssec.make_ds(self.origin, self.key[1], "SHA256"))

    def text(self) -> str:
        """The zone file."""
        lines = "".join(f"{line.strip()}\n" for line in self.records.splitlines())
        zone = dns.zone.from_text(_HEAD + lines, self.origin, relativize=False)
        if self.expires is not None:
            dns.dnssec.sign_zone(
                zone,
                keys=[self.key],
                inception=_INCEPTION,
                expiration=self.expires,
                dnskey_ttl=3600,
            )
        if self.spoil is not None:
            self._change(zone, dns.name.from_text(self.spoil))
        return zone.to_text(relativize=False)

    def _change(self, zone: dns.zone.Zone, owner: dns.name.Name) -> None:
        zone.replace_rdataset(owner, dns.rdataset.from_text("IN", "A", 3600, "203.0.113.99"))


@dataclass(frozen=True)
class Servers:
    """Where the two servers listen, as `--resolver` takes it."""

    authority: str
    resolver: str


def free_port() -> int:
    """Return a port that is free for TCP and UDP just now."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind((HOST, 0))
        port: int = tcp.getsockname()[1]
        udp.bind((HOST, port))
        return port


@contextlib.contextmanager
def servers(folder: Path, zones: list[Zone]) -> Iterator[Servers]:
    """Serve the zones with nsd, and ask for them through unbound."""
    authority, resolver = free_port(), free_port()
    for zone in zones:
        (folder / f"{zone.origin}zone").write_text(zone.text(), "utf-8")
    (folder / "nsd.conf").write_text(_nsd(folder, authority, zones), "utf-8")
    (folder / "unbound.conf").write_text(_unbound(folder, authority, resolver, zones), "utf-8")
    with (
        _running("nsd", "-d", "-c", folder / "nsd.conf", port=authority, log=folder / "nsd.log"),
        _running(
            "unbound",
            "-d",
            "-c",
            folder / "unbound.conf",
            port=resolver,
            log=folder / "unbound.log",
        ),
    ):
        yield Servers(f"{HOST}:{authority}", f"{HOST}:{resolver}")


@contextlib.contextmanager
def _running(program: str, *words: str | Path, port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [f"/usr/sbin/{program}", *map(str, words)], stdout=output, stderr=output
        )
        try:
            _await(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait(timeout=_READY_SECONDS)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a server answers."""
    question = dns.message.make_query("test.", "SOA")
    ends = time.monotonic() + _READY_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(dns.exception.DNSException, OSError):
            dns.query.udp(question, HOST, port=port, timeout=0.5)
            return
        time.sleep(0.05)
    message = f"a name server did not start: {log.read_text('utf-8', 'replace')[-2000:]}"
    raise RuntimeError(message)


def _nsd(folder: Path, port: int, zones: list[Zone]) -> str:
    served = "".join(
        f'zone:\n  name: "{one.origin}"\n  zonefile: "{folder}/{one.origin}zone"\n' for one in zones
    )
    return f"""server:
  ip-address: {HOST}
  port: {port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
{served}"""


def _unbound(folder: Path, authority: int, port: int, zones: list[Zone]) -> str:
    local = "".join(f'  local-zone: "{one.origin}" nodefault\n' for one in zones)
    anchors = "".join(f'  trust-anchor: "{z.origin} DS {z.ds}"\n' for z in zones if z.anchored)
    stubs = "".join(
        f'stub-zone:\n  name: "{one.origin}"\n  stub-addr: {HOST}@{authority}\n' for one in zones
    )
    return f"""server:
  interface: {HOST}
  port: {port}
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  use-syslog: no
  do-ip6: no
  num-threads: 1
  do-not-query-localhost: no
  module-config: "validator iterator"
  val-override-date: "{VALIDATED_AT}"
  ede: yes
{local}{anchors}{stubs}remote-control:
  control-enable: no
"""
