"""What one certificate says: immutable facts, no judgement.

This module knows the shape of the facts. How bytes become facts is `facts.read`;
whether a fact is acceptable is a policy's business.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "LATER",
    "UNREADABLE",
    "AccessDescription",
    "AlgorithmIdentifier",
    "Assembly",
    "Attribute",
    "AuthorityKeyIdentifier",
    "BasicConstraints",
    "Certificate",
    "CertificatePolicies",
    "CrlDistributionPoints",
    "DistributionPoint",
    "Entry",
    "ExtendedKeyUsage",
    "Extension",
    "GeneralName",
    "GeneralSubtree",
    "InformationAccess",
    "InhibitAnyPolicy",
    "KeyUsage",
    "Marker",
    "Name",
    "NameConstraints",
    "NetscapeCertType",
    "Note",
    "NoteKind",
    "OrganizationIdentifier",
    "PolicyConstraints",
    "PolicyInformation",
    "PolicyMappings",
    "PublicKey",
    "SignedCertificateTimestamps",
    "SubjectAltName",
    "SubjectKeyIdentifier",
    "TlsFeature",
    "Unreadable",
]


class NoteKind(Enum):
    """How a certificate departs from the ordinary (facts/encoding.md, the 45 rows)."""

    MALFORMED = "malformed"
    """not a value of its type in any encoding; never accepted"""
    NOT_DER = "not-der"
    """a value, but not in the one encoding that DER allows (X.690, 8-11); never accepted"""
    CONSTRAINT = "asn1-constraint"
    """well-formed DER that breaks a constraint of the ASN.1 module, such as SIZE (1..MAX)"""
    PROFILE = "profile"
    """well-formed, and against a rule of RFC 5280 outside the ASN.1 module"""
    ODD = "odd"
    """legal, and rare enough to be worth a line"""


@dataclass(frozen=True, slots=True)
class Note:
    """One departure found while reading.

    `code` is of the catalogue; `offset` counts bytes from the start of the certificate;
    `path` names the place (``tbsCertificate.extensions[3].extnValue``); `detail` is for
    people; `octets` are at most `limits.MAX_HEX_BYTES` bytes at the offset.
    """

    code: str
    kind: NoteKind
    offset: int
    path: str
    detail: str = ""
    octets: bytes = b""


class Unreadable(Enum):
    """The value of a part that is present and that could not be read as one value."""

    UNREADABLE = "unreadable"


UNREADABLE: Final = Unreadable.UNREADABLE


@dataclass(frozen=True, slots=True)
class AlgorithmIdentifier:
    """An algorithm with its parameters (RFC 5280, 4.1.1.2): `oid` dotted, `der` as encoded."""

    oid: str
    der: bytes


@dataclass(frozen=True, slots=True)
class Attribute:
    """One AttributeTypeAndValue: `oid` dotted, `tag` of the string type, `value` as text.

    `value` is None where the bytes are no text of their type (or no string type at all).
    `der` is the encoding of the value.
    """

    oid: str
    tag: int
    value: str | None
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: `rdns` in order, each a tuple of attributes; `der` as encoded."""

    rdns: tuple[tuple[Attribute, ...], ...]
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A subject public key.

    `kind`: rsa, rsa-pss, ec, ed25519, ed448, dsa, or other. `bits`: modulus or field size,
    0 where not known. `curve`: secp256r1 ..., the dotted OID of an unnamed curve, or "".
    `exponent` and `modulus`: RSA only, else 0. `algorithm`: the AlgorithmIdentifier.
    `der`: the whole SubjectPublicKeyInfo.
    """

    kind: str
    bits: int
    curve: str
    exponent: int
    modulus: int = field(repr=False)
    algorithm: AlgorithmIdentifier
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GeneralName:
    """One GeneralName (RFC 5280, 4.2.1.6).

    `kind`: otherName, rfc822Name, dNSName, x400Address, directoryName, ediPartyName,
    uniformResourceIdentifier, iPAddress, registeredID. `text`: the IA5 text, the dotted
    OID, the text of an otherName whose value is a string, or "". `octets`: the content
    bytes (the address of an iPAddress); of an otherName the encoding of its value.
    `name`: of a directoryName. `other`: the dotted type-id of an otherName.
    """

    kind: str
    text: str
    octets: bytes
    name: Name | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class ExtendedKeyUsage:
    """The extended key usage (RFC 5280, 4.2.1.12): dotted OIDs in order, as often as they occur."""

    purposes: tuple[str, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """The key usage (RFC 5280, 4.2.1.3): names of the bits that are set, in bit order."""

    bits: tuple[str, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    """The basic constraints (RFC 5280, 4.2.1.9)."""

    ca: bool
    path_length: int | None
    critical: bool


@dataclass(frozen=True, slots=True)
class SubjectAltName:
    """Subject (or issuer) alternative names (RFC 5280, 4.2.1.6), in order."""

    names: tuple[GeneralName, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class PolicyInformation:
    """One certificate policy: dotted OID and the qualifiers as (dotted OID, text or "")."""

    oid: str
    qualifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CertificatePolicies:
    """The certificate policies (RFC 5280, 4.2.1.4), in order."""

    policies: tuple[PolicyInformation, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class AccessDescription:
    """One entry of authority or subject information access: dotted method and location."""

    method: str
    location: GeneralName


@dataclass(frozen=True, slots=True)
class InformationAccess:
    """Authority (or subject) information access (RFC 5280, 4.2.2.1)."""

    entries: tuple[AccessDescription, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class DistributionPoint:
    """One CRL distribution point (RFC 5280, 4.2.1.13).

    `full_name`: the names, empty where the point has none; `relative`: whether it names
    itself relative to the issuer; `reasons`: names of the reason bits or None;
    `crl_issuer`: names of another issuer, empty where absent.
    """

    full_name: tuple[GeneralName, ...]
    relative: bool
    reasons: tuple[str, ...] | None
    crl_issuer: tuple[GeneralName, ...]


@dataclass(frozen=True, slots=True)
class CrlDistributionPoints:
    """The CRL distribution points (RFC 5280, 4.2.1.13)."""

    points: tuple[DistributionPoint, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class AuthorityKeyIdentifier:
    """The authority key identifier (RFC 5280, 4.2.1.1)."""

    key_identifier: bytes | None
    issuer: tuple[GeneralName, ...]
    serial: int | None
    critical: bool


@dataclass(frozen=True, slots=True)
class SubjectKeyIdentifier:
    """The subject key identifier (RFC 5280, 4.2.1.2)."""

    key_identifier: bytes
    critical: bool


@dataclass(frozen=True, slots=True)
class GeneralSubtree:
    """One subtree of a name constraint: base, minimum, maximum (RFC 5280, 4.2.1.10)."""

    base: GeneralName
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """The name constraints (RFC 5280, 4.2.1.10); None where a list is absent."""

    permitted: tuple[GeneralSubtree, ...] | None
    excluded: tuple[GeneralSubtree, ...] | None
    critical: bool


@dataclass(frozen=True, slots=True)
class PolicyConstraints:
    """The policy constraints (RFC 5280, 4.2.1.11)."""

    require_explicit_policy: int | None
    inhibit_policy_mapping: int | None
    critical: bool


@dataclass(frozen=True, slots=True)
class PolicyMappings:
    """The policy mappings (RFC 5280, 4.2.1.5): pairs of dotted OIDs."""

    mappings: tuple[tuple[str, str], ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class InhibitAnyPolicy:
    """The inhibit anyPolicy extension (RFC 5280, 4.2.1.14)."""

    skip_certificates: int
    critical: bool


@dataclass(frozen=True, slots=True)
class SignedCertificateTimestamps:
    """An SCT list (RFC 6962, 3.3): per SCT the version, log id and timestamp (ms since 1970)."""

    timestamps: tuple[tuple[int, bytes, int], ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class Marker:
    """An extension that says what it says by being there: its value is NULL.

    The precertificate poison (RFC 6962, 3.1) and id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1).
    """

    critical: bool


@dataclass(frozen=True, slots=True)
class TlsFeature:
    """The TLS extensions that a server must offer (RFC 7633): their numbers, in order."""

    features: tuple[int, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class NetscapeCertType:
    """Netscape's certificate type: names of the bits that are set, in bit order."""

    bits: tuple[str, ...]
    critical: bool


