"""What is wrong with one general name: words for the ways in which names go wrong.

This module knows the syntax of names (RFC 5280, 4.2.1.6; BR 1.6.1 and 7.1.2.7.12) and two
dated snapshots of registries. It must not know which defect is bad under which policy.

A name can have several defects; a defect that makes the others meaningless stands alone.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.special_addresses import is_special
from mtlspolicy.memos import keep
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from types import ModuleType

    from mtlspolicy.facts.certificate import GeneralName

__all__ = [
    "DEFECTS",
    "EXAMPLES",
    "GOOD",
    "IMPOSSIBLE_IN_PLACE",
    "KIND_OF",
    "are_ordinary",
    "defects_of",
    "defects_of_host",
]

DEFECTS: Final[dict[str, str]] = {
    "dns-empty": "a dNSName without a character (RFC 5280, 4.2.1.6)",
    "dns-character": "a dNSName with a character that no host name has, such as NUL or a space",
    "dns-underscore": "a dNSName with an underscore (BR 7.1.2.7.12)",
    "dns-trailing-dot": "a dNSName that ends with a dot (BR 7.1.2.7.12)",
    "dns-label": "a dNSName with a label that is no P-label and no NR-LDH label (BR 7.1.2.7.12)",
    "dns-too-long": "a dNSName of more than 253 characters (RFC 1035, 2.3.4)",
    "dns-wildcard": "a dNSName with an asterisk that is not the whole left-most label (BR 1.6.1)",
    "dns-wildcard-registry": "a wildcard below a domain that a registry controls (BR 3.2.2.6)",
    "dns-single-label": "a dNSName of one label",
    "dns-internal": "a dNSName whose last label is no top-level domain (BR 1.6.1: internal name), "
    "or onion without an address before it (appendix B)",
    "dns-reverse-zone": "a dNSName under in-addr.arpa or ip6.arpa (BR 4.2.2)",
    "ip-length": "an iPAddress that has neither 4 nor 16 octets (RFC 5280, 4.2.1.6)",
    "ip-reserved": "an iPAddress in a special-purpose block (BR 1.6.1: reserved IP address)",
    "email-syntax": "an rfc822Name that is no mailbox (RFC 5280, 4.2.1.6)",
    "uri-syntax": "a uniformResourceIdentifier that is no absolute URI (RFC 5280, 4.2.1.6)",
}
"""Every word, with what it says."""

KIND_OF: Final = {
    word: {
        "dns": "dNSName",
        "ip": "iPAddress",
        "email": "rfc822Name",
        "uri": "uniformResourceIdentifier",
    }[word.partition("-")[0]]
    for word in DEFECTS
}
"""The kind of name that has the defect."""

IMPOSSIBLE_IN_PLACE: Final = frozenset(
    ("dns-empty", "dns-character", "dns-too-long", *(w for w in DEFECTS if w[:4] != "dns-"))
)
"""Defects that no name of `Certificate.names_in_place` has: it is 1 to 127 host characters."""

GOOD: Final[dict[str, tuple[str, str | bytes]]] = {
    "dNSName": ("dns", "good.example.com"),
    # 198.41.0.4 is a.root-servers.net; the documentation addresses are all reserved.
    "iPAddress": ("ip", "198.41.0.4"),
    "rfc822Name": ("email", "someone@example.com"),
    "uniformResourceIdentifier": ("uri", "https://www.example.com/"),
}
"""Per kind a name without defects, in the forge's notation."""

