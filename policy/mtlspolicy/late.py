"""Attributes that are worked out when they are asked for the first time, and then stay.

For objects of which thousands are made and few are asked everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Late"]


class Late:
    """A base for classes that declare such attributes in ``__slots__``, and how in `LATE`."""

    __slots__ = ()

    LATE: ClassVar[Mapping[str, Callable[[Any], object]]] = {}
    """What works out each of them, from the object."""

    if not TYPE_CHECKING:  # pragma: no branch - for a checker, any name would be an attribute

        def __getattr__(self, name: str) -> object:
            """Work out what is asked for the first time."""
            work_out = self.LATE.get(name)
            if work_out is None:
                raise AttributeError(name)
            value = work_out(self)
            setattr(self, name, value)
            return value
