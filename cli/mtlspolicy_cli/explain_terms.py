"""The terms of a policy in its explanation: said once, and named wherever they stand.

A condition that stands in several rules would be read again and again. This module knows
which terms are worth a name. It must not know how a page is laid out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mtlspolicy.language.explain import sentence
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import All, AnyOf, Iff, IfThen, Node, Not

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtlspolicy import Policy
    from mtlspolicy.language.explain import Names

__all__ = ["named_terms", "spelt"]


def named_terms(policy: Policy) -> dict[Node, str]:
    """Return the terms that stand at least twice in what is judged, with their names."""
    terms: Mapping[str, Any] = policy.document.get("terms", {})
    reader = Reader(policy.settings, terms)
    trees = [(reader.read({"term": name}, "", pair=False), name) for name in terms]
    # A single question is as clear as its name. What can be asked of a pair alone is at fault
    # here, and so a question too.
    names: dict[Node, str] = {
        tree: name for tree, name in trees if isinstance(tree, All | AnyOf | IfThen | Iff)
    }
    roots = [part for rule in policy.rules for part in (rule.when, rule.require)]
    told = Counter(_uses(roots, names))
    return {tree: name for tree, name in names.items() if told[name] > 1}


def spelt(names: Names) -> Iterator[tuple[str, str]]:
    """Yield each name and what it stands for, in terms of the others."""
    for tree, name in names.items():
        others = {one: word for one, word in names.items() if one is not tree}
        yield name, sentence(tree, others)


def _uses(roots: Iterable[Node], names: Names) -> Iterator[str]:
    """Yield a name for each place where it stands; what it stands for is looked at once."""
    waiting, opened = list(roots), set[str]()
    while waiting:
        node = waiting.pop()
        name = names.get(node)
        if name is not None:
            yield name
            if name in opened:
                continue
            opened.add(name)
        waiting += _parts(node)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case IfThen(one, other) | Iff(one, other):
            return (one, other)
        case _:
            return ()