EXAMPLES: Final[dict[str, tuple[str, str | bytes]]] = {
    "dns-empty": ("dns", ""),
    "dns-character": ("dns", b"www.example.com\x00.example.org"),
    "dns-underscore": ("dns", "under_score.example.com"),
    "dns-trailing-dot": ("dns", "dot.example.com."),
    "dns-label": ("dns", "-hyphen.example.com"),
    "dns-too-long": ("dns", ".".join(["a" * 60] * 4 + ["example", "com"])),
    "dns-wildcard": ("dns", "w*.example.com"),
    "dns-wildcard-registry": ("dns", "*.co.uk"),
    "dns-single-label": ("dns", "com"),
    "dns-internal": ("dns", "mail.internal"),
    "dns-reverse-zone": ("dns", "4.0.41.198.in-addr.arpa"),
    "ip-length": ("ip", b"\x01\x02\x03\x04\x05"),
    "ip-reserved": ("ip", "10.0.0.1"),
    "email-syntax": ("email", "nobody"),
    "uri-syntax": ("uri", "//no-scheme.example.com/"),
}
"""Per defect a name that has it and no other, in the forge's notation."""

_NONE: Final[frozenset[str]] = frozenset()
_MAX_NAME: Final = 253
_MAX_LABEL: Final = 63
_ONION_LABEL: Final = 56  # rend-spec-v3, 6: 35 octets in base 32
_LENGTHS: Final = (4, 16)

