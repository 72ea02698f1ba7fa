"""Rows of the profile on key identifiers: the certificate's and its issuer's are the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensible import IssuerKey
from mtlspolicy.forge.keys import key
from mtlspolicy.instants import parse_instant
from mtlspolicy.suite.authoring import reject
from mtlspolicy.suite.cases.profile import KEPT, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]

ROWS: Final = Profile(
    "profile-identifiers", "the strict profile: key identifiers and their issuers"
)
NAMESPACES: Final = (ROWS.space,)

_AKI: Final = "authorityKeyIdentifier"
_SKI: Final = "subjectKeyIdentifier"
_CLAUSE: Final = "TLS BR, 7.1.2.11.1"
_REFUSED: Final = reject("aki.not_of_issuer")
_OTHER: Final = b"of some other key..."
_LONG: Final = hashlib.shake_128(b"key identifier").digest(4_096)


def _row(
    name_: str, text: str, change: Change, strict: Expectation, legacy: Expectation | None = None
) -> None:
    ROWS.row(name_, _CLAUSE, text, change, strict, legacy)


def _authority(draft: CertificateDraft, identifier: bytes) -> None:
    draft.set_extension(_AKI, extensions.authority_key_identifier(identifier))


def _own(draft: CertificateDraft, identifier: bytes) -> None:
    draft.set_extension(_SKI, extensions.subject_key_identifier(identifier))


def _names(identify: Callable[[ChainDraft], bytes]) -> Change:
    """Let the leaf name the key with this identifier."""
    return lambda chain: _authority(chain.leaf, identify(chain))


def _both(identifier: bytes) -> Change:
    """Give the issuing CA this identifier, by which the leaf names it."""

    def change(chain: ChainDraft) -> None:
        _own(chain.issuers[0], identifier)
        _authority(chain.leaf, identifier)

    return change


# -- leafs


def _identifier(draft: CertificateDraft) -> bytes:
    return key(draft.key).key_identifier


for _name, _text, _identify in (
    ("of-another-key", "names a key that nobody here has", lambda _: _OTHER),
    ("of-the-root", "names the root's key", lambda chain: _identifier(chain.anchor)),
    ("of-itself", "names its own key", lambda chain: _identifier(chain.leaf)),
    ("empty", "names a key by no octets", lambda _: b""),
    (
        "cut-short",
        "names its issuer's key by all octets but the last",
        lambda chain: _identifier(chain.issuers[0])[:-1],
    ),
    (
        "longer",
        "names its issuer's key with an octet more",
        lambda chain: _identifier(chain.issuers[0]) + b"\x00",
    ),
    ("long", "names a key by 4,096 octets", lambda _: _LONG),
):
    _row(f"aki-{_name}", _text, _names(_identify), _REFUSED)

_row(
    "hashed-otherwise",
    "names its issuer by an identifier that is no hash of SHA-1 (RFC 7093, 2), as the issuer has",
    _both(hashlib.sha256(b"issuing").digest()[:20]),
    KEPT,
)
_row("empty-on-both", "names its issuer by no octets, which are the issuer's", _both(b""), KEPT)
_row("long-on-both", "names its issuer by the issuer's 4,096 octets", _both(_LONG), KEPT)


def _name_its_certificate(chain: ChainDraft, key: bytes | None) -> None:
    """Name the issuing CA by its issuer and serial number, beside a key identifier if given."""
    serial = chain.issuers[0].derived_serial(chain.anchor.subject_tree())
    names = [("dn", chain.anchor.subject)]
    chain.leaf.set_extension(_AKI, extensions.authority_key_identifier(key, names, serial))


def _beside(chain: ChainDraft) -> None:
    """Name the issuing CA by its issuer and serial number alone."""
    _name_its_certificate(chain, None)


_row(
    "aki-without-key",
    "names its issuer's certificate and not its key",
    _beside,
    reject("aki.form"),
)


def _beside_another(chain: ChainDraft) -> None:
    """Name the issuing CA's certificate, and another key."""
    _name_its_certificate(chain, _OTHER)


_row(
    "aki-of-another-key-beside-its-issuer",
    "names another key beside the issuer and serial number of its issuer's certificate",
    _beside_another,
    reject("aki.form", "aki.not_of_issuer"),
)


