"""What holds of every condition, however it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.base import Call, Feature, Truth
from mtlspolicy.features.parameters import BadArgumentError
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.language.dated import instants as dated
from mtlspolicy.language.evaluate import holds
from mtlspolicy.language.explain import phrase, sentence
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import Literal, Node, Not, Question, bind, children, questions
from mtlspolicy.policies.settings import Setting
from support import naive
from support.policies import leafs
from support.strategies import conditions, instants, leaf_pairs

SETTINGS = {"strict": Setting("strict", "boolean", "strict", default=True)}
EXAMPLES = settings(max_examples=150, deadline=None)
GIVEN = st.fixed_dictionaries({"strict": st.booleans()})


def parsed(condition: Any) -> Node:  # noqa: ANN401 - JSON, or any of a table
    reader = Reader(SETTINGS, {})
    node = reader.read(condition, "", pair=False)
    assert [] == reader.faults
    return node


def on(der: bytes, at: int) -> Any:  # noqa: ANN401 - JSON, or any of a table
    subject = CertificateSubject(read_certificate(der), at)
    return lambda question: question.call.answer(question.call.feature.read(subject))


LEAVES = st.one_of(
    conditions(),
    st.fixed_dictionaries({"side": st.sampled_from(["client", "server"])}),
    st.fixed_dictionaries({"setting": st.just("strict")}),
)


@EXAMPLES
@given(
    conditions(LEAVES),
    leaf_pairs(readable=True),
    instants(),
    GIVEN,
    st.sampled_from(["client", "server"]),
)
def test_binding_keeps_the_truth(
    condition: Any,  # noqa: ANN401 - of a table
    pair: Any,  # noqa: ANN401 - of a table
    at: int,
    given_settings: dict[str, bool],
    side: str,
) -> None:
    """A bound tree says of a certificate what the naive reading of its JSON says."""
    bound = bind(parsed(condition), side, given_settings)
    policy = {"settings": {"strict": {"default": given_settings["strict"]}}}
    facts = naive.facts_of(read_certificate(pair.client[0]))
    reading = naive.Reading(policy, {"client": facts, "server": facts}, side, at)

    assert reading.holds(condition) is holds(bound, on(pair.client[0], at))


@EXAMPLES
@given(conditions(LEAVES), GIVEN)
def test_a_bound_tree_has_no_constants_inside(
    condition: Any,  # noqa: ANN401 - of a table
    given_settings: dict[str, bool],
) -> None:
    bound = bind(parsed(condition), "client", given_settings)

    def inside(node: Node) -> bool:
        return any(isinstance(part, Literal) or inside(part) for part in children(node))

    assert not inside(bound)
    assert bound == bind(bound, "server", {})


@EXAMPLES
@given(conditions(), leaf_pairs(), instants(), instants())
def test_dates_cover_every_change(condition: Any, pair: Any, one: int, other: int) -> None:  # noqa: ANN401 - JSON, or any of a table
    """Two instants with no date between them have the same answer."""
    tree = bind(parsed(condition), "client", {})
    certificate = read_certificate(pair.client[0])

    def value_of(question: Question) -> object:
        return question.call.feature.read(CertificateSubject(certificate, one))

    low, high = sorted((one, other))
    if not any(low < cut <= high for cut in dated(tree, value_of)):
        assert holds(tree, on(pair.client[0], one)) is holds(tree, on(pair.client[0], other))


@EXAMPLES
@given(conditions(), st.lists(st.sampled_from([True, False, None]), min_size=12, max_size=12))
def test_knowing_more_only_refines(condition: Any, truths: list[Truth]) -> None:  # noqa: ANN401 - JSON, or any of a table
    """An answer that is known does not change when an unknown turns out true or false."""
    tree = bind(parsed(condition), "client", {})
    asked = list(dict.fromkeys(questions(tree)))
    answers = dict(zip(asked, (truths * len(asked))[: len(asked)], strict=True))
    before = holds(tree, answers.__getitem__)
    for question in asked:
        if answers[question] is None:
            refined = [
                holds(tree, {**answers, question: truth}.__getitem__) for truth in (True, False)
            ]
            assert before is None or [before, before] == refined


@EXAMPLES
@given(conditions())
def test_every_condition_has_a_sentence_and_its_denial(condition: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    node = parsed(condition)
    said, denied = sentence(node), sentence(Not(node))

    assert said
    assert denied
    assert said != denied
    assert said == sentence(Not(Not(node)))
    assert said.count("(") == said.count(")")
    assert "\n" not in said
    assert not said.endswith(".")


# -- each atom of the registry

WORDS = ("serverAuth", "1.2.3", "2026-01-01T00:00:00Z", 1, 100, 4096, True, "allow", "a")
STRUCTURES = ({"from": "2026-01-01T00:00:00Z"},)


def argument(parameter: Any) -> object:  # noqa: ANN401 - JSON, or any of a table
    """Some argument that the kind takes, found by trying."""
    words = list(parameter.kind.words) + list(WORDS)
    for candidate in (*words, *([word] for word in words), *STRUCTURES):
        try:
            return parameter.kind.parse(candidate)
        except BadArgumentError:
            continue
    raise AssertionError(parameter)


def call(name: str) -> Call:
    feature, atom = ATOMS[name]
    return Call(feature, atom, tuple(argument(parameter) for parameter in atom.parameters))


@pytest.mark.parametrize("name", sorted(ATOMS))
def test_every_atom_has_two_sentences(name: str) -> None:
    asked = call(name)
    said = [phrase(asked.atom, asked.arguments, truth=truth) for truth in (True, False)]

    assert said[0] != said[1]
    for text in said:
        assert text
        assert "{" not in text
        assert text == text.strip()
        assert not text.endswith(".")


@pytest.mark.parametrize("name", sorted(ATOMS))
def test_every_atom_answers_on_every_point(name: str) -> None:
    """Of its own domain, and of the ordinary leaf; what is shown is JSON and words."""
    asked = call(name)
    feature: Feature[Any] = asked.feature
    points = list(feature.points([asked]))

    assert points
    for value in points:
        assert asked.answer(value) in (True, False, None)
        assert all(isinstance(second, int) for second in asked.instants(value))
        assert feature.describe(value)
        feature.show(value)
    if feature.scope.value == "certificate":
        for der in (*leafs().client, b"\x30\x00", b""):
            value = feature.read(CertificateSubject(read_certificate(der), 0))
            assert asked.answer(value) in (True, False, None)
            assert feature.describe(value)
