"""What a connection shows, as values of features: read from evidence, and chosen at random."""

# ruff: noqa: ANN401 - the values of any feature

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import load_policy
from mtlspolicy.compare.chain import Chain, Known
from mtlspolicy.derive.dns.names import reverse_name
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.side import derive_side
from mtlspolicy.derive.trust import PathStatus
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features import forged_connection
from mtlspolicy.features.base import Call
from mtlspolicy.features.constraints import exists
from mtlspolicy.features.forged_connection import CONNECTED
from mtlspolicy.features.forged_tlsa import association
from mtlspolicy.features.laws import companions, kinds_by_law, laws
from mtlspolicy.features.optional import stand_twice
from mtlspolicy.features.registry import ATOMS, FEATURES
from mtlspolicy.features.subject import CertificateSubject, Place
from mtlspolicy.forge import extensions
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.instants import format_instant
from mtlspolicy.suite.cases.draft_frank import DRAFT

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from mtlspolicy import Policy
    from mtlspolicy.features.base import Feature
    from mtlspolicy.features.laws import Law

__all__ = ["FEATURE", "SETTINGS", "Asking", "draft", "read"]

FEATURE: Final[dict[str, Feature[Any]]] = {feature.name: feature for feature in FEATURES}
CHOSEN: Final = (
    "san", "source", "dns", "handshake.server_port", "tlsa", "service", "dns_answers", "name",
    "peer",
)  # fmt: skip
"""The features of one connection, in an order in which most choices leave many others."""

SETTINGS: Final[tuple[tuple[dict[str, Any], ...], ...]] = (
    ({},),
    ({"reading": "literal", "check_service": "require"},),
    ({"wildcards": "refuse", "require_dnssec": True, "exempt_domains": []},),
    ({"allowed_peers": ["peer.example.org", "198.41.0.9", "client.example.com"]},),
    ({}, {"allowed_peers": ["peer.example.org"]}),
    ({}, {"exempt_domains": ["example.org"], "wildcards": "refuse"}),
)
"""Settings under which one or two policies ask; each asks in another way."""


_OF_NAMES: Final = tuple(
    Call(*ATOMS[name], arguments)
    for name, arguments in (
        ("san.defect", (("dns-internal",),)),
        ("san.defect", (("ip-reserved",),)),
        ("san.spiffe_id", ()),
    )
)
"""What another policy asks of the names of the leaf."""


@cache
def draft() -> Policy:
    """The policy that asks about connections."""
    return load_policy(DRAFT, enable_proposal="draft-frank-mtls-via-serverauth-extension-00")


@dataclass(frozen=True)
class Asking:
    """What some policies ask of a client's connection, and the laws of that."""

    calls: Mapping[str, Sequence[Call]]
    laws: Sequence[Law]

    @classmethod
    @cache
    def under(cls, number: int) -> Asking:
        """What draft-frank asks under some settings, beside one that asks of names."""
        compiled = [compile_policy(draft(), given) for given in SETTINGS[number]]
        found: dict[str, dict[Call, None]] = {"chain": {}}
        found["san"] = dict.fromkeys(_OF_NAMES)
        for one in compiled:
            for rule in one.sides["client"].by_bit.values():
                for question in rule.questions() if rule.enforced else ():
                    calls = found.setdefault(question.call.feature.name, {})
                    calls[question.call] = None
        for name, more in companions({name: tuple(calls) for name, calls in found.items()}).items():
            found.setdefault(name, {}).update(dict.fromkeys(more))
        asked = {name: tuple(calls) for name, calls in found.items()}
        return cls(asked, laws(asked))

    @cache  # noqa: B019 - few, and kept by `under` anyway
    def domain(self, feature: str) -> dict[Any, list[Any]]:
        """The values of a feature by their answers, one per kind that laws tell apart."""
        told = kinds_by_law(feature, self.laws)
        found: dict[Any, dict[Any, Any]] = {}
        for value in FEATURE[feature].points(tuple(self.calls[feature])):
            same = found.setdefault(self.answers(feature, value), {})
            same.setdefault(tuple([kind(value) for kind in told]), value)
        return {answers: list(values.values()) for answers, values in found.items()}

    def answers(self, feature: str, value: Any) -> tuple[Any, ...]:
        return tuple(call.answer(value) for call in self.calls[feature])

    def fitting(self, choices: Mapping[str, Sequence[Any]]) -> Any:
        """One value of each choice, so that all laws hold; None where there are none."""
        return self._fitting({}, dict(choices))

    def _fitting(self, chosen: dict[str, Any], left: dict[str, Sequence[Any]]) -> Any:
        if not left:
            return chosen
        name = next(iter(left))
        others = {one: values for one, values in left.items() if one != name}
        there = {*chosen, name}
        decided = [law for law in self.laws if name in law.features and there >= {*law.features}]
        for value in left[name]:
            more = {**chosen, name: value}
            if all(_holds(law, more) for law in decided):
                found = self._fitting(more, others)
                if found is not None:
                    return found
        return None

    def __hash__(self) -> int:
        return id(self)


