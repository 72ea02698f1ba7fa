"""Regular expressions that are compiled when first used.

Compiling one takes a third of a millisecond, and most commands use only a few of the
fifty that the package has.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["pattern"]


class _Pattern:
    """What is used of `re.Pattern`; its methods take their places at the first use of one."""

    __slots__ = ("_flags", "_text", "findall", "fullmatch", "match", "pattern", "search", "sub")

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the attribute is
        """Compile; called only for what is not in its place yet."""
        compiled = re.compile(self._text, self._flags)
        for method in self.__slots__[2:]:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as ``re.compile(text, flags)``; a fault in it shows at first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))
