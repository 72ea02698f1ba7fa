"""Records behave as the dataclasses that a type checker takes them for."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import pkgutil
import pprint
from importlib import import_module
from typing import Any, ClassVar

import pytest

import mtlspolicy
from mtlspolicy import records
from mtlspolicy.records import dataclass, field, field_names, replace


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen record with every kind of field."""

    note: ClassVar[str] = "no field"

    a: int
    b: str = "b"
    c: list[int] = field(default_factory=list)
    hidden: int = field(default=0, repr=False)
    aside: int = field(default=0, compare=False)
    fixed: tuple[int, ...] = field(default=(1,), init=False)
    derived: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "derived", self.a + 1)


@dataclasses.dataclass(frozen=True, slots=True)
class StandardFrozen:
    """The same as the standard library makes it."""

    note: ClassVar[str] = "no field"

    a: int
    b: str = "b"
    c: list[int] = dataclasses.field(default_factory=list)
    hidden: int = dataclasses.field(default=0, repr=False)
    aside: int = dataclasses.field(default=0, compare=False)
    fixed: tuple[int, ...] = dataclasses.field(default=(1,), init=False)
    derived: int = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "derived", self.a + 1)


@dataclass(slots=True)
class Open:
    """A record whose fields can be set; one that holds itself can still be shown."""

    a: int
    me: Open | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A record whose fields are given by name."""

    a: int
    b: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    """A record that equals nothing but itself."""

    a: int


@dataclass(frozen=True, slots=True)
class Empty:
    """A record that says all by its class."""


@dataclass(frozen=True, slots=True)
class Point:
    """A record whose values can be hashed."""

    x: int
    y: str = ""


def record_classes() -> list[Any]:
    """Return every record of the package."""
    found = []
    for module in pkgutil.walk_packages(mtlspolicy.__path__, "mtlspolicy."):
        if not module.name.endswith("__main__"):
            members = vars(import_module(module.name)).values()
            found += [m for m in members if isinstance(m, type) and "__record__" in vars(m)]
    return list(dict.fromkeys(found))


def test_every_record_could_be_a_standard_dataclass() -> None:
    """The standard library refuses what is no good, such as a default that can be changed."""
    classes = record_classes()
    assert len(classes) > 100
    for cls in classes:
        names = [one.name for one in dataclasses.fields(cls)]
        assert list(cls.__slots__) == names
        assert list(inspect.signature(cls).parameters) == [
            one.name for one in dataclasses.fields(cls) if one.init
        ]


def test_it_is_a_dataclass_to_those_who_ask() -> None:
    one = Frozen(1, c=[2])
    assert dataclasses.is_dataclass(Frozen)
    assert dataclasses.is_dataclass(one)
    assert [
        (f.name, f.type, f.init, f.repr, f.compare, f.default) for f in dataclasses.fields(one)
    ] == [
        (f.name, f.type, f.init, f.repr, f.compare, f.default)
        for f in dataclasses.fields(StandardFrozen)
    ]
    assert dataclasses.asdict(one) == dataclasses.asdict(StandardFrozen(1, c=[2]))
    assert inspect.signature(Frozen) == inspect.signature(StandardFrozen)
    assert Frozen.__match_args__ == StandardFrozen.__match_args__
    assert Named.__match_args__ == ()
    assert pprint.pformat(one) == repr(one)
    assert dataclasses.replace(one, a=7).derived == 8


def test_it_shows_its_fields() -> None:
    shown = repr(StandardFrozen(1)).removeprefix("Standard")
    assert repr(Frozen(1)) == shown
    assert "hidden" not in shown
    loop = Open(1)
    loop.me = loop
    assert repr(loop) == "Open(a=1, me=...)"


def test_it_compares_what_is_to_be_compared() -> None:
    assert Frozen(1, aside=1) == Frozen(1, aside=2)
    assert Frozen(1, hidden=1) != Frozen(1, hidden=2)
    other: object = StandardFrozen(1)
    assert Frozen(1) != other
    assert hash(Point(1, "y")) == hash(Point(1, y="y"))
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert (Empty(), hash(Empty())) == (Empty(), hash(Empty()))
    assert Itself(1) != Itself(1)
    assert len({Itself(1), Itself(1)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open(1))


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        ((), {"b": "x"}),
        ((1, "b", [], 0, 0, 6), {}),
        ((1,), {"a": 1}),
        ((1,), {"other": 1}),
        ((1,), {"derived": 1}),
    ],
)
def test_wrong_arguments_raise_the_usual_error(
    args: tuple[object, ...], named: dict[str, object]
) -> None:
    make: Any
    errors = []
    for make in (Frozen, StandardFrozen):
        with pytest.raises(TypeError) as error:
            make(*args, **named)
        errors.append(str(error.value).removeprefix("Standard"))
    assert errors[0] == errors[1]


def test_fields_by_name_only() -> None:
    make: Any = Named
    assert (Named(a=1).a, Named(a=1).b, Named(b=3, a=1).b) == (1, 2, 3)
    for args, named in (((1,), {}), ((1, 2), {}), ((), {"b": 1})):
        with pytest.raises(TypeError, match=r"Named\.__init__\(\)"):
            make(*args, **named)


def test_a_frozen_one_cannot_be_changed() -> None:
    one: Any = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        one.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'new'"):
        one.new = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del one.x
    assert one == Point(1)
    other = Open(1)
    other.a = 2
    assert other == Open(2)


def test_copies_are_equal() -> None:
    one = Frozen(1, c=[[2]])  # type: ignore[list-item]
    again: Frozen
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301
        assert again == one
        assert again.derived == 2
    assert copy.deepcopy(one).c[0] is not one.c[0]
    assert copy.deepcopy(Open(1, Open(2))) == Open(1, Open(2))


def test_replacing_makes_another_one() -> None:
    one = Frozen(1, c=[2])
    assert (replace(one, a=3), replace(one, a=3).derived) == (Frozen(3, c=[2]), 4)
    assert one.a == 1
    change: Any = replace
    for wrong in ("derived", "other"):
        with pytest.raises(TypeError, match=wrong):
            change(one, **{wrong: 1})


def test_the_names_of_the_fields() -> None:
    assert field_names(Point(1)) == ("x", "y")
    assert field_names(Empty()) == ()
    assert field_names({"x": 1}) == ()


def test_each_object_gets_its_own_default() -> None:
    assert Frozen(1).c is not Frozen(1).c
    assert Frozen.note == "no field"


def test_frequent_classes_get_compiled_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    """They then behave as before."""
    monkeypatch.setattr(records, "_MANY", 2)

    @dataclass(frozen=True, slots=True)
    class Often:
        """A class of which many are made."""

        a: int
        b: list[int] = field(default_factory=list)
        twice: int = field(init=False, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.a)

    @dataclass(slots=True, eq=False)
    class Alone:
        """The same, compared by identity."""

        a: int

    first, alone = Often(1), Alone(1)
    before: Any = Often.__init__
    made = [Often(1), Often(a=1), Often(2, [3])]
    assert Often.__init__ is not before
    assert [one == first for one in made] == [True, True, False]
    assert made[2].twice == 4
    assert Often(1).b is not first.b
    assert repr(made[2]).endswith("Often(a=2, b=[3], twice=4)")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'a'"):
        Often()  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        made[0].a = 3  # type: ignore[misc]
    assert [Alone(1) == alone for _ in range(3)] == [False] * 3


def test_frequent_frozen_classes_are_filled_in_before_they_freeze(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Defaults, names, errors, freezing and comparison are what they were."""
    monkeypatch.setattr(records, "_MANY", 1)

    @dataclass(frozen=True, slots=True)
    class Often:
        """A class of which many are made."""

        a: int
        b: str = "b"

    first = Often(1)

    assert [first, first, first] == [Often(1), Often(1, "b"), Often(b="b", a=1)]
    assert (Often, "b", {first: 1}) == (type(Often(1)), Often(1).b, {Often(1): 1})
    assert "Often(a=1, b='b')" == repr(Often(1)).rpartition(".")[2]
    for wrong in ((), (1, "b", 2)):
        with pytest.raises(TypeError, match=r"Often.__init__\(\)"):
            Often(*wrong)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Often(1).a = 2  # type: ignore[misc]
    assert [first, Often(3)] == [copy.copy(Often(1)), replace(Often(1), a=3)]


