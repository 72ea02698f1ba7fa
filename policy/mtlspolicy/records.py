"""Dataclasses that cost nothing to define: methods are shared, none is generated.

`dataclasses.dataclass` writes source for the methods of each class and compiles it when the
module is imported. This package has more than a hundred small immutable classes, and the
compiling took longer than a decision with everything that belongs to it. Here the methods
are closures over the names of the fields, until so many objects of a class have been made
that compiling pays.

For a type checker these names are those of `dataclasses`. At run time the classes behave
alike: `dataclasses.is_dataclass`, `fields`, `replace`, `asdict`, `copy`, `pickle`, `pprint`,
`match` and `inspect.signature` work, and wrong arguments raise the same TypeError. All that
is rare is asked of the same dataclass as the standard library makes it, when first needed.
"""

# ruff: noqa: TID251 - the one place that speaks of `dataclasses`

from __future__ import annotations

from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from dataclasses import dataclass, field, replace

__all__ = ["dataclass", "field", "field_names", "replace"]

T = TypeVar("T")

_MANY: Final = 100
"""How many objects of a class pay for compiling a method that makes them: some two microseconds
for each, against two hundred."""

_MISSING: Final = object()


class _Field:
    """What is known of one field; the order of the fields is that of the annotations."""

    __slots__ = ("compare", "default", "init", "make", "repr")

    def __init__(
        self,
        *,
        default: Any = _MISSING,  # noqa: ANN401 - anything may be a default
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - the name that it has in `dataclasses`
        compare: bool = True,
    ) -> None:
        self.default = default
        self.make = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare

    @property
    def is_optional(self) -> bool:
        """Whether there is a default, or something that makes one."""
        return self.make is not None or self.default is not _MISSING

    def value(self) -> Any:  # noqa: ANN401 - anything may be a default
        """Return the default; `_MISSING` where there is none."""
        return self.default if self.make is None else self.make()


_PLAIN: Final = _Field()


