"""From a resolved document to a `Policy`: settings, conditions, citations, codes."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.errors import Fault, PolicyError
from mtlspolicy.features.validity import WINDOW
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import Literal, Node, asked
from mtlspolicy.policies import settings as setting_values
from mtlspolicy.policies.model import (
    Citation,
    EffectiveWindow,
    Obligation,
    Policy,
    Proposal,
    Rule,
    Source,
)
from mtlspolicy.policies.settings import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mtlspolicy.codes import Code

__all__ = ["build"]

_OWN_RANK = 300
"""Rank of a code that is not of the catalogue: a user's own."""


def build(
    document: Mapping[str, Any],
    baseline: Policy | None,
    codes: Mapping[str, Code],
    authorities: Callable[[], Mapping[str, Any]] = dict,
) -> Policy:
    """Return the policy of a resolved document whose shape is right.

    Raises PolicyError with every fault of its settings and conditions.
    """
    faults: list[Fault] = []
    settings = {
        name: _setting(name, value, faults) for name, value in document.get("settings", {}).items()
    }
    reader = Reader(settings, document.get("terms", {}), faults)
    sources = {entry["id"]: Source(**entry) for entry in document.get("sources", [])}
    rules = [
        _rule(entry, index, reader, sources, codes) for index, entry in enumerate(document["rules"])
    ]
    reader.read_rest()
    obligations = [
        Obligation(
            e["id"],
            e["text"],
            _citation(e["citation"], sources, f"/obligations/{i}", faults)
            if "citation" in e
            else None,
        )
        for i, e in enumerate(document.get("obligations", []))
    ]
    if faults:
        raise refusal(str(document["id"]), faults)
    return Policy(
        id=document["id"],
        version=document["version"],
        title=document["title"],
        status=document["status"],
        newest_text_read=document.get("newest_text_read", ""),
        sources=tuple(sources.values()),
        settings=MappingProxyType(settings),
        obligations=tuple(obligations),
        rules=tuple(rules),
        proposal=Proposal(**document["proposal"]) if "proposal" in document else None,
        baseline=baseline,
        document=MappingProxyType(dict(document)),
        codes=codes,
        authorities=authorities,
    )


def refusal(name: str, faults: list[Fault]) -> PolicyError:
    """Return the error that reports `faults` of the policy `name`."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return PolicyError(
        f"policy `{name}` is invalid at `{first.pointer or '/'}`: {first.message}{more}",
        faults=tuple(faults),
        help=first.help,
    )


def _setting(name: str, value: Mapping[str, Any], faults: list[Fault]) -> Setting:
    setting = Setting(
        name=name,
        type=value["type"],
        title=value["title"],
        default=setting_values.canonical(value["default"]),
        choices=tuple(value.get("choices", ())),
        least=value.get("minimum"),
        most=value.get("maximum"),
    )
    problem = setting.problem(setting.default)
    if setting.least is not None and setting.most is not None and setting.least > setting.most:
        faults.append(Fault(f"/settings/{name}/minimum", "the minimum is above the maximum"))
    elif problem:
        faults.append(Fault(f"/settings/{name}/default", problem))
    return setting


def _citation(
    value: Mapping[str, Any], sources: Mapping[str, Source], pointer: str, faults: list[Fault]
) -> Citation:
    source = sources.get(value["source"])
    if source is None:
        near = get_close_matches(value["source"], sources, n=1, cutoff=0.5)
        message = f"there is no source `{value['source']}`"
        advice = f"did you mean `{near[0]}`?" if near else "list it under `sources`"
        faults.append(Fault(f"{pointer}/citation/source", message, advice))
        return Citation(value["source"], value["section"], None, value["certainty"])
    document = f"{source.document} {source.version}".strip()
    return Citation(document, value["section"], value.get("statement"), value["certainty"])


def _rule(
    entry: Mapping[str, Any],
    index: int,
    reader: Reader,
    sources: Mapping[str, Source],
    codes: Mapping[str, Code],
) -> Rule:
    pointer = f"/rules/{index}"
    pair = entry["on"]["side"] == "pair"
    when: Node = (
        reader.read(entry["when"], f"{pointer}/when", pair=pair)
        if "when" in entry
        else Literal(value=True)
    )
    require = reader.read(entry["require"], f"{pointer}/require", pair=pair)
    if entry["on"].get("of") in _ABOVE:
        reader.faults.extend(_of_peer({"when": when, "require": require}, pointer))
    code = codes.get(entry["code"])
    return Rule(
        id=entry["id"],
        code=entry["code"],
        title=entry["title"],
        side=entry["on"]["side"],
        of=entry["on"].get("of"),
        when=when,
        require=require,
        mode=entry["mode"],
        effective=tuple(
            _window(window, number, pair, pointer, reader)
            for number, window in enumerate(entry.get("effective", []))
        ),
        if_missing=entry.get("if_missing", "unknown"),
        citation=_citation(entry["citation"], sources, pointer, reader.faults),
        remedy=entry["remedy"],
        rank=_OWN_RANK if code is None else code.rank,
    )


_ABOVE: Final = ("issuer", "link", "anchor")
"""Rules on these are judged on certificates other than the leaf too."""


def _of_peer(conditions: Mapping[str, Node], pointer: str) -> Iterator[Fault]:
    """Yield atoms about a peer in a rule on other certificates, which would read theirs."""
    for name, condition in conditions.items():
        atoms = {one.name for feature, one in asked(condition) if feature.of_peer}
        for atom in sorted(atoms):
            message = f"`{atom}` asks about a peer, and issuers and anchors are none"
            yield Fault(f"{pointer}/{name}", message, "put the rule on the leaf or on the path")


def _window(
    window: Mapping[str, Any],
    number: int,
    pair: bool,  # noqa: FBT001 - carried along
    pointer: str,
    reader: Reader,
) -> EffectiveWindow:
    if pair and window["axis"] != "evaluation_time":
        reader.faults.append(
            Fault(
                f"{pointer}/effective/{number}/axis",
                "a rule on the pair has no certificate of its own: only evaluation_time applies",
            )
        )
    bounds = WINDOW.parse({key: bound for key, bound in window.items() if key != "axis"})
    return EffectiveWindow(window["axis"], bounds)  # type: ignore[arg-type]
