"""A state in words: what in it is not as in an ordinary good pair, and since when rules bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import Chain
from mtlspolicy.compare.check import Status
from mtlspolicy.compare.formula import holds
from mtlspolicy.compare.ordinary import ordinary
from mtlspolicy.compare.terms import ANCHOR, AT, LEAF
from mtlspolicy.compare.values import index
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES
from mtlspolicy.features.validity import DAY
from mtlspolicy.forge.pair import ORDINARY_AT
from mtlspolicy.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.compare.model import Enforced
    from mtlspolicy.compare.relation import State
    from mtlspolicy.compare.variables import Key
    from mtlspolicy.policies.model import Rule

__all__ = ["describe", "effective"]

_BY_NAME: Final = {feature.name: feature for feature in FEATURES}
_OWNERS: Final = {
    "": "",
    LEAF: "",
    "issuer1": "'s issuer",
    "issuer2": "'s upper issuer",
    ANCHOR: "'s anchor",
}
_MODES: Final = {
    "same key": "both sides: the same key",
    "same certificate": "both sides: the same certificate",
}
_NOT_TOLD: Final = {
    "added": "when the anchor was added is not told",
    "disclosed": "when the CA was disclosed is not told",
}
_FEW: Final = 2
"""Values taken over from the other side that are told one by one."""
_AXES: Final = {
    "not_before": "issued",
    "evaluation_time": "judged",
    "anchor_added": "anchor added",
    "ccadb_disclosure": "CA disclosed (or else issued)",
}


def describe(state: State, beside: State | None = None) -> tuple[str, ...]:
    """Return one sentence per certificate or side that is not ordinary.

    What is ordinary is told where a rule breaks on nothing else. Such as
    ``client: EKU serverAuth, issued on or after 2027-03-15``. `beside`: a state that is shown
    with this one; what its rules break on is told of this one too.
    """
    odd = state.odd()
    told = _broken_as_usual(beside or state, odd)
    state = state._replace(verdicts=(beside or state).verdicts)
    phrases = _phrases(state, odd, told)
    found: dict[str, list[str]] = {}
    for side in SIDES:
        for place, owner in _OWNERS.items():
            said = phrases.get((side, place))
            if said:
                found.setdefault(f"{side}{owner}", []).extend(said)
    sentences = [f"{owner}: {', '.join(phrases)}" for owner, phrases in found.items()]
    if state.model.space.mode in _MODES:
        sentences.insert(0, _MODES[state.model.space.mode])
    if state.solution.at != ORDINARY_AT:
        sentences.append(f"judged at {_day(state.solution.at)}")
    return tuple(sentences or _of_the_ordinary(state, told))


def effective(rule: Rule) -> tuple[str, ...]:
    """Return the windows in which a rule binds, such as ``issued on or after 2027-03-15``."""
    return tuple(f"{_AXES[one.axis]} {one.window}" for one in rule.effective)


def _day(instant: int) -> str:
    return format_instant(instant).removesuffix("T00:00:00Z")


def _broken_as_usual(state: State, odd: set[Key]) -> set[Key]:
    """Return what the causing rules ask about where all of that is as in an ordinary pair."""
    found: set[Key] = set()
    for number, verdict in zip(state.parties, state.verdicts, strict=True):
        rules = state.model.policies[number].named
        for cause in verdict.causes:
            one = rules.get((cause.rule, cause.side))
            # That nothing is enforced is no rule of the policy.
            asked = set() if one is None else _asked(one, Status(cause.outcome), state)
            found |= set() if asked & odd else asked
    return found


def _asked(one: Enforced, outcome: Status, state: State) -> set[Key]:
    """Return what the checks of a rule ask about that come to an outcome."""
    return {
        key
        for check in one.checks
        if holds(check.comes_to(outcome), state.solution.values)
        for key in check.required
    }


def _phrases(state: State, odd: set[Key], told: set[Key]) -> dict[tuple[str, str], list[str]]:
    """Return by side and place what is `odd` there, and what is `told` all the same."""
    found: dict[tuple[str, str], list[str]] = {}
    like: dict[tuple[str, str], list[tuple[str, str]]] = {}
    known = index(state.model.space)
    numbers, periods = known.numbers, known.periods
    exact = dict([state.exactly] if state.exactly else [])
    for key in sorted(odd.union(told, periods).intersection(numbers), key=numbers.__getitem__):
        number = numbers[key]
        variable, mask = state.model.space.variables[number], state.solution.values[number]
        value = exact.get(key) or variable.value(mask)
        if key.feature == "validity":
            said = list(_period(state, key, value, plain=key not in odd))
        elif key.side not in SIDES or (key not in odd and key.feature not in _BY_NAME):
            said = []
        elif key in odd and mask & variable.familiar and key not in exact:
            said = []
            like.setdefault(key[:2], []).append((_BY_NAME[key.feature].title, _phrase(key, value)))
        else:
            said = [_phrase(key, value)]
        found.setdefault(key[:2], []).extend(said)
    for place, alike in like.items():
        found.setdefault(place, []).extend(_alike(place[0], alike))
    return found


def _of_the_ordinary(state: State, told: set[Key]) -> Iterator[str]:
    """Say what rules break on where nothing at all is out of the ordinary."""
    numbers = index(state.model.space).numbers
    for key in sorted(told & numbers.keys(), key=numbers.__getitem__):
        owner = f"{key.side}{_OWNERS.get(key.place, '')}"
        variable = state.model.space.variables[numbers[key]]
        if key == AT:
            yield f"judged at {_day(state.solution.at)}"
        elif key.feature == "chain":
            yield f"{owner}: {variable.value(state.solution.values[numbers[key]])}"
        elif key.feature == "validity":
            usual = ordinary(key)
            yield f"{owner}: issued {_day(usual.not_before)}, {_length(usual)}"
        elif key.feature in _NOT_TOLD:
            yield f"{owner}: {_NOT_TOLD[key.feature]}"
        else:
            yield f"both sides: {_phrase(key, variable.value(state.solution.values[numbers[key]]))}"


def _alike(side: str, like: list[tuple[str, str]]) -> list[str]:
    """Say what is as on the other side: one by one, or all in a phrase."""
    if len(like) <= _FEW:
        return [said for _, said in like]
    other = "a public server's" if side == "client" else "a private client's"
    return [f"{_series([title for title, _ in like])} as {other}"]


def _series(items: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _phrase(key: Key, value: Any) -> str:  # noqa: ANN401 - any variable's value
    if isinstance(value, Chain):
        return str(value)
    match key.feature:
        case "added":
            return f"the anchor was added {_day(value)}"
        case "disclosed":
            return f"disclosed {_day(value)}"
        case _:
            return _BY_NAME[key.feature].describe(value)


def _period(state: State, key: Key, region: moments.Region, *, plain: bool) -> Iterator[str]:
    """Say how a validity period differs from the usual one of this certificate."""
    usual = ordinary(key)
    at = state.solution.at
    if at == ORDINARY_AT and region.holds(usual):
        return
    made = moments.period(region, usual, at)
    # That a certificate is issued later because it is looked at later goes without saying.
    causes = {cause.side for verdict in state.verdicts for cause in verdict.causes}
    follows = made in (moments.at(usual, at), moments.shifted(usual, at))
    if made.not_before is None:
        yield "notBefore with a fraction of a second"
    elif not region.start[0] <= usual.not_before <= region.start[1] and (
        key.side in causes or not (follows or plain)
    ):
        yield _issued(region, usual.not_before)
    if follows:
        return
    if made.not_after is None:
        yield "notAfter with a fraction of a second"
    elif region.started is not None and not _alike_long(region, usual):
        yield _length(made)
    if region.started is False:
        yield "not valid yet"
    if region.lasting is False:
        yield "expired"


def _issued(region: moments.Region, usual: int) -> str:
    if region.start[0] > usual:
        return f"issued on or after {_day(region.start[0])}"
    return f"issued before {_day(region.start[1] + 1)}"


def _alike_long(region: moments.Region, usual: Any) -> bool:  # noqa: ANN401 - a period
    return bool(region.length[0] <= usual.not_after - usual.not_before <= region.length[1])


def _length(made: Any) -> str:  # noqa: ANN401 - a period
    seconds = made.not_after - made.not_before + 1
    if seconds <= 0:
        return "notAfter before notBefore"
    days, rest = divmod(seconds, DAY)
    told = [_number(days, "day")] if days or not rest else []
    told += [_number(rest, "second")] if rest else []
    return f"valid for {' and '.join(told)}"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
