"""Why a name does not match reaches the finding, and every type of name can be forged."""

from __future__ import annotations

import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy
from mtlspolicy.derive.side import derive_side
from mtlspolicy.derive.trust import NameStatus
from mtlspolicy.evidence.context import NAME_TYPES
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import Place
from mtlspolicy.forge.names import EMPTY, name
from mtlspolicy.forge.pair import ordinary_pair

NAME = ATOMS["name.matches"][0]


def _read(value: NameStatus, side: str = "client") -> NameStatus:
    pair = ordinary_pair()
    pair.client.leaf.subject = name(("CN", "one"), ("CN", "two"))
    pair.server.leaf.subject = EMPTY
    NAME.realise(value, Place(pair, side))
    built = pair.build()
    chain = built.client if side == "client" else built.server
    return derive_side(side, chain.presented, read_context(built.evidence), own=False).name


@pytest.mark.parametrize("side", ["client", "server"])
@pytest.mark.parametrize("kind", NAME_TYPES)
@pytest.mark.parametrize("matched", [True, False])
def test_every_type_is_realised_whatever_the_leaf_had(
    side: str, kind: str, *, matched: bool
) -> None:
    """Two common names, or no subject at all, are in nobody's way."""
    found = _read(NameStatus(asked=True, matched=matched, kind=kind), side)

    assert (True, matched, kind) == (found.asked, found.matched, found.kind)


@pytest.mark.parametrize("value", list(NAME.points([])))
def test_where_no_type_is_asked_about_a_match_is_asserted(value: NameStatus) -> None:
    """Then the certificate stays as it is, whatever it carries."""
    found = _read(value)

    for atom in ("name.asked", "name.matches"):
        test = ATOMS[atom][1].test
        assert test(value) is test(found)


def test_what_is_known_is_told_in_words() -> None:
    told = {NAME.describe(value) for value in NAME.points([])}

    assert {"name matches", "name does not match", "no name asked"} == told


def test_a_name_that_is_carried_is_left_as_it_is() -> None:
    pair = ordinary_pair()
    before = pair.client.leaf.build()
    NAME.realise(NameStatus(asked=True, matched=True, kind="dns"), Place(pair, "client"))

    assert {"type": "dns", "value": "client.example.com"} == pair.evidence["client"]["name"]
    assert before == pair.client.leaf.build()


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("dns", "other.example.com"), "name.mismatch", "it has server.example.com"),
        (("ip", "198.41.0.4"), "name.absent", "it has no name of that kind"),
        (("dns", "no name"), "name.reference_invalid", "what is asked for is no name"),
    ],
)
def test_a_finding_says_why(asked: tuple[str, str], code: str, said: str) -> None:
    """The verdict is that of the rule; the reason and what is presented stand in `found`."""
    pair = ordinary_pair()
    pair.evidence["server"]["name"] = dict(zip(("type", "value"), asked, strict=True))
    built = pair.build()
    decision = evaluate(
        Pair(client=built.client.presented, server=built.server.presented),
        load_policy("legacy-dual-use"),
        read_context(built.evidence),
    )
    (finding,) = [f for f in decision.notable if f.code == "name.not_matched"]

    assert ("fail", [code], asked[0]) == (
        finding.outcome,
        finding.found["codes"],
        finding.found["type"],
    )
    assert said in finding.message


def test_many_names_are_told_in_part() -> None:
    status = NameStatus(
        asked=True, matched=False, kind="dns", code="name.mismatch", presented=("a", "b", "c", "d")
    )

    assert "name does not match: it has a, b, c, ..." == NAME.describe(status)
    assert "name does not match" == NAME.describe(NameStatus(asked=True, matched=False))


def test_what_no_atom_sees_makes_no_cell() -> None:
    """Otherwise every certificate would have a cell of its own."""
    cell = NAME.cell([])
    assert cell is not None
    one = NameStatus(asked=True, matched=False, kind="dns", code="name.absent")
    other = NameStatus(
        asked=True, matched=False, kind="dns", code="name.mismatch", presented=("a",)
    )

    assert cell(one) == cell(other)


def test_the_bound_that_ended_a_search_is_told_where_nothing_was_found() -> None:
    """Beside the faults of what was looked at; a good path needs no excuse."""
    from mtlspolicy.suite.cases.crowds import SPACE  # noqa: PLC0415 - these cases alone

    cases = {case.id: case for case in SPACE.suite().cases}
    told = {}
    for which in ("candidates-beyond-the-bound", "cross-certificates-to-an-anchor"):
        case = cases[f"crowds::{which}"]
        context: Context = read_context(case.evidence)
        side = derive_side("client", case.client, context, own=False)
        told[which] = (side.candidates[0].exhausted, side.candidates[0].status(context.at).faults)

    assert {
        "candidates-beyond-the-bound": (
            "path.budget_candidates",
            ("path.expired", "path.budget_candidates"),
        ),
        "cross-certificates-to-an-anchor": ("path.budget_steps", ()),
    } == told