# A name without any defect of form, as nearly all are: one match instead of one per label.
_PLAIN: Final = pattern(
    r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z",
    re.IGNORECASE | re.ASCII,
)
# The same for all dNSNames of an extension at once, each with its tag and length before it, in
# a few large top-level domains (a test holds them to the snapshot). No name is longer than a
# label may be, and a hyphen stands between letters: nothing has to be tried twice.
_USUAL: Final = (
    b"com", b"net", b"org", b"io", b"de", b"uk", b"nl", b"fr", b"eu", b"info", b"dev", b"app",
    b"cloud", b"ch", b"it", b"pl", b"us", b"ca", b"au", b"jp", b"br", b"in", b"co", b"edu", b"gov",
)  # fmt: skip
_ALL_USUAL: Final = pattern(
    rb"(?:\x82[\x01-\x3f](?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++(?:%s)(?=\x82|\Z))++\Z"
    % b"|".join(_USUAL)
)
_CHARACTERS: Final = pattern(r"[A-Za-z0-9._*-]*\Z")
# BR 1.6.1: NR-LDH labels have no hyphens in the third and fourth place, P-labels begin "xn--".
_LABEL: Final = pattern(r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\Z")
_PUNYCODE: Final = pattern(r"xn--(?=.)(.*)\Z", re.IGNORECASE)
_REVERSE: Final = (".in-addr.arpa", ".ip6.arpa")
# RFC 5321, 4.1.2: a mailbox has a local part and a host; the local part may be quoted.
_MAILBOX: Final = pattern(
    r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r'|"(?:[ !#-\[\]-~]|\\[ -~])*")@([A-Za-z0-9.-]+|\[[A-Za-z0-9:.]+\])\Z'
)
# RFC 3986, 4.3: a scheme and what it says; RFC 5280, 4.2.1.6: never relative.
_URI: Final = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+\Z")

_memo: dict[str, frozenset[str]] = {}


def defects_of(name: GeneralName) -> frozenset[str]:
    """Return the words for what is wrong with `name`; none for kinds without words."""
    kind = name.kind
    if kind == "dNSName":
        return defects_of_host(name.text)
    if kind == "iPAddress":
        return _address(name.octets)
    if kind == "rfc822Name":
        return _NONE if _MAILBOX.match(name.text) else frozenset(("email-syntax",))
    if kind == "uniformResourceIdentifier":
        return _NONE if _URI.match(name.text) else frozenset(("uri-syntax",))
    return _NONE


def defects_of_host(text: str) -> frozenset[str]:
    """Return the words for what is wrong with a dNSName."""
    known = _memo.get(text)
    return _remember(text) if known is None else known


def are_ordinary(names: bytes) -> bool:
    """Whether encoded dNSNames (`Certificate.names_in_place`) are plainly without defects.

    False says nothing: the names are then looked at one by one.
    """
    return _ALL_USUAL.match(names) is not None


def _remember(text: str) -> frozenset[str]:
    found = frozenset(_dns_defects(text))
    if len(text) <= _MAX_NAME:  # what is too long for a name may have a million characters
        keep(_memo, text, found)
    return found


def _address(octets: bytes) -> frozenset[str]:
    if len(octets) not in _LENGTHS:
        return frozenset(("ip-length",))
    return frozenset(("ip-reserved",)) if is_special(octets) else _NONE


def _dns_defects(text: str) -> list[str]:
    if len(text) <= _MAX_NAME and "--" not in text and _PLAIN.match(text):
        wildcard = text.startswith("*.")
        return _registry_defects((text[2:] if wildcard else text).lower(), wildcard=wildcard)
    if not text:
        return ["dns-empty"]
    if not _CHARACTERS.match(text):
        return ["dns-character"]
    found = ["dns-too-long"] if len(text) > _MAX_NAME else []
    if text.endswith("."):
        found.append("dns-trailing-dot")
        text = text[:-1]
    wildcard = text.startswith("*.")
    base = text[2:] if wildcard else text
    if "*" in base:
        found.append("dns-wildcard")
    if "_" in base:
        found.append("dns-underscore")
    base = base.lower()
    if not all(_is_label(label.replace("*", "a").replace("_", "a")) for label in base.split(".")):
        found.append("dns-label")
    return found + _registry_defects(base, wildcard=wildcard)


def _is_label(label: str) -> bool:
    if len(label) > _MAX_LABEL:
        return False
    if _LABEL.match(label):
        return True
    encoded = _PUNYCODE.match(label)
    return encoded is not None and bool(_LABEL.match(f"a{label[4:]}")) and _is_punycode(encoded[1])


def _is_punycode(text: str) -> bool:
    """Whether `text` is valid output of the Punycode algorithm (RFC 3492, 6.3)."""
    try:
        decoded = text.encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return False
    return not decoded.isascii()


@cache
def _snapshot() -> ModuleType:
    from mtlspolicy.features import registry_snapshot  # noqa: PLC0415 - large: at first use

    return registry_snapshot


def _registry_defects(domain: str, *, wildcard: bool) -> list[str]:
    """Return what the registries say of a domain in lower case."""
    found = ["dns-single-label"] if "." not in domain and not wildcard else []
    last = domain.rpartition(".")[2]
    if last not in _snapshot().TOP_LEVEL or (last == "onion" and not _is_onion(domain)):
        return [*found, "dns-internal"]
    if last == "arpa" and f".{domain}".endswith(_REVERSE):
        found.append("dns-reverse-zone")
    if wildcard and _is_suffix(domain):
        found.append("dns-wildcard-registry")
    return found


def _is_onion(domain: str) -> bool:
    """Whether the label before onion is an address of version 3 (BR, appendix B).

    rend-spec-v3, 6: key, checksum and version in base 32. Any other name under onion is an
    internal name: nobody could have shown that it is his.
    """
    from base64 import b32decode  # noqa: PLC0415 - few certificates name an onion address
    from hashlib import sha3_256  # noqa: PLC0415 - it takes three milliseconds to load

    label = domain.split(".")[-2:][0]
    try:
        octets = b32decode(label.upper())
    except ValueError:
        return False
    key, checksum, version = octets[:-3], octets[-3:-1], octets[-1:]
    expected = sha3_256(b".onion checksum" + key + version).digest()[:2]
    return len(label) == _ONION_LABEL and version == b"\x03" and checksum == expected


def _is_suffix(domain: str) -> bool:
    """Whether a registry registers below `domain` (publicsuffix.org: the ICANN section)."""
    lists = _snapshot()
    if domain in lists.EXCEPTIONS:
        return False
    if domain in lists.TOP_LEVEL or domain in lists.SUFFIXES or domain in lists.WILDCARDS:
        return True
    return domain.partition(".")[2] in lists.WILDCARDS