def _holds(law: Law, values: Mapping[str, Any]) -> bool:
    """Whether a law holds of these values."""
    told = [kind(values[one]) for one, kind in zip(law.features, law.kinds, strict=True)]
    return law.holds(*told)


def read(client: Sequence[bytes], evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Every feature of a client's connection, with the names of its leaf and its chain."""
    context = read_context(dict(evidence))
    side = derive_side("client", client, context, own=False)
    candidate = side.candidates[0]
    subject = path_subjects(side, candidate, context, context.at).leaf
    found = {
        name: feature.read(subject)
        for name, feature in FEATURE.items()
        if name in ("path", *CHOSEN) and name != "san"
    }
    leaf = CertificateSubject(subject.certificate, context.at)
    return found | {"san": FEATURE["san"].read(leaf), "chain": _shape(candidate)}


def _shape(candidate: Any) -> Chain:
    known = Known.CLOSED if candidate.closed else Known.OPEN
    if candidate.anchor is not None:
        known = Known.ANCHORED
    return Chain(known, len(candidate.issuers))


# -- random evidence

_ADDRESSES: Final = ("192.0.2.17", "198.41.0.4", "2001:db8::7", "10.1.2.3", "fe80::1%e0", "nowhere")
_HOSTS: Final = (
    "client.example.com", "peer.example.org", "a.local", "b.example.com", "x.onion", "_no.example",
)  # fmt: skip
_NAMES: Final = (
    *(("dns", host) for host in (*_HOSTS[:5], "*.example.com", "*.local", "-bad.example.com")),
    *(("ip", address) for address in ("192.0.2.17", "198.41.0.4", "2001:db8::7", "10.1.2.3")),
    ("uri", "spiffe://example.org/service"),
)
_ASKED: Final = (
    ("dns", "client.example.com"), ("dns", "peer.example.org"), ("dns", "nobody.invalid"),
    ("ip", "198.41.0.4"), ("ip", "198.41.0.9"), ("uri", "spiffe://example.org/service"),
    ("cn", "client.example.com"), ("email", "nobody@example.com"),
)  # fmt: skip


def random_connection(dice: random.Random) -> tuple[list[bytes], dict[str, Any]]:
    """A client's chain and evidence that nobody made for a value: names, answers, ports."""
    pair = ordinary_pair()
    leaf = pair.client.leaf
    match dice.randrange(8):
        case 0:
            leaf.drop_extension("subjectAltName")
        case 1:
            stand_twice(leaf, "subjectAltName", extensions.subject_alt_name(("dns", "a.example")))
        case _:
            leaf.set_names(*dice.sample(_NAMES, dice.randint(1, 4)))
    evidence = pair.evidence
    side = evidence.setdefault("client", {})
    side.pop("name", None)
    if dice.random() < 0.5:
        side["name"] = dict(zip(("type", "value"), dice.choice(_ASKED), strict=True))
    if dice.random() < 0.3:
        side["anchors"] = None
    elif dice.random() < 0.2:
        pair.client.signers[1] = "p256-7"
    if dice.random() < 0.9:
        side["address"] = dice.choice(_ADDRESSES)
    ports = {"server_port": 5269, "client_port": 50_000}
    told: dict[str, Any] = {key: port for key, port in ports.items() if dice.random() < 0.7}
    if dice.random() < 0.3:
        told["service"] = {"name": "xmpp-server"}
    evidence["handshake"] = told
    address = IpAddress.parse(side.get("address", ""))
    if dice.random() < 0.9:
        evidence["dns"] = {"answers": _answers(dice, address, leaf)}
    built = pair.build()
    return built.client.presented, built.evidence


def _answers(dice: random.Random, address: Any, leaf: Any) -> list[Any]:
    reverse = "17.2.0.192.in-addr.arpa" if address is None else reverse_name(address)
    kind = "A" if reverse.endswith("in-addr.arpa") else "AAAA"
    hosts = dice.sample(_HOSTS, dice.randint(1, 3))
    found = [_answer(dice, reverse, "PTR", [{"target": host} for host in hosts])]
    here = [{"address": "192.0.2.17" if address is None else str(address)}]
    for host in hosts:
        others = [{"address": one} for one in ("192.0.2.99", "2001:db8::99", "::ffff:1.2.3.4")]
        found.append(_answer(dice, host, kind, dice.choice([here, here, here, others[:1], others])))
    for base in (*hosts, reverse):
        for port in (5269, 50_000):
            records = [_tlsa(dice, leaf) for _ in range(dice.choice([1, 1, 2, 33]))]
            found.append(_answer(dice, f"_{port}._tcp.{base}", "TLSA", records))
            target = {"priority": 0, "weight": 0, "port": port, "target": dice.choice(hosts)}
            found.append(_answer(dice, f"_{port}._tcp.{base}", "SRV", [target]))
        target = {"priority": 0, "weight": 0, "port": 5269, "target": base}
        found.append(_answer(dice, f"_xmpp-server._tcp.{base}", "SRV", [target]))
    return [one for one in found if dice.random() < 0.85]


def _tlsa(dice: random.Random, leaf: Any) -> dict[str, Any]:
    data = [association(leaf.build("p256-9")), "00" * 32, "00", dice.randbytes(32).hex()]
    return {
        "usage": dice.choice([0, 1, 1, 3, 3, 4]),
        "selector": 1,
        "matching_type": 1,
        "data": dice.choice(data),
    }


def _answer(dice: random.Random, owner: str, kind: str, data: list[Any]) -> dict[str, Any]:
    usual = dice.random() < 0.6
    found: dict[str, Any] = {
        "owner": owner,
        "type": kind,
        "status": "secure" if usual else dice.choice(["insecure", "indeterminate", "bogus"]),
        "ttl": 3600,
        "time": format_instant(ORDINARY_AT + (0 if usual else dice.choice([0, 0, -(10**6), 10]))),
    }
    how = 0.0 if usual else dice.random()
    if how < 0.5:
        return {**found, "data": data}
    if how < 0.8:
        return {**found, "failure": dice.choice(["nxdomain", "nodata", "timeout"])}
    target = dice.choice([owner, r"no\.name", "elsewhere.example.com"])
    return {**found, "type": "CNAME", "data": [{"target": target}]}


# -- random values


def random_state(dice: random.Random, asking: Asking) -> dict[str, Any]:
    """Values of all features of a connection that all laws allow, chosen by chance."""
    choices: dict[str, list[Any]] = {
        "chain": [Chain(Known.ANCHORED, 1)],
        "path": [PathStatus(valid=True, group="default")],
    }
    for name in (name for name in CHOSEN if name in asking.calls):
        values = [value for some in asking.domain(name).values() for value in some]
        dice.shuffle(values)
        choices[name] = [value for value in values if exists(name, value)]
    found: dict[str, Any] | None = asking.fitting(choices)
    assert found is not None
    return found


def realised(state: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
    """What is read of a connection that has been made for these values."""
    pair = ordinary_pair()
    place = Place(pair, "client")
    FEATURE["san"].realise(state["san"], place)
    connected = {one: state[one] for one in (*CONNECTED, "name", "san") if one in state}
    forged_connection.realise(connected, place, asking.calls)
    built = pair.build()
    return read(built.client.presented, built.evidence)