def _twice(chain: ChainDraft) -> None:
    """Name the issuing CA's key first, and another one after it."""
    chain.leaf.add_extension(_AKI, extensions.authority_key_identifier(_OTHER))


_TWICE: Final = reject("extension.repeated", "path.invalid")
_row(
    "aki-twice",
    "has two authority key identifiers, the first the right one",
    _twice,
    _TWICE,
    _TWICE,
)


def _same_twice(chain: ChainDraft) -> None:
    chain.leaf.add_extension(_AKI, IssuerKey(None, None))


_row("aki-twice-alike", "has its authority key identifier twice", _same_twice, _TWICE, _TWICE)

# -- issuing CAs


def _issuer(name_: str, text: str, edit: Callable[[CertificateDraft], None]) -> None:
    _row(f"ca-{name_}", f"has an issuing CA that {text}", lambda c: edit(c.issuers[0]), _REFUSED)


_issuer("ski-of-another-key", "identifies itself by other octets", lambda ca: _own(ca, _OTHER))
_issuer("ski-empty", "identifies itself by no octets", lambda ca: _own(ca, b""))
_issuer("aki-of-another-key", "names a key that no root has", lambda ca: _authority(ca, _OTHER))
_issuer(
    "aki-of-itself",
    "names its own key, as a root does",
    lambda ca: _authority(ca, _identifier(ca)),
)


def _issued(instant: str) -> Change:
    """Let the issuing CA name another key than the root's, in a certificate of that time."""

    def change(chain: ChainDraft) -> None:
        chain.anchor.not_before = parse_instant("2023-01-01T00:00:00Z")
        chain.issuers[0].not_before = parse_instant(instant)
        _authority(chain.issuers[0], _OTHER)

    return change


_row(
    "ca-aki-before-the-rule",
    "has an issuing CA of 2023-09-14T23:59:59Z that names another key than the root's",
    _issued("2023-09-14T23:59:59Z"),
    KEPT,
)
_row(
    "ca-aki-since-the-rule",
    "has an issuing CA of 2023-09-15T00:00:00Z that names another key than the root's",
    _issued("2023-09-15T00:00:00Z"),
    _REFUSED,
)


def _rolled_over(chain: ChainDraft, identifier: bytes | None = None) -> None:
    """Let the root certify a new key of its own, which certifies the issuing CA."""
    new = chain.issuers[0].copy()
    new.subject, new.key = chain.anchor.subject, "p256-12"
    constraints = extensions.basic_constraints(ca=True, path_length=1)
    new.set_extension("basicConstraints", constraints, critical=True)
    if identifier is not None:
        _authority(new, identifier)
    chain.issuers.append(new)


_row(
    "self-issued",
    "leads over a self-issued certificate for the root's new key, which names its old one",
    _rolled_over,
    KEPT,
)
_row(
    "self-issued-of-itself",
    "leads over a self-issued certificate for the root's new key, which names that one",
    lambda chain: _rolled_over(chain, key("p256-12").key_identifier),
    _REFUSED,
)


def _twin(chain: ChainDraft) -> None:
    """Present the issuing CA with another identifier too, before the one that the leaf names."""
    good = chain.issuers[0].build(chain.anchor.key, chain.anchor.subject_tree())
    chain.extra.append(good)
    _own(chain.issuers[0], _OTHER)


_row(
    "ca-twice",
    "is presented with two certificates of its issuing CA, the second of which it names",
    _twin,
    KEPT,
)

# -- roots


def _root(name_: str, text: str, edit: Callable[[CertificateDraft], None], it: Expectation) -> None:
    _row(f"root-{name_}", f"leads to a root that {text}", lambda chain: edit(chain.anchor), it)


_root("without-ski", "has no identifier", lambda root: root.drop_extension(_SKI), _REFUSED)
_root("ski-other", "identifies itself by other octets", lambda root: _own(root, _OTHER), _REFUSED)
_root(
    "aki-other",
    "names another key than its own, of which no link is made",
    lambda root: _authority(root, _OTHER),
    KEPT,
)
_root("without-aki", "names no issuer", lambda root: root.drop_extension(_AKI), KEPT)
