"""Memos that stay small: a dict that is full starts afresh.

What is kept in one must be worth working out again, and its keys must be of bounded size.
"""

from __future__ import annotations

from typing import Any, TypeVar

from mtlspolicy import limits

__all__ = ["keep"]

T = TypeVar("T")


def keep(memo: dict[Any, Any], key: object, value: T) -> T:
    """Put a value into a memo of at most `limits.MAX_MEMO_ENTRIES`, and return it."""
    if len(memo) >= limits.MAX_MEMO_ENTRIES:
        memo.clear()
    memo[key] = value
    return value
