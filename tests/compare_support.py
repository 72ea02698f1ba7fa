"""Small policies for the tests of the comparison, and random ones."""

# ruff: noqa: ANN401 - conditions are JSON

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.loader import load_policy_document
from support.policies import document, rule

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mtlspolicy import Policy

__all__ = ["BASE", "ISSUED_LATE", "on", "policy", "random_pair"]

ISSUED_LATE: Final = [{"axis": "not_before", "from": "2027-03-15T00:00:00Z"}]


def on(name: str, where: str, require: Any, **more: Any) -> dict[str, Any]:
    """Return a rule on `side.of`, or on the pair."""
    side, _, of = where.partition(".")
    return rule(name, side, of, require, code="test.rule", **more)


BASE: Final = [on("current", "both.leaf", {"validity.current": True})]


def policy(rules: Sequence[dict[str, Any]], name: str = "mine", **more: Any) -> Policy:
    """Return a policy with these rules."""
    return load_policy_document(json.dumps(document(*rules, id=name, **more)))


# -- random ones

_CONDITIONS: Final[list[Any]] = [
    {"eku.includes": "serverAuth"},
    {"eku.includes": "clientAuth"},
    {"eku.permits": {"purpose": "clientAuth", "absent": "refuse"}},
    {"eku.present": True},
    {"key_usage.includes": "digitalSignature"},
    {"key_usage.present": True},
    {"basic_constraints.ca": True},
    {"aki.only_key_identifier": True},
    {"ski.present": True},
    {"extensions.repeats": True},
    {"version.is": 3},
    {"version.fits_extensions": True},
    {"validity.current": True},
    {"validity.started": True},
    {"validity.not_expired": True},
    {"validity.ordered": True},
    {"validity.days_at_most": 100},
    {"validity.issued": {"from": "2026-03-15T00:00:00Z"}},
    {"validity.issued": {"until": "2027-03-15T00:00:00Z"}},
    {"validity.evaluated": {"from": "2026-06-15T00:00:00Z"}},
    {"encoding.notes": "time.fraction"},
    {"encoding.notes": "issuer.empty"},
]
_OF_PATHS: Final[list[Any]] = [
    {"path.valid": True},
    {"name.matches": True},
    {"issuers.known": True},
    {"issuers.permit": {"purpose": "clientAuth"}},
    {"issuers.permit": {"purpose": "serverAuth", "anchor": "ignore"}},
    {"purpose.permitted": {"purpose": "serverAuth", "any_on_issuers": "refuse"}},
    {"programme.anchor_added": {"from": "2025-04-15T00:00:00Z"}},
    {"revocation.not_revoked": True},
]
_OF_CERTIFICATES: Final[list[Any]] = [
    {"programme.disclosed": {"from": "2026-06-15T00:00:00Z"}},
    {"link.names_identical": True},
    {"link.key_identifiers_identical": True},
]
_OF_PAIRS: Final[list[Any]] = [
    {"pair.same_key": True},
    {"pair.same_certificate": True},
    {"relationship.is": "client-to-server"},
    {"client.eku.includes": "serverAuth"},
    {"server.key_usage.present": True},
]
_PLACES: Final = (
    *("client.leaf", "server.leaf", "both.leaf", "both.path"),
    *("client.issuer", "server.anchor", "client.link", "both.issuer", "pair"),
)


def _condition(dice: random.Random, some: list[Any]) -> Any:
    one, other = dice.choice(some), dice.choice(some)
    shapes: list[Any] = [
        one,
        {"not": one},
        {"any": [one, other]},
        {"all": [one, {"not": other}]},
        {"if": one, "then": other},
        {"iff": [one, other]},
    ]
    return dice.choice(shapes)


def _random_rule(dice: random.Random, number: int) -> dict[str, Any]:
    where = dice.choice(_PLACES)
    some = _OF_PAIRS if where == "pair" else [*_CONDITIONS]
    if where.endswith(("leaf", "path")):
        some += _OF_PATHS
    if where.endswith(("issuer", "link")):
        some += _OF_CERTIFICATES
    more: dict[str, Any] = {}
    if dice.random() < 0.4:
        more["when"] = _condition(dice, some)
    if dice.random() < 0.2 and where != "pair":
        axis = dice.choice(["not_before", "evaluation_time"])
        more["effective"] = [{"axis": axis, "from": "2026-03-15T00:00:00Z"}]
    if dice.random() < 0.2:
        more["if_missing"] = "not_applicable"
    return on(f"r{number}", where, _condition(dice, some), **more)


def random_pair(dice: random.Random) -> tuple[Policy, Policy]:
    """Return two policies that have some rules in common, more often than not a usual one."""
    base = BASE if dice.random() < 0.8 else []
    pool = [_random_rule(dice, number) for number in range(4)]
    chosen = [[*base, *(one for one in pool if dice.random() < 0.6)] for _ in range(2)]
    return policy(chosen[0] or BASE, "one"), policy(chosen[1] or BASE, "two")