@dataclass(frozen=True, slots=True)
class OrganizationIdentifier:
    """The CA/Browser Forum's organisation identifier extension (EVG 7.1.2.2).

    `state` is "" where it is absent or empty. Lengths are not checked: what is well-formed and
    against the syntax agrees with no attribute of a subject.
    """

    scheme: str
    country: str
    state: str
    reference: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension as it stands in the certificate.

    `oid` dotted; `value` the content of extnValue; `offset` of the extension's SEQUENCE
    in bytes from the start of the certificate; `parsed` one of the classes above, None
    for an extension that this reader does not know, `UNREADABLE` for one it cannot read.
    """

    oid: str
    critical: bool
    value: bytes = field(repr=False)
    offset: int
    parsed: object | None


LATER: Final = object()
"""Stands in `Assembly.index` for a value that is checked and not yet built."""

IN_PLACE: Final = {"2.5.29.17": 0, "1.3.6.1.4.1.11129.2.4.2": 1, "2.5.29.14": 2}
"""The extensions of one certificate only, whose values can be left for later: their numbers."""


Entry = tuple[str, object | None, bool]
"""An extension: dotted OID, parsed value (`LATER` where it is still to be built), critical."""


class Mould:
    """What certificates that are made alike have in common; compared by identity.

    `algorithm` of the signature, inside and outside; `issuer`; `key`: one of the keys; `point`:
    the algorithm of the keys where these are plain EC points, None for other keys; `index`: the
    extensions by dotted OID, in order. `shared`: whether any other certificate can have it.
    """

    __slots__ = ("algorithm", "index", "issuer", "key", "point", "shared")

    def __init__(  # noqa: PLR0913 - one per part
        self,
        algorithm: AlgorithmIdentifier,
        issuer: Name,
        key: PublicKey,
        point: AlgorithmIdentifier | None,
        index: dict[str, Entry],
        *,
        shared: bool,
    ) -> None:
        self.algorithm, self.issuer, self.key, self.point = algorithm, issuer, key, point
        self.index, self.shared = index, shared


class Assembly:
    """A certificate's facts being put together; `finish` makes them a `Certificate`.

    It is for the readers of this package only. A separate class, because plain stores into
    slots are the cheapest way to make an object with this many fields.
    """

    __slots__ = (
        "basic_constraints",
        "der",
        "extended_key_usage",
        "extensions",
        "index",
        "issuer",
        "issuer_unique_id",
        "key_usage",
        "late",
        "made",
        "mould",
        "not_after",
        "not_before",
        "notes",
        "outer_algorithm",
        "places",
        "public_key",
        "serial",
        "serial_octets",
        "signature",
        "signature_algorithm",
        "subject",
        "subject_alt_name",
        "subject_unique_id",
        "tbs",
        "version",
        "well_formed",
    )

    der: bytes
    well_formed: bool
    notes: tuple[Note, ...]
    version: int | Unreadable
    serial: int | Unreadable
    serial_octets: int
    signature_algorithm: AlgorithmIdentifier | Unreadable
    outer_algorithm: AlgorithmIdentifier | Unreadable
    issuer: Name | Unreadable
    subject: Name | Unreadable
    not_before: int | Unreadable
    not_after: int | Unreadable
    public_key: PublicKey | Unreadable
    issuer_unique_id: bool
    subject_unique_id: bool
    extensions: tuple[Extension, ...] | Unreadable
    extended_key_usage: ExtendedKeyUsage | Unreadable | None
    key_usage: KeyUsage | Unreadable | None
    basic_constraints: BasicConstraints | Unreadable | None
    subject_alt_name: SubjectAltName | Unreadable | None
    tbs: bytes
    signature: bytes

    index: dict[str, Entry] | None
    """the extensions by dotted OID, in order, shared among certificates; None: no readable list"""
    late: list[Any]
    """of each extension that is `LATER` in `index`, by `IN_PLACE`: its place, or the built value"""
    made: dict[str, Any]
    """what readers of facts have made of the certificate, so that each makes it once; by reader"""
    mould: Mould | None
    """of a certificate in which there was nothing to explain, else None"""
    places: tuple[int, ...]
    """where the parts are that are built later"""

    def finish(self) -> Certificate:
        """Turn this object into a certificate, which cannot be changed any more."""
        self.__class__ = Certificate
        return cast("Certificate", self)


class Certificate(Assembly):
    """The facts of one certificate: immutable, and equal where the bytes are.

    A part is `UNREADABLE` where it is present and could not be read as exactly one
    value (also an extension that occurs twice); None where it is absent. Instants are
    seconds since 1970-01-01T00:00:00Z. `version` is 1 for v1, 3 for v3. `serial_octets`
    counts content octets. `tbs` is the exact TBSCertificate, `signature` the octets of the
    signature. `notes` lists every departure found, in order of offset; `well_formed` is
    False where one of them is malformed or not DER, and then the certificate can never be
    accepted. Only `facts.read_certificate` makes certificates.
    """

    __slots__ = ()

    FIELDS: ClassVar[tuple[str, ...]] = tuple(
        name
        for name in Assembly.__slots__
        if name not in {"index", "late", "made", "mould", "places"}
    )
    """The names of the facts."""

    @property
    def recurring(self) -> Mapping[str, Entry] | None:
        """The extensions by dotted OID (value, or `LATER`; critical), where nothing was noted.

        Certificates of one issuer share this very object as long as their extensions are
        alike but for those of one certificate only, which are `LATER`. None where a note says
        that something is out of the ordinary, such as an extension that stands twice.
        """
        return None if self.notes else self.index

    @property
    def key_in_place(self) -> AlgorithmIdentifier | None:
        """The algorithm of an EC public key that has been checked and not been built.

        It determines everything about such a key but the point: kind, size and curve.
        """
        return None if self.mould is None else self.mould.point

    def key_octets(self) -> bytes:
        """Return the whole SubjectPublicKeyInfo, without building the key; b"" if unreadable."""
        return b"" if isinstance(self.public_key, Unreadable) else self.public_key.der

    def names_in_place(self) -> bytes | None:
        """Return the content of the subjectAltName where it was checked and not built, else None.

        Then it is nothing but dNSNames of 1 to 127 letters, digits, dots, hyphens, underscores
        and asterisks, each with its tag and length.
        """
        return None

    def timestamps_in_place(self) -> list[int] | None:
        """Return the times (ms since 1970) of an SCT list that was checked and not built."""
        return None

    def subject_in_place(self) -> tuple[bytes, bytes] | None:
        """Return the subject in two parts where it was checked and not built, else None.

        The relative names but the last if that is a plain common name; and the text of this
        common name, b"" if the subject has none. There is no other common name.
        """
        return None

    def find(self, oid: str) -> object | None:
        """Return the parsed value of extension `oid`.

        None where it is absent or unknown, `UNREADABLE` where it occurs twice or cannot be read.
        """
        if self.index is None:
            return UNREADABLE
        entry = self.index.get(oid)
        if entry is None:
            return None
        if entry[1] is not LATER:
            return entry[1]
        number = IN_PLACE[oid]
        value = self.late[number]
        if value.__class__ is int:
            value = self.late[number] = self.later(oid)
        return value  # type: ignore[no-any-return]

    def later(self, name: str) -> object:
        """Build a field, or the value of an extension, that has been left for later."""
        raise AttributeError(f"nothing of this certificate is left for later: `{name}`")  # noqa: EM102, TRY003

    def __eq__(self, other: object) -> bool:
        return self.der == other.der if isinstance(other, Certificate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"Certificate(subject={self.subject!r}, well_formed={self.well_formed!r})"

    def __reduce__(self) -> tuple[Callable[[bytes], Certificate], tuple[bytes]]:
        """Copy and send a certificate as its bytes: whoever gets it reads them."""
        from mtlspolicy.facts.read import read_certificate  # noqa: PLC0415 - it imports this module

        return read_certificate, (self.der,)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a certificate's facts cannot be changed: `{name}`")  # noqa: EM102, TRY003

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a certificate's facts cannot be changed: `{name}`")  # noqa: EM102, TRY003

    if not TYPE_CHECKING:  # pragma: no branch - for a checker, any name would be an attribute

        def __getattr__(self, name: str) -> object:
            """Build a field that has been checked and left for later (`facts.hot`)."""
            if name not in Certificate.FIELDS:
                raise AttributeError(f"a certificate has no `{name}`")  # noqa: EM102, TRY003
            value = self.later(name)
            object.__setattr__(self, name, value)
            return value
