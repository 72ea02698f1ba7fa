"""The evidence of one connection, from the values of all features that look at it at once.

What a peer's address, its DNS, its ports, the name that is expected of it and its leaf show
is of one peer, so it is written together: `realise` of each feature alone would overwrite what
the one before has written. Every combination that the laws of these features allow
(`features.laws`) can be made. Nothing here knows policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.lookup import FAULTS
from mtlspolicy.derive.dns.names import (
    canonical_name,
    is_within,
    port_name,
    reverse_name,
    service_name,
)
from mtlspolicy.derive.dns.questions import PORTS as WORDS
from mtlspolicy.derive.dns.questions import endpoint_of
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.features import forged_alternatives, forged_peer
from mtlspolicy.features.dns_questions import (
    ALIASED,
    bases_of,
    carried_text,
    needs_six,
    questions_of,
)
from mtlspolicy.features.forged_dns import (
    ADDRESS,
    ADDRESS_6,
    NAME,
    PORTS,
    give_address,
    lookup,
    put_lookup,
    record,
    renamed,
)
from mtlspolicy.features.forged_tlsa import with_data
from mtlspolicy.features.laws_of_names import listed_names
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.derive.dns.confirm import Candidate, Confirmation
    from mtlspolicy.derive.dns.lookup import Lookup
    from mtlspolicy.derive.dns.services import Found
    from mtlspolicy.derive.dns.tlsa import Records
    from mtlspolicy.features.dns_questions import Base
    from mtlspolicy.features.laws import Asked
    from mtlspolicy.features.subject import Place

__all__ = ["CONNECTED", "realise"]

CONNECTED: Final = (
    "source", "peer", "dns", "dns_answers", "tlsa", "service", "handshake.server_port",
)  # fmt: skip
"""The features that are written together, with the name that is asked for beside a peer."""

_FRESH: Final = ("fresh.example.net", "fresh.example.org", "fresh.example")
"""Where the names are that stand for the ordinary one where a leaf has that otherwise."""
_SERVICE: Final = "xmpp-server"


def realise(values: Mapping[str, Any], place: Place, asked: Asked) -> None:
    """Write evidence, and names of the leaf, that show these values of one side.

    `values` by feature, with that of the leaf's names ("san") and of the name where there are;
    `asked` has the questions about each. What else the handshake tells is there already.
    """
    forged_peer.realise(values, place, asked)
    writing = _Writing(values, place, asked)
    writing.ports()
    writing.address()
    if values.get("dns") is not None:
        writing.answers()


class _Writing:
    """What is written of one side, step by step."""

    def __init__(self, values: Mapping[str, Any], place: Place, asked: Asked) -> None:
        self.values = values
        self.place = place
        self.asked = asked
        self.side: dict[str, Any] = place.evidence.setdefault(place.side, {})
        self.at: IpAddress | None = None
        self._written: list[tuple[str, str, str]] = []

    # -- ports

    def ports(self) -> None:
        """Tell the ports that records are looked up under, as the values say."""
        handshake: dict[str, Any] = self.place.evidence.setdefault("handshake", {})
        wanted = {key: self._told(port) for port, key in _KEYS.items()}
        port = self.values.get("handshake.server_port")
        if port is not None:
            wanted["server_port"] = port.value if port.told else None
            handshake.pop("service", None)
        for key, number in wanted.items():
            handshake.pop(key, None)
            if number is not None:
                handshake[key] = number

    def _told(self, port: str) -> int | None:
        """The number of a port under which some question finds records, were it none."""
        found = [records for one, _, records in self._records() if one == port]
        if found:
            return None if None in found else PORTS[port]
        return PORTS[port] if any(one == port for one, _, _ in self._services()) else None

    def _looks(self, name: str, value: Any) -> Iterator[tuple[str, int | None, int | None]]:  # noqa: ANN401 - records
        """Per question: the port, and the known name among those of the value, and of the DNS.

        Without questions every name is looked at, under both ports.
        """
        confirmation, dns = value.confirmation, self.values.get("dns")
        if name not in self.asked:
            every = range(len(confirmation.candidates))
            yield from ((port, index, index) for index in (*every, None) for port in WORDS)
            return
        for base, port in dict.fromkeys(questions_of(self.asked[name])):
            yield port, base.known(confirmation), None if dns is None else base.known(dns)

    def _records(self) -> Iterator[tuple[str, int | None, Records | None]]:
        """TLSA records with their port, of a candidate or (None) of the address."""
        dane = self.values.get("tlsa")
        if dane is None:
            return
        for port, theirs, ours in self._looks("tlsa", dane):
            if dane.named and theirs is not None:
                yield port, ours, dane.by_name[theirs].of(port)
        if dane.by_address is not None:
            for port in dict.fromkeys(port for port, _, _ in self._looks("tlsa", dane)):
                yield port, None, dane.by_address.of(port)

    def _services(self) -> Iterator[tuple[str, int, Found]]:
        """Service records with their port, of a candidate."""
        value = self.values.get("service")
        if value is None:
            return
        for port, theirs, ours in self._looks("service", value):
            if theirs is not None and ours is not None:
                yield from ((port, ours, one) for one in value.by_name[theirs].of(port))

    # -- the address

    def address(self) -> None:
        """Write the address, and issue the leaf to it or not."""
        source, dns = self.values.get("source"), self.values.get("dns")
        if source is not None:
            text = source.text or _EXAMPLES.get(source.kind)
        else:
            known = dns is not None and dns.reverse is not None
            text = (ADDRESS_6 if needs_six(self.values["dns"]) else ADDRESS) if known else None
        self.side.pop("address", None)
        if text is None:
            return
        self.side["address"] = text
        self.at = IpAddress.parse(text)
        if source is not None and self.at is not None:
            self._issue(text, source.carried)
        dane = self.values.get("tlsa")
        if dane is not None and dane.by_address is not None and "san" not in self.values:
            if not dane.named:
                self.place.certificate.set_names(("ip", text))
            forged_alternatives.give(self.place.certificate, "ip", text)

    def _issue(self, text: str, carried: bool | None) -> None:  # noqa: FBT001 - a value of three
        leaf = self.place.certificate
        if carried:
            forged_alternatives.give(leaf, "ip", text)
        elif carried is not None:
            forged_alternatives.take_address(leaf, text)
        elif "san" not in self.values:
            give_address(self.place, text, carried=None)

    # -- what DNS says

    def answers(self) -> None:
        """Write the answers."""
        self.place.evidence.setdefault("dns", {"answers": []})
        dns: Confirmation = self.values["dns"]
        faults: frozenset[str] = self.values.get("dns_answers", frozenset())
        if "budget" in faults or dns.reverse is None or dns.reverse.end == "budget":
            if "budget" in faults or dns.reverse is not None:
                self._put(lookup("too.many.example", "A", "budget"))
            return
        if dns.unrelated:
            other = record(target="other.example")
            self._put(lookup("1.2.0.192.in-addr.arpa", "PTR", "data", other))
        candidates = self._named(dns)
        self._looked_up(dns, candidates)
        self._found_records(candidates)
        self._found_services(candidates)
        self._hidden(faults, dns, candidates)

    def _put(self, wanted: Lookup) -> None:
        put_lookup(self.place, wanted)

    def _owner(self) -> str:
        assert self.at is not None  # noqa: S101 - what is looked up has an address
        return reverse_name(self.at)

    def _kind(self) -> str:
        return "A" if self._owner().endswith("in-addr.arpa") else "AAAA"

    # -- names

    def _named(self, dns: Confirmation) -> list[Candidate]:
        """Return the candidates under names that the leaf carries as they say."""
        found = []
        listed = self._listed()
        for one in dns.candidates:
            candidate = one
            free = one.name.endswith(NAME) and one.name not in listed
            if free and not (self._has(one) and self._judged_as_it_is(one, dns)):
                fresh = self._fresh(one.name)
                candidate = replace(one, name=fresh, forward=renamed(one.forward, fresh))
            self._carry(candidate)
            found.append(candidate)
        if len(found) > 1:
            self._expect_none_of({one.name for one in found})
        return found

    def _expect_none_of(self, names: set[str]) -> None:
        """Expect another name that the leaf carries: the expected one would be judged alone."""
        name = self.side.get("name") or {}
        value = name.get("value")
        if value in names and value not in listed_names(self.asked):
            other = self._fresh(f"expected.{NAME}")
            forged_alternatives.give(self.place.certificate, "dns", other)
            self.side["name"] = {**name, "value": other}

    def _fresh(self, name: str) -> str:
        """Return another name for `name`, within the same exempt domains and no others."""
        domains = tuple(one.strip(".") for base in self._bases() for one in base.exempt)
        above = [one for one in domains if is_within(name, (one,))]
        free = (one for one in _FRESH if not is_within(one, domains))
        under = f"fresh.{max(above, key=len)}" if above else next(free, _FRESH[0])
        return f"{name.removesuffix(NAME)}host.{under}"

    def _bases(self) -> tuple[Base, ...]:
        calls = [call for name in ("dns", "tlsa", "service") for call in self.asked.get(name, ())]
        return bases_of(calls)

    def _listed(self) -> set[str | None]:
        return {canonical_name(name) for base in self._bases() for name in base.among}

    def _has(self, one: Candidate) -> bool:
        return one.carried == "exact" and one.name in forged_alternatives.hosts(
            self.place.certificate
        )

    def _judged_as_it_is(self, one: Candidate, dns: Confirmation) -> bool:
        """Whether a name may stay: the expected one of several would be judged alone."""
        name = self.side.get("name") or {}
        return len(dns.candidates) == 1 or one.name != name.get("value")

    def _carry(self, one: Candidate) -> None:
        text = carried_text(one)
        if text is not None:
            forged_alternatives.give(self.place.certificate, "dns", text)
        if text != one.name:
            forged_alternatives.take_host(self.place.certificate, one.name, "good.example.com")

    # -- questions

    def _looked_up(self, dns: Confirmation, candidates: list[Candidate]) -> None:
        assert dns.reverse is not None  # noqa: S101 - asked before
        extra = [one.name for one in dns.candidates]
        names = {old: one.name for old, one in zip(extra, candidates, strict=True)}
        records = tuple(
            record(target=names.get(dict(one)["target"], dict(one)["target"]))
            for one in dns.reverse.records
        )
        records += tuple(record(target=name) for name in self._spare(dns, candidates))
        self._put(replace(renamed(dns.reverse, self._owner()), records=records))
        for one in candidates:
            self._put(self._forward(one))

    def _forward(self, one: Candidate) -> Lookup:
        """The question for the addresses of a name, of the family of the address in use."""
        kind, forward = self._kind(), one.forward
        if kind == "A":
            six = {"address_invalid": "2001:db8::1"}
            there = {"match": self.side["address"], "forward_mismatch": "192.0.2.99", **six}
        else:
            four = {"address_invalid": "192.0.2.1", "address_mapped": "::ffff:203.0.113.7"}
            there = {"match": self.side["address"], "forward_mismatch": "2001:db8::99", **four}
        records = tuple(record(address=there[one.found]) for _ in forward.records)
        hops = tuple(replace(hop, type=kind) for hop in forward.hops)
        return replace(forward, type=kind, hops=hops, records=records)

    # -- records

    def _found_records(self, candidates: list[Candidate]) -> None:
        for port, index, records in self._records():
            if records is not None:
                base = self._owner() if index is None else candidates[index].name
                self._written.append((port, base, records.lookup.end))
                found = with_data(self.place, records.lookup)
                self._put(renamed(found, self._under(port, base)))

    def _under(self, port: str, base: str) -> str:
        endpoint = endpoint_of(self.place.evidence["handshake"])
        number = endpoint.ports.of(port)
        if number is None:
            return self._by_service(base)
        return port_name(number, endpoint.transport, base)

    def _by_service(self, base: str) -> str:
        handshake = self.place.evidence["handshake"]
        handshake.setdefault("service", {})["name"] = _SERVICE
        return service_name(_SERVICE, endpoint_of(handshake).transport, base)

    def _is_faulty(self, port: str, base: str) -> bool:
        """Whether no answer about this port can be relied on, of whichever type."""
        number = self._number(port)
        return number is not None and any(
            end in ALIASED for one, name, end in self._written if (one, name) == (port, base)
        )

    def _found_services(self, candidates: list[Candidate]) -> None:
        for port, index, one in self._services():
            if one.lookup.end != "unanswered":
                self._service(one, port, candidates[index].name)

    def _service(self, one: Found, port: str, host: str) -> None:
        apart = one.lookup.end in ALIASED or self._is_faulty(port, host)
        owner = self._by_service(host) if apart else self._under(port, host)
        number = self._number(port)
        target = host if one.named else "another.example.net"
        records = tuple(
            record(priority=0, weight=0, port=number or 0, target=target)
            for _ in one.lookup.records
        )
        self._put(replace(renamed(one.lookup, owner), records=records))

    # -- answers that cannot be relied on, and that nothing else shows

    def _left(self, faults: frozenset[str], dns: Confirmation) -> list[str]:
        assert dns.reverse is not None  # noqa: S101 - asked before
        shown = {dns.reverse.end, *(one.forward.end for one in dns.candidates if one.carried)}
        shown |= {records.lookup.end for _, _, records in self._records() if records is not None}
        shown |= {one.lookup.end for _, _, one in self._services()}
        return [fault for fault in FAULTS if fault in faults - shown]

    def _spare(self, dns: Confirmation, candidates: list[Candidate]) -> list[str]:
        """Names beside the last one that the leaf carries, one for each fault that is left."""
        carried = [one for one in candidates if one.carried]
        if not carried:
            return []
        left = self._left(self.values.get("dns_answers", frozenset()), dns)
        return [_beside(carried[-1], number) for number, _ in enumerate(left)]

    def _hidden(
        self, faults: frozenset[str], dns: Confirmation, candidates: list[Candidate]
    ) -> None:
        left = self._left(faults, dns)
        spare = self._spare(dns, candidates)
        if not spare:
            free = [port for port in WORDS if port not in {one for one, _, _ in self._records()}]
            for fault, port in zip(left, reversed(free), strict=False):
                self.place.evidence["handshake"].setdefault(_KEYS[port], PORTS[port])
                self._put(lookup(self._under(port, self._owner()), "TLSA", fault))
            return
        model = next(one for one in reversed(candidates) if one.carried)
        for name, fault in zip(spare, left, strict=True):
            if model.carried == "exact":
                forged_alternatives.give(self.place.certificate, "dns", name)
            twin = replace(model, name=name, forward=renamed(model.forward, name))
            self._put(self._forward(twin))
            port = next((one for one in WORDS if self._number(one) is not None), WORDS[0])
            kind = "SRV" if self._number(port) is None else "TLSA"
            self._put(lookup(self._under(port, name), kind, fault))

    def _number(self, port: str) -> int | None:
        return endpoint_of(self.place.evidence["handshake"]).ports.of(port)


_KEYS: Final = {"server": "server_port", "source": "client_port"}
_EXAMPLES: Final = {"zone": "fe80::1%eth0", "invalid": "192.0.2.1.5"}


def _beside(one: Candidate, number: int) -> str:
    """A name that the leaf carries as it carries this one, and that comes after it."""
    base = one.name.partition(".")[2] if one.carried == "wildcard" else one.name
    return f"zz{number}.{base}"
