"""Writing DER, and anything that only looks like it.

This module knows the encoding rules (X.690) and how to break each of them on purpose.
It knows nothing of certificates; reading what others wrote is `der.reader`'s work, and
`parse` below reads back only plain DER such as this module itself writes.

A value is a tree of `Node`. A tree that nobody edited encodes to DER. Every edit returns
a new tree, so an edit can be shared between certificates::

    >>> node = sequence(integer(5), boolean(value=True))
    >>> node.encode().hex()
    '30060201050101ff'
    >>> node.long_length().encode().hex()
    '3081060201050101ff'
"""

from __future__ import annotations

__all__ = [
    "STRING_TAGS",
    "LengthForm",
    "Node",
    "bit_string",
    "boolean",
    "enumerated",
    "explicit",
    "generalized_time",
    "implicit",
    "integer",
    "named_bits",
    "null",
    "octet_string",
    "oid",
    "oid_content",
    "parse",
    "primitive",
    "raw",
    "sequence",
    "set_of",
    "string",
    "tag_octets",
    "time",
    "tlv",
    "utc_time",
]

from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

from mtlspolicy.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CONSTRUCTED: Final = 0x20
_CONTEXT: Final = 0x80
_LOW_TAG_LIMIT: Final = 31
_SHORT_LENGTH_LIMIT: Final = 0x80
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

STRING_TAGS: Final = {
    "utf8": (0x0C, "utf-8"),
    "numeric": (0x12, "ascii"),
    "printable": (0x13, "ascii"),
    # NOTE: T.61 is not Latin-1; every certificate reader treats it as such, so we write it.
    "teletex": (0x14, "latin-1"),
    "ia5": (0x16, "ascii"),
    "visible": (0x1A, "ascii"),
    "universal": (0x1C, "utf-32-be"),
    "bmp": (0x1E, "utf-16-be"),
}
"""Per string type: the tag octet and the codec of its octets (X.680, 41)."""


class LengthForm(Enum):
    """How the length octets of a node are written (X.690, 8.1.3)."""

    MINIMAL = "minimal"
    """the one form that DER allows (10.1)"""
    LONG = "long"
    """a true length in the long form, in `Node.length_value` octets"""
    INDEFINITE = "indefinite"
    """0x80, and two zero octets at the end (BER and CER only)"""
    CLAIMED = "claimed"
    """a minimal length field that claims `Node.length_value` octets, true or not"""
    OCTETS = "octets"
    """exactly the octets of `Node.length_octets`"""


