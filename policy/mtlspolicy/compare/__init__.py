"""Comparing two policies: the exact difference, shown as certificates.

`compare(a, b)` asks, for each rule of one policy, for a state that the other accepts and
that breaks this rule; each class of difference comes with its smallest witness, made real
and judged again from its bytes. Pure: nothing here reads a file or a clock.

>>> from mtlspolicy import load_policy
>>> found = compare(load_policy("cabf-strict"), load_policy("apple-root-program"))
>>> found.relation
'more-permissive'
"""

from __future__ import annotations

from mtlspolicy.compare.comparison import (
    CausingRule,
    Comparer,
    Comparison,
    DifferenceClass,
    Party,
    compare,
)
from mtlspolicy.compare.witness import Witness, WitnessError

__all__ = [
    "CausingRule",
    "Comparer",
    "Comparison",
    "DifferenceClass",
    "Party",
    "Witness",
    "WitnessError",
    "compare",
]