def test_every_record_can_be_filled_in() -> None:
    """The class that is open has the same layout; each value is stored under its name."""
    found = 0
    for cls in record_classes():
        init: Any = records._filling(cls)
        if init is None or hasattr(cls, "__post_init__"):
            continue
        given = {name: object() for name, one in cls.__record__[0].items() if one.init}
        one = object.__new__(cls)
        init(one, **given)
        assert cls is type(one)
        assert given == {name: getattr(one, name) for name in given}
        found += 1

    assert found > 150


def test_a_compiled_method_makes_what_the_shared_one_makes() -> None:
    """With defaults of every kind, and fields that are given by name or not at all."""
    some: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Frozen, {"a": 1}),
        (Named, {"a": 1}),
        (Open, {"a": 1}),
        (Empty, {}),
    )
    for cls, given in some:
        init: Any = records._filling(cls)
        one: Any = object.__new__(cls)
        init(one, **given)
        assert one == cls(**given)
        assert type(one) is cls
    named: Any = records._filling(Named)
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        named(object.__new__(Named), 1)


def test_a_frozen_record_with_a_base_keeps_the_shared_method(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It cannot be taken for one of an open class."""
    monkeypatch.setattr(records, "_MANY", 1)

    @dataclass(frozen=True, slots=True)
    class Heir(Itself):
        """A record with a base."""

        b: int

    heir: Any = Heir
    before = heir.__init__
    one = heir(2)

    assert (2, before) == (one.b, heir.__init__)


def test_what_inherits_from_a_frequent_class_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is none of the open class, frozen or not."""
    monkeypatch.setattr(records, "_MANY", 1)

    @dataclass(frozen=True, slots=True)
    class Often:
        """A class of which many are made."""

        a: int
        b: list[int] = field(default_factory=list)

    class Heir(Often):
        """One of them, and more."""

    for _ in range(2):
        assert ([], Heir) == (Heir(1).b, type(Heir(1)))
        assert (1, [2]) == (Heir(1, [2]).a, Heir(1, b=[2]).b)
        Often(1)
