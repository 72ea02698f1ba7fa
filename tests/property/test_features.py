"""Laws of the features of certificate scope, over the registry and random questions.

- ``abstract(read(realise(v))) == v`` for every representative of a domain;
- certificates that nobody made for a domain never show a combination that it lacks;
- the plainest value of a domain is one that exists.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtlspolicy.facts import read_certificate
from mtlspolicy.features.base import Call, Domain, Feature, Scope
from mtlspolicy.features.parameters import BadArgumentError
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import CertificateSubject, Place
from mtlspolicy.forge.encodings import DEFECTS
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.features.base import Atom
    from mtlspolicy.features.parameters import Kind

OURS = [feature for feature in FEATURES if feature.scope is Scope.CERTIFICATE]
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


# -- random questions


def _accepts(kind: Kind, value: object) -> bool:
    try:
        kind.parse(value)
    except BadArgumentError:
        return False
    return True


def json_values(kind: Kind) -> st.SearchStrategy[Any]:
    """JSON values that a kind takes, from its schema."""
    schema: Mapping[str, Any] = kind.schema
    if kind.name == "window":
        dates = st.sampled_from(["2023-09-15T00:00:00Z", "2026-03-15T00:00:00Z"])
        return st.builds(lambda key, date: {key: date}, st.sampled_from(["from", "until"]), dates)
    if schema.get("type") == "array":
        words = st.sampled_from([w for w in kind.words if _accepts(kind, [w])])
        return st.lists(words, min_size=int(schema.get("minItems", 0)), max_size=4, unique=True)
    if schema.get("type") == "integer":
        least, most = schema["minimum"], schema["maximum"]
        near = st.integers(least, min(most, least + 300))
        return st.one_of(near, st.integers(least, most))
    return st.sampled_from([word for word in kind.words if _accepts(kind, word)])


def calls_of(feature: Feature[Any], atom: Atom) -> st.SearchStrategy[Call]:
    """Calls of one atom."""
    arguments = [json_values(parameter.kind) for parameter in atom.parameters]
    kinds = [parameter.kind for parameter in atom.parameters]
    return st.tuples(*arguments).map(
        lambda given: Call(
            feature, atom, tuple(k.parse(g) for k, g in zip(kinds, given, strict=True))
        )
    )


def some_calls(feature: Feature[Any]) -> st.SearchStrategy[list[Call]]:
    """A few questions about one feature."""
    return st.lists(
        st.one_of([calls_of(feature, atom) for atom in feature.atoms]), min_size=1, max_size=5
    )


# -- random certificates


@cache
def _defects() -> list[Any]:
    return [DEFECTS[row] for row in sorted(DEFECTS)]


@cache
def _domain_values(feature: Feature[Any]) -> list[Any]:
    """Values of a feature when every question without arguments is asked."""
    plain = tuple(Call(feature, atom, ()) for atom in feature.atoms if not atom.parameters)
    return list(Domain(feature, plain).values)


@st.composite
def certificates(draw: st.DrawFn) -> bytes:
    """A leaf with a few features as they come, and sometimes a defect."""
    place = Place(ordinary_pair(), draw(st.sampled_from(["client", "server"])))
    for feature in draw(st.lists(st.sampled_from(OURS), max_size=3)):
        feature.realise(draw(st.sampled_from(_domain_values(feature))), place)
    plain = place.certificate.copy()
    defect = draw(st.one_of(st.none(), st.sampled_from(_defects())))
    # A defect may need an extension that this draft lacks.
    with suppress(IndexError, KeyError, AttributeError, StopIteration, ValueError):
        if defect is not None:
            defect.change(place.certificate)
            return place.certificate.build("p256-9")
    return plain.build("p256-9")


# -- the laws


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
@SLOW
@given(data=st.data())
def test_what_is_realised_is_read_back(feature: Feature[Any], data: st.DataObject) -> None:
    """Bytes made for a value have that value."""
    domain = Domain(feature, data.draw(some_calls(feature)))
    for value in data.draw(st.lists(st.sampled_from(domain.values), min_size=1, max_size=12)):
        place = Place(ordinary_pair(), data.draw(st.sampled_from(["client", "server"])))
        feature.realise(value, place)
        certificate = read_certificate(place.certificate.build("p256-9"))
        at = getattr(value, "at", ORDINARY_AT)
        found = feature.read(CertificateSubject(certificate, at))
        assert domain.answers(found) == domain.answers(value), (value, found)
        assert domain.abstract(found) == value


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
@SLOW
@given(data=st.data())
def test_no_certificate_is_outside_the_domain(feature: Feature[Any], data: st.DataObject) -> None:
    """Random certificates give no combination of answers that the points lack."""
    domain = Domain(feature, data.draw(some_calls(feature)))
    certificate = read_certificate(data.draw(certificates()))
    domain.abstract(feature.read(CertificateSubject(certificate, ORDINARY_AT)))


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
@SLOW
@given(data=st.data())
def test_the_cell_decides_the_answers(feature: Feature[Any], data: st.DataObject) -> None:
    """Values of one cell give the same answers."""
    domain = Domain(feature, data.draw(some_calls(feature)))
    cell = feature.cell(domain.calls) or (lambda value: value)
    answers: dict[Any, Any] = {}
    for value in domain.values:
        assert answers.setdefault(cell(value), domain.answers(value)) == domain.answers(value)


LOOKING = [one for one in OURS if any(one.aspect(atom) is not None for atom in one.atoms)]


@pytest.mark.parametrize("feature", LOOKING, ids=lambda feature: feature.name)
@SLOW
@given(data=st.data())
def test_what_an_atom_looks_at_decides_its_answer(
    feature: Feature[Any], data: st.DataObject
) -> None:
    """Values with one aspect give the same answer to every question about it."""
    domain = Domain(feature, data.draw(some_calls(feature)))
    answers: dict[Any, Any] = {}
    for call in domain.calls:
        look = feature.aspect(call.atom)
        assert look is not None
        for value in domain.values:
            seen = call, look(value)
            assert answers.setdefault(seen, call.answer(value)) is call.answer(value)


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
@SLOW
@given(data=st.data())
def test_the_short_way_leads_to_the_same_cell(feature: Feature[Any], data: st.DataObject) -> None:
    """What the engine reads is the cell of the value, however it gets there."""
    calls = tuple(dict.fromkeys(data.draw(some_calls(feature))))
    reader, cell = feature.reader(calls), feature.cell(calls) or (lambda value: value)
    certificate = read_certificate(data.draw(certificates()))
    short = reader(certificate, ORDINARY_AT)
    assert short == cell(feature.read(CertificateSubject(certificate, ORDINARY_AT)))


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
def test_every_value_can_be_shown(feature: Feature[Any]) -> None:
    """A value has words, and no two plain ones have the same JSON by accident."""
    for value in _domain_values(feature):
        assert feature.describe(value)
        feature.show(value)