@dataclass(frozen=True, slots=True)
class Node:
    """One value: identifier octets, and either content or children.

    `tag`: the identifier octets, empty for raw octets that stand as they are. `content`:
    of a node without children. `children`: of a constructed node, else None. `label`: by
    what name an edit finds the node; it is never encoded. What a node was encoded to is kept
    with it, for many trees share their parts.
    """

    tag: bytes
    content: bytes = b""
    children: tuple[Node, ...] | None = None
    label: str = ""
    length_form: LengthForm = LengthForm.MINIMAL
    length_value: int = 0
    length_octets: bytes = b""
    octets: bytes | None = field(default=None, init=False, repr=False, compare=False)

    # -- encoding

    def body(self) -> bytes:
        """Return the content octets."""
        if self.children is None:
            return self.content
        return b"".join([child.encode() for child in self.children])

    def encode(self) -> bytes:
        """Return the octets of the whole value."""
        octets = self.octets
        if octets is None:
            octets = self._encoded()
            object.__setattr__(self, "octets", octets)
        return octets

    def _encoded(self) -> bytes:
        body = self.body()
        if not self.tag:
            return body
        if self.length_form is LengthForm.MINIMAL:
            return self.tag + _minimal_length(len(body)) + body
        end = b"\x00\x00" if self.length_form is LengthForm.INDEFINITE else b""
        return self.tag + self._length(len(body)) + body + end

    def _length(self, size: int) -> bytes:
        match self.length_form:
            case LengthForm.LONG:
                return bytes([0x80 | self.length_value]) + size.to_bytes(self.length_value, "big")
            case LengthForm.INDEFINITE:
                return b"\x80"
            case LengthForm.CLAIMED:
                return _minimal_length(self.length_value)
            case _:  # LengthForm.OCTETS
                return self.length_octets

    # -- finding

    def items(self) -> tuple[Node, ...]:
        """Return the children; none for a primitive value."""
        return self.children or ()

    def walk(self) -> Iterable[Node]:
        """Yield this node and everything below it, in the order of the encoding."""
        yield self
        for child in self.items():
            yield from child.walk()

    def find(self, label: str) -> Node:
        """Return the first node of that label; KeyError where there is none."""
        for node in self.walk():
            if node.label == label:
                return node
        raise KeyError(label)

    # -- edits that keep it DER

    def labelled(self, label: str) -> Self:
        """Return the node under a label."""
        node = type(self)(
            self.tag,
            self.content,
            self.children,
            label,
            self.length_form,
            self.length_value,
            self.length_octets,
        )
        object.__setattr__(node, "octets", self.octets)
        return node

    def with_children(self, children: Iterable[Node]) -> Self:
        """Return the node with these children instead of its content."""
        return replace(self, content=b"", children=tuple(children))

    def with_content(self, content: bytes) -> Self:
        """Return the node with this content instead of its children."""
        return replace(self, content=content, children=None)

    def with_tag(self, tag: bytes) -> Self:
        """Return the node under other identifier octets."""
        return replace(self, tag=tag)

    def append(self, *nodes: Node) -> Self:
        """Return the node with further children at the end."""
        return self.with_children((*self.items(), *nodes))

    def insert(self, index: int, *nodes: Node) -> Self:
        """Return the node with further children before the one at `index`."""
        items = self.items()
        return self.with_children((*items[:index], *nodes, *items[index:]))

    def drop(self, label: str) -> Self:
        """Return the node without its children of that label."""
        return self.with_children(child for child in self.items() if child.label != label)

    def at(self, index: int, change: Callable[[Node], Node]) -> Self:
        """Return the node with its child at `index` (from the end if negative) changed."""
        items = list(self.items())
        items[index] = change(items[index])
        return self.with_children(items)

    def edit(self, label: str, change: Callable[[Node], Node]) -> Node:
        """Return the tree with every node of that label changed; KeyError if none is."""
        self.find(label)
        return _edited(self, label, change)

    # -- edits that break it

    def long_length(self, octets: int = 0) -> Self:
        """Return the node with a non-minimal length (X.690, 10.1 forbids it).

        `octets` of the length number; 0 means one more than needed.
        """
        size = len(self.body())
        needed = 0 if size < _SHORT_LENGTH_LIMIT else len(_number(size))
        return replace(self, length_form=LengthForm.LONG, length_value=octets or needed + 1)

    def indefinite(self) -> Self:
        """Return the node with an indefinite length (X.690, 8.1.3.6)."""
        return replace(self, length_form=LengthForm.INDEFINITE)

    def claiming(self, size: int) -> Self:
        """Return the node with a length field that claims `size` octets."""
        return replace(self, length_form=LengthForm.CLAIMED, length_value=size)

    def with_length_octets(self, octets: bytes) -> Self:
        """Return the node with exactly these length octets."""
        return replace(self, length_form=LengthForm.OCTETS, length_octets=octets)


def _edited(node: Node, label: str, change: Callable[[Node], Node]) -> Node:
    if node.label == label:
        return change(node)
    if node.children is None:
        return node
    return node.with_children(_edited(child, label, change) for child in node.children)


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _minimal_length(size: int) -> bytes:
    if size < _SHORT_LENGTH_LIMIT:
        return bytes([size])
    number = _number(size)
    return bytes([0x80 | len(number)]) + number


# -- any tag


def tag_octets(number: int, *, lead: int = _CONTEXT) -> bytes:
    """Return the identifier octets of tag `number`; `lead` carries class and form bits."""
    if number < _LOW_TAG_LIMIT:
        return bytes([lead | number])
    return bytes([lead | _LOW_TAG_LIMIT]) + _base128(number)


def tlv(tag: int, content: bytes) -> bytes:
    """Return the octets of one value with a single-octet tag."""
    return primitive(tag, content).encode()


def primitive(tag: int, content: bytes) -> Node:
    """Return a value with a single-octet tag and this content."""
    return Node(bytes([tag]), content)


def raw(octets: bytes) -> Node:
    """Return octets that stand in the encoding as they are."""
    return Node(b"", octets)


def explicit(number: int, node: Node) -> Node:
    """Return `node` inside a context tag (X.690, 8.14.2)."""
    return Node(tag_octets(number, lead=_CONTEXT | _CONSTRUCTED), children=(node,))


def implicit(number: int, node: Node) -> Node:
    """Return `node` with a context tag instead of its own, its form kept (X.690, 8.14.3)."""
    return node.with_tag(tag_octets(number, lead=_CONTEXT | (node.tag[0] & _CONSTRUCTED)))


# -- universal types


def sequence(*nodes: Node) -> Node:
    """Return a SEQUENCE of these values, in this order."""
    return Node(b"\x30", children=nodes)


