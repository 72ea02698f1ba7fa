"""Random conditions, policies and pairs, with the awkward values that break engines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from mtlspolicy import Pair
from mtlspolicy.der.writer import primitive
from mtlspolicy.forge import extensions
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.instants import format_instant
from mtlspolicy.names import PURPOSES
from support.policies import AT, DAY, document, pair_of, rule

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["INSTANTS", "conditions", "instants", "leaf_pairs", "policies"]

INSTANTS: Final = sorted(
    AT + days * DAY + step
    for days in (-400, -60, -30, 0, 1, 59, 60, 90, 400)
    for step in (-1, 0, 1)
)
"""The interesting seconds: the ordinary validity period runs from -30 to +60 days."""

_FLAG: Final = st.just(value=True)
_PURPOSES: Final = ("serverAuth", "clientAuth", "anyExtendedKeyUsage", "emailProtection")
_BITS: Final = ("digitalSignature", "keyEncipherment", "keyCertSign")


def instants() -> st.SearchStrategy[int]:
    """Return seconds since 1970, the interesting ones above all."""
    return st.sampled_from(INSTANTS) | st.integers(min(INSTANTS) - DAY, max(INSTANTS) + DAY)


@st.composite
def _windows(draw: st.DrawFn) -> dict[str, str]:
    bounds = draw(st.lists(st.sampled_from(INSTANTS), min_size=2, max_size=2, unique=True))
    window = dict(zip(("from", "until"), map(format_instant, sorted(bounds)), strict=True))
    left_out = draw(st.sampled_from(["from", "until", ""]))
    return {key: bound for key, bound in window.items() if key != left_out}


def _atoms() -> st.SearchStrategy[dict[str, Any]]:
    purpose, freedom = st.sampled_from(_PURPOSES), st.sampled_from(["allow", "refuse"])
    arguments: dict[str, st.SearchStrategy[Any]] = {
        "eku.present": _FLAG,
        "eku.critical": _FLAG,
        "eku.includes": purpose,
        "eku.only": st.lists(purpose, min_size=1, max_size=3, unique=True),
        "eku.permits": st.fixed_dictionaries(
            {"purpose": purpose},
            optional={"absent": freedom, "any": freedom},
        ),
        "key_usage.present": _FLAG,
        "key_usage.includes": st.sampled_from(_BITS),
        "validity.current": _FLAG,
        "validity.days_at_most": st.sampled_from([1, 89, 90, 91, 400]),
        "validity.issued": _windows(),
        "validity.evaluated": _windows(),
    }
    return st.one_of(*[st.fixed_dictionaries({name: of}) for name, of in arguments.items()])


def conditions(leaf: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Any]:
    """Return conditions as JSON over `leaf`, by default every atom of the naive interpreter."""
    return st.recursive(
        _atoms() | st.booleans() if leaf is None else leaf,
        lambda part: st.one_of(
            st.fixed_dictionaries({"not": part}),
            st.fixed_dictionaries({"all": st.lists(part, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(part, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"if": part, "then": part}),
            st.fixed_dictionaries({"iff": st.lists(part, min_size=2, max_size=2)}),
        ),
        max_leaves=6,
    )


def _on_side() -> st.SearchStrategy[Any]:
    own = (
        st.fixed_dictionaries({"side": st.sampled_from(["client", "server"])}),
        st.fixed_dictionaries({"setting": st.just("strict")}, optional={"is": st.booleans()}),
        st.fixed_dictionaries({"term": st.just("shared")}),
    )
    return conditions(st.one_of(_atoms(), st.booleans(), *own))


def _on_pair() -> st.SearchStrategy[Any]:
    def named(atom: dict[str, Any], side: str) -> dict[str, Any]:
        return {f"{side}.{name}": argument for name, argument in atom.items()}

    return conditions(st.builds(named, _atoms(), st.sampled_from(["client", "server"])))


@st.composite
def _rules(draw: st.DrawFn, number: int) -> dict[str, Any]:
    side = draw(st.sampled_from(["client", "server", "both", "both", "pair"]))
    trees = _on_pair() if side == "pair" else _on_side()
    axes = ["evaluation_time"] if side == "pair" else ["evaluation_time", "not_before"]
    more: dict[str, Any] = {"mode": draw(st.sampled_from(["enforce", "enforce", "warn", "off"]))}
    if draw(st.booleans()):
        more["when"] = draw(trees)
    if draw(st.booleans()):
        more["if_missing"] = draw(st.sampled_from(["unknown", "not_applicable"]))
    windows = draw(st.lists(st.tuples(st.sampled_from(axes), _windows()), max_size=2))
    more["effective"] = [{"axis": axis, **window} for axis, window in windows]
    return rule(f"r{number}", side, "" if side == "pair" else "leaf", draw(trees), **more)


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Return policy documents over leafs, with a setting and a term."""
    rules = [draw(_rules(number)) for number in range(draw(st.integers(1, 5)))]
    setting = {"type": "boolean", "title": "strict", "default": draw(st.booleans())}
    return document(*rules, settings={"strict": setting}, terms={"shared": draw(conditions())})


_USAGES: Final = (
    None,
    (),
    ("serverAuth",),
    ("clientAuth",),
    ("serverAuth", "clientAuth"),
    ("anyExtendedKeyUsage",),
    ("emailProtection", "emailProtection"),
    "twice",
)
_KEY_USAGES: Final = (None, ("digitalSignature",), ("keyEncipherment", "keyCertSign"), "twice")
_DATES: Final = ((-30, 60), (-30, 0), (0, 90), (-60, -30), (1, 0), "unreadable")


def _usage(leaf: CertificateDraft, usage: tuple[str, ...] | str | None) -> None:
    leaf.drop_extension("extKeyUsage")
    if usage == "twice":
        for _ in range(2):
            leaf.add_extension("extKeyUsage", extensions.extended_key_usage("serverAuth"))
    elif usage is not None:
        leaf.set_purposes(*(PURPOSES[one] for one in usage), critical=len(usage) == 1)


def _bits(leaf: CertificateDraft, bits: tuple[str, ...] | str | None) -> None:
    leaf.drop_extension("keyUsage")
    if bits == "twice":
        for _ in range(2):
            leaf.add_extension("keyUsage", extensions.key_usage("digitalSignature"))
    elif bits is not None:
        leaf.set_key_usage(*bits)


@cache
def _leaf(side: str, usage: Any, bits: Any, dates: Any) -> bytes:  # noqa: ANN401 - JSON, or any of a table
    pair = ordinary_pair()
    leaf = pair.client.leaf if side == "client" else pair.server.leaf
    _usage(leaf, usage)
    _bits(leaf, bits)
    if dates == "unreadable":
        leaf.not_before_node = primitive(0x17, b"251301000000Z")
    else:
        leaf.not_before, leaf.not_after = AT + dates[0] * DAY, AT + dates[1] * DAY - 1
    built = pair_of(pair)
    return (built.client if side == "client" else built.server)[0]


@st.composite
def leaf_pairs(draw: st.DrawFn, *, readable: bool = False) -> Pair:
    """Return pairs of leafs of every shape that the atoms can tell apart.

    `readable`: without dates that cannot be read, which are no DER of a time.
    """
    dates = st.sampled_from([one for one in _DATES if one != "unreadable" or not readable])

    def leaf(side: str) -> bytes:
        usage, bits = draw(st.sampled_from(_USAGES)), draw(st.sampled_from(_KEY_USAGES))
        return _leaf(side, usage, bits, draw(dates))

    return Pair(client=[leaf("client")], server=[leaf("server")])