class _Standard:
    """An attribute that the standard library's dataclass of the same fields has."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Any:  # noqa: ANN401 - what it is there
        found = _standard(owner)
        if self._name == "__signature__":
            from inspect import signature  # noqa: PLC0415 - slow to import, and rarely wanted

            value: Any = signature(found)
        else:
            value = getattr(found, self._name)
        setattr(owner, self._name, value)
        return value


def _dataclass(
    *, slots: Literal[True], frozen: bool = False, eq: bool = True, kw_only: bool = False
) -> Callable[[type[T]], type[T]]:
    """Return the decorator: `dataclasses.dataclass` with slots, for classes without heirs."""
    assert slots  # noqa: S101 - only said so that a checker knows it
    return lambda cls: _make(cls, frozen=frozen, eq=eq, kw_only=kw_only)


def _make(cls: Any, *, frozen: bool, eq: bool, kw_only: bool) -> Any:  # noqa: ANN401 - any class
    typed = {n: a for n, a in cls.__annotations__.items() if not a.startswith("ClassVar")}
    namespace = dict(cls.__dict__)
    known = {name: _field_of(namespace.pop(name, _MISSING)) for name in typed}
    # As `dataclasses` does it: slots can be given to a class only when it is made.
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    namespace["__slots__"] = tuple(known)
    namespace["__record__"] = (known, typed, frozen, eq, kw_only)
    namespace["__match_args__"] = () if kw_only else tuple(n for n, f in known.items() if f.init)
    for name in ("__dataclass_fields__", "__dataclass_params__", "__signature__"):
        namespace[name] = _Standard(name)
    namespace.setdefault("__repr__", _repr)
    namespace["__replace__"] = _replace
    if eq:
        _add_equality(namespace, tuple(n for n, f in known.items() if f.compare), frozen=frozen)
    if frozen:
        namespace["__setattr__"] = _refuse_setting
        namespace["__delattr__"] = _refuse_deleting
        namespace["__getstate__"] = _state
        namespace["__setstate__"] = _set_state
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _initialiser(made, known, positional=not kw_only)
    return made


def _field_of(default: Any) -> _Field:  # noqa: ANN401 - anything may be a default
    if default is _MISSING:
        return _PLAIN
    return default if isinstance(default, _Field) else _Field(default=default)


def _initialiser(
    cls: Any,  # noqa: ANN401 - any record
    known: Mapping[str, _Field],
    *,
    positional: bool,
) -> Callable[..., None]:
    """Return `__init__`; values go straight into the slots, which freezing does not reach."""
    given = [(name, one) for name, one in known.items() if one.init]
    setters = [cls.__dict__[name].__set__ for name, _ in given]
    others = [(cls.__dict__[n].__set__, f) for n, f in known.items() if not f.init]
    most = len(given) if positional else 0
    complete = len(given) if positional else -1
    after = hasattr(cls, "__post_init__")
    left = _MANY

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: ANN401, N807 - of any class
        nonlocal left
        left -= 1
        if not left:
            _adopt(cls)
        if named or len(args) != complete:
            args = _arranged(cls, given, args, named, most)
        for set_value, value in zip(setters, args, strict=True):
            set_value(self, value)
        for set_value, one in others:
            value = one.value()
            if value is not _MISSING:
                set_value(self, value)
        if after:
            self.__post_init__()

    return __init__


def _arranged(
    cls: type,
    known: Sequence[tuple[str, _Field]],
    args: tuple[Any, ...],
    named: Mapping[str, Any],
    most: int,
) -> tuple[Any, ...]:
    """Return one value for each field; raise the TypeError of a dataclass if that cannot be."""
    values = list(args)
    used = 0
    wrong = len(args) > most
    for name, one in known[len(args) :]:
        if name in named:
            used += 1
            values.append(named[name])
        else:
            value = one.value()
            wrong = wrong or value is _MISSING
            values.append(value)
    if wrong or used != len(named):
        _standard(cls)(*args, **named)
    return tuple(values)


def _adopt(cls: Any) -> None:  # noqa: ANN401 - any record
    """Give a class the fastest `__init__` that there is for it."""
    found = _filling(cls)
    if found is not None:
        cls.__init__ = found


def _filling(cls: Any) -> Callable[..., None] | None:  # noqa: ANN401 - any record
    """Return the `__init__` of a class, compiled; None for a frozen class with a base.

    An object that will be frozen is of an open class with the same slots while it is filled in:
    plain stores take a quarter of the time that going round the freezing takes.
    """
    known, _, frozen, _, by_name = cls.__record__
    if frozen and cls.__bases__ != (object,):
        return None
    stored = {n: f for n, f in known.items() if f.init or f.is_optional}
    names: dict[str, Any] = {"__missing": _MISSING}
    for name, one in stored.items():
        names |= {f"__default_{name}": one.default, f"__make_{name}": one.make}
    lines = [_heading(known, by_name=by_name), *_made_up(stored)]
    stores = "; ".join(f"self.{name} = {name}" for name in stored) or "pass"
    if frozen:
        names["__cls"] = cls
        names["__become"] = vars(object)["__class__"].__set__
        names["__open"] = type(cls.__name__, (), {"__slots__": tuple(known)})
        names["__setters"] = [cls.__dict__[name].__set__ for name in stored]
        values = "".join(f"{name}, " for name in stored)
        lines += [
            " if self.__class__ is __cls:",
            f"  __become(self, __open); {stores}; self.__class__ = __cls",
            " else:",  # of a class that inherits
            f"  for set_value, value in zip(__setters, ({values})): set_value(self, value)",
        ]
    else:
        lines.append(f" {stores}")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join(lines), names)  # noqa: S102 - as `dataclasses` does: names of fields are code
    made: Any = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made  # type: ignore[no-any-return]


def _heading(known: Mapping[str, _Field], *, by_name: bool) -> str:
    taken = [f"{n}=__default_{n}" if f.is_optional else n for n, f in known.items() if f.init]
    return f"def __init__({', '.join(['self', *(['*'] if by_name and taken else []), *taken])}):"


def _made_up(stored: Mapping[str, _Field]) -> Iterator[str]:
    """Yield the lines that give a value to what is not given."""
    for name, one in stored.items():
        made = f"__default_{name}" if one.make is None else f"__make_{name}()"
        if not one.init:
            yield f" {name} = {made}"
        elif one.make is not None:
            yield f" {name} = {made} if {name} is __missing else {name}"


def _add_equality(namespace: dict[str, Any], names: tuple[str, ...], *, frozen: bool) -> None:
    key = _key(names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - of any class
        if other.__class__ is not self.__class__:
            return NotImplemented
        return key(self) == key(other)  # type: ignore[no-any-return]

    def __hash__(self: object) -> int:  # noqa: N807 - of any class
        return hash(key(self))

    namespace["__eq__"] = __eq__
    namespace["__hash__"] = __hash__ if frozen else None


def _key(names: Sequence[str]) -> Callable[[object], Any]:
    """Return the function that gives what an object is compared by."""
    if names:
        return attrgetter(*names)
    return lambda _: ()


@recursive_repr()
def _repr(self: Any) -> str:  # noqa: ANN401 - of any class
    known = type(self).__record__[0]
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, one in known.items() if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _replace(self: T, /, **changes: Any) -> T:  # noqa: ANN401 - whatever the fields take
    """Return a copy with other values; a field that no caller gives cannot be replaced."""
    known = type(self).__record__[0]  # type: ignore[attr-defined]
    kept = {name: getattr(self, name) for name, one in known.items() if one.init}
    return type(self)(**{**kept, **changes})


def field_names(value: object) -> tuple[str, ...]:
    """Return the names of the fields of a record, in their order; of anything else, none."""
    record = getattr(type(value), "__record__", None)
    return () if record is None else tuple(record[0])


def _state(self: Any) -> list[Any]:  # noqa: ANN401 - of any class
    return [getattr(self, name) for name in type(self).__record__[0]]


def _set_state(self: Any, state: Sequence[Any]) -> None:  # noqa: ANN401 - of any class
    for name, value in zip(type(self).__record__[0], state, strict=True):
        object.__setattr__(self, name, value)


def _refuse_setting(_: object, name: str, __: object) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only when something is wrong

    raise FrozenInstanceError(f"cannot assign to field {name!r}")  # noqa: EM102, TRY003 - as there


def _refuse_deleting(_: object, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only when something is wrong

    raise FrozenInstanceError(f"cannot delete field {name!r}")  # noqa: EM102, TRY003 - as there


def _standard(cls: type) -> type:
    """Return the dataclass of the same fields that the standard library makes."""
    import dataclasses  # noqa: PLC0415 - what this module saves

    known, typed, frozen, eq, kw_only = cls.__record__  # type: ignore[attr-defined]
    fields = [(name, typed[name], _standard_field(one)) for name, one in known.items()]
    after = {n: value for n, value in cls.__dict__.items() if n == "__post_init__"}
    return dataclasses.make_dataclass(
        cls.__name__, fields, namespace=after, frozen=frozen, eq=eq, kw_only=kw_only, slots=True
    )


def _standard_field(one: _Field) -> Any:  # noqa: ANN401 - a Field, or for a checker its default
    import dataclasses  # noqa: PLC0415 - what this module saves

    options: dict[str, Any] = {"init": one.init, "repr": one.repr, "compare": one.compare}
    if one.make is not None:
        options["default_factory"] = one.make
    elif one.default is not _MISSING:
        options["default"] = one.default
    return dataclasses.field(**options)


if not TYPE_CHECKING:  # pragma: no branch - a checker knows the names from `dataclasses`
    dataclass = _dataclass
    field = _Field
    replace = _replace