def set_of(*nodes: Node) -> Node:
    """Return a SET OF these values, in the ascending order of X.690, 11.6."""
    return Node(b"\x31", children=tuple(sorted(nodes, key=Node.encode)))


def boolean(*, value: bool) -> Node:
    """Return a BOOLEAN; TRUE is 0xFF (X.690, 11.1)."""
    return primitive(0x01, b"\xff" if value else b"\x00")


def null() -> Node:
    """Return a NULL."""
    return primitive(0x05, b"")


def integer(value: int) -> Node:
    """Return an INTEGER in the fewest octets (X.690, 8.3.2)."""
    # The sign needs a bit of its own: ~value has the magnitude bits of a negative number.
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return primitive(0x02, value.to_bytes(size, "big", signed=True))


def enumerated(value: int) -> Node:
    """Return an ENUMERATED (X.690, 8.4)."""
    return integer(value).with_tag(b"\x0a")


def _base128(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | (value & 0x7F))
    return bytes(reversed(octets))


def oid_content(dotted: str) -> bytes:
    """Return the content octets of an OBJECT IDENTIFIER (X.690, 8.19)."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return b"".join(_base128(arc) for arc in (first * 40 + second, *others))


@lru_cache(maxsize=1_024)
def oid(dotted: str) -> Node:
    """Return an OBJECT IDENTIFIER."""
    return primitive(0x06, oid_content(dotted))


def octet_string(content: bytes) -> Node:
    """Return an OCTET STRING."""
    return primitive(0x04, content)


def bit_string(content: bytes, unused: int = 0) -> Node:
    """Return a BIT STRING whose last octet has `unused` bits that do not count."""
    return primitive(0x03, bytes([unused]) + content)


def named_bits(positions: Iterable[int]) -> Node:
    """Return a BIT STRING of named bits, without trailing zero bits (X.690, 11.2.2)."""
    marked = set(positions)
    if not marked:
        return bit_string(b"")
    size = max(marked) + 1
    unused = -size % 8
    value = sum(1 << (size - 1 - position) for position in marked) << unused
    return bit_string(value.to_bytes((size + unused) // 8, "big"), unused)


def string(kind: str, text: str | bytes) -> Node:
    """Return a string of type `kind` (see `STRING_TAGS`); bytes are taken as they are."""
    tag, codec = STRING_TAGS[kind]
    return primitive(tag, text.encode(codec) if isinstance(text, str) else text)


def utc_time(seconds: int) -> Node:
    """Return a UTCTime of `seconds` since 1970-01-01T00:00:00Z (X.690, 11.8)."""
    return primitive(0x17, f"{_moment(seconds):%y%m%d%H%M%SZ}".encode("ascii"))


def generalized_time(seconds: int) -> Node:
    """Return a GeneralizedTime of `seconds` since 1970-01-01T00:00:00Z (X.690, 11.7)."""
    moment = _moment(seconds)
    # strftime does not pad years below 1000 on every platform.
    return primitive(0x18, f"{moment.year:04}{moment:%m%d%H%M%SZ}".encode("ascii"))


@lru_cache(maxsize=1_024)
def time(seconds: int) -> Node:
    """Return the form that RFC 5280, 4.1.2.5 demands: UTCTime for 1950 to 2049, else the other."""
    first, last = 1950, 2049
    if first <= _moment(seconds).year <= last:
        return utc_time(seconds)
    return generalized_time(seconds)


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


# -- back from octets


def parse(octets: bytes) -> Node:
    """Return the tree of one plain DER value, as this module writes it; else ValueError.

    Only single-octet tags and definite lengths are read: it serves to edit what the forge
    itself made, not to judge what others sent.
    """
    node, rest = _parse(octets)
    if rest:
        message = "octets after the value"
        raise ValueError(message)
    return node


def _parse(octets: bytes) -> tuple[Node, bytes]:
    if len(octets) < 2:  # noqa: PLR2004 - one octet of tag and one of length at least
        message = "a value cut short"
        raise ValueError(message)
    tag, size, start = octets[:1], octets[1], 2
    if size >= _SHORT_LENGTH_LIMIT:
        start += size & 0x7F
        size = int.from_bytes(octets[2:start], "big")
    content, rest = octets[start : start + size], octets[start + size :]
    if len(content) != size:
        message = "a value cut short"
        raise ValueError(message)
    if not tag[0] & _CONSTRUCTED:
        return Node(tag, content), rest
    children = []
    while content:
        child, content = _parse(content)
        children.append(child)
    return Node(tag, children=tuple(children)), rest
