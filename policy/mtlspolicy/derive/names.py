"""Whether a certificate presents the name that was asked for: RFC 9525, and names of clients.

- Servers (RFC 9525, 6): dns, ip, srv and uri-id look at the subjectAltName alone. The
  subject's CN is never a host name, and a dNSName never an address.
- Clients: RFC 9525 (1.4.2) leaves them out, so a policy states which name counts. dns and
  ip are as above; uri and cn are equal by code point; email follows RFC 5280, 7.5; dn
  follows RFC 4514 and RFC 5280, 7.1.

What is presented and is not well formed matches nothing. This module knows how a reference
meets what is presented. It must not know who asks, or what a match is good for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.distinguished import canonical, show
from mtlspolicy.derive.forms import DnsName, DnsPattern, IpAddress, Mailbox, SrvName, UriName
from mtlspolicy.derive.reference import Reference, parse_reference
from mtlspolicy.derive.rfc4514 import WrittenName
from mtlspolicy.derive.text import ia5, printable, service_name
from mtlspolicy.errors import InputError
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mtlspolicy.facts.certificate import Certificate, GeneralName

__all__ = ["NameMatch", "match_name", "match_reference", "presents_host"]

_COMMON_NAME: Final = "2.5.4.3"
_SPIFFE: Final = "spiffe"
_MAX_PRESENTED: Final = 20
"""Presented names told in one answer; certificates with 10,000 names exist to fill logs."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What became of one reference.

    `matched`: None where the facts needed cannot be read. `presented`: the names of that
    kind, for people and bounded. `which`: the presented name that matched. `code`: of the
    catalogue (``name.*``), None where it matched.
    """

    matched: bool | None
    presented: tuple[str, ...]
    which: str | None
    code: str | None


def match_name(certificate: Certificate, kind: str, value: str) -> NameMatch:
    """Return whether `certificate` presents the name `value` of `kind`; never raises."""
    try:
        reference = parse_reference(kind, value)
    except InputError:
        return NameMatch(matched=False, presented=(), which=None, code="name.reference_invalid")
    return match_reference(certificate, reference)


def match_reference(certificate: Certificate, reference: Reference) -> NameMatch:
    """Return whether `certificate` presents the name that `reference` looks for."""
    if reference.kind in {"cn", "dn"}:
        return _match_subject(certificate, reference)
    in_place = certificate.names_in_place()
    if in_place is not None and isinstance(reference.value, DnsName):
        return _match_plain(in_place, reference.value)
    return _match_names(certificate, reference)


def _match_names(certificate: Certificate, reference: Reference) -> NameMatch:
    """Match the names of a subjectAltName that are of the kind that is looked for."""
    names = certificate.subject_alt_name
    if isinstance(names, Unreadable):
        return NameMatch(matched=None, presented=(), which=None, code="name.unreadable")
    kind, matches = _MATCHERS[type(reference.value)]
    presented = [name for name in (names.names if names is not None else ()) if _is(name, kind)]
    if not presented:
        return NameMatch(matched=False, presented=(), which=None, code="name.absent")
    shown = _shown(map(_text, presented))
    if reference.kind == "uri":
        matches = _same_uri
        # SPIFFE X509-SVID, 2: an SVID MUST contain exactly one URI SAN
        if (
            isinstance(reference.value, UriName)
            and reference.value.scheme == _SPIFFE
            and len(presented) > 1
        ):
            return NameMatch(matched=False, presented=shown, which=None, code="name.several")
    for name in presented:
        if matches(reference.value, name):
            return NameMatch(matched=True, presented=shown, which=_text(name), code=None)
    return NameMatch(matched=False, presented=shown, which=None, code="name.mismatch")


def presents_host(content: bytes, value: str) -> bool:
    """Whether plain dNSNames (`Certificate.names_in_place`) hold the very host name `value`.

    Where they do, the DNS name `value` matches. False says nothing: a wildcard may match.
    """
    try:
        wanted = parse_reference("dns", value).value
    except InputError:
        return False
    if not isinstance(wanted, DnsName) or not wanted.is_host:
        return False
    host = wanted.host.encode("ascii")
    octets, end, at = len(host), len(content), 0
    while at < end:
        size = content[at + 1]
        at += 2
        if size == octets and content[at : at + size].lower() == host:
            return True
        at += size
    return False


def _match_plain(content: bytes, wanted: DnsName) -> NameMatch:
    """Match a subjectAltName that is nothing but plain dNSNames, without building them."""
    whole = content.decode("latin-1")  # tags and lengths too; the names themselves are ASCII
    end = len(whole)
    shown: list[str] = []
    which = None
    at = 0
    while at < end:
        after = at + 2 + content[at + 1]
        text = whole[at + 2 : after]
        if which is None and _is_same_dns(wanted, text):
            which = text
        if len(shown) <= _MAX_PRESENTED:
            shown.append(text)
        at = after
    presented = tuple(shown) if len(shown) <= _MAX_PRESENTED else _shown(shown)
    if which is None:
        return NameMatch(matched=False, presented=presented, which=None, code="name.mismatch")
    return NameMatch(True, presented, which, None)  # noqa: FBT003 - once per decision


# --- the subjectAltName ---------------------------------------------------------------


def _same_dns(wanted: object, name: GeneralName) -> bool:
    # RFC 9525, 6.3: label by label without regard to case; a wildcard is a whole left-most label
    text = ia5(name)
    return text is not None and isinstance(wanted, DnsName) and _is_same_dns(wanted, text)


def _is_same_dns(wanted: DnsName, text: str) -> bool:
    # Cheap first, for certificates with thousands of names: the end decides nearly all.
    host = wanted.host
    if not text.startswith("*."):
        # What is the wanted name but for case is written as well as it is. RFC 5280, 4.2.1.6:
        # a dNSName is in the preferred name syntax, so without underscores.
        return len(text) == len(host) and text.lower() == host and wanted.is_host
    if not text.lower().endswith(wanted.labels[-1]):
        return False
    pattern = DnsPattern.parse(text)
    return pattern is not None and pattern.base.is_host and pattern.matches(wanted)


def _same_ip(wanted: object, name: GeneralName) -> bool:
    # RFC 9525, 6.4: octet by octet
    return IpAddress.read(name.octets) == wanted


def _same_service(wanted: object, name: GeneralName) -> bool:
    # RFC 9525, 6.5: service and domain. NOTE: RFC 4985 gives an SRVName no wildcard.
    return SrvName.parse(service_name(name) or "") == wanted


def _same_uri_id(wanted: object, name: GeneralName) -> bool:
    # RFC 9525, 6.5: scheme and host; what else a URI has does not count
    uri = UriName.parse(ia5(name) or "")
    return (
        isinstance(wanted, UriName)
        and uri is not None
        and (uri.scheme, uri.host) == (wanted.scheme, wanted.host)
    )


def _same_uri(wanted: object, name: GeneralName) -> bool:
    # SPIFFE ID, 2: the text as it stands; RFC 8705, 2.1.2 likewise for the client's URI
    return isinstance(wanted, UriName) and ia5(name) == wanted.text


def _same_mailbox(wanted: object, name: GeneralName) -> bool:
    # RFC 5280, 7.5: the local part exactly, the domain without regard to case
    return Mailbox.parse(ia5(name) or "") == wanted


_MATCHERS: Final[dict[type, tuple[str, Callable[[object, GeneralName], bool]]]] = {
    DnsName: ("dNSName", _same_dns),
    IpAddress: ("iPAddress", _same_ip),
    SrvName: ("otherName", _same_service),
    UriName: ("uniformResourceIdentifier", _same_uri_id),
    Mailbox: ("rfc822Name", _same_mailbox),
}


def _is(name: GeneralName, kind: str) -> bool:
    return name.kind == kind and (kind != "otherName" or service_name(name) is not None)


def _text(name: GeneralName) -> str:
    if name.kind == "iPAddress":
        address = IpAddress.read(name.octets)
        return printable(name.octets) if address is None else str(address)
    text = service_name(name) if name.kind == "otherName" else ia5(name)
    return printable(text or name.octets)


def _shown(names: Iterable[str]) -> tuple[str, ...]:
    shown: list[str] = []
    for name in names:
        if len(shown) == _MAX_PRESENTED:
            shown.append("...")
            break
        shown.append(name)
    return tuple(shown)


# --- the subject ----------------------------------------------------------------------


def _match_subject(certificate: Certificate, reference: Reference) -> NameMatch:
    subject = certificate.subject
    if isinstance(subject, Unreadable):
        return NameMatch(matched=None, presented=(), which=None, code="name.unreadable")
    if isinstance(reference.value, WrittenName):
        encodings = tuple(tuple((a.oid, a.der) for a in rdn) for rdn in subject.rdns)
        shown = show(subject)
        # An empty subject is no name: it must not be had by asking for the empty string.
        if subject.rdns and reference.value.matches(canonical(subject), encodings):
            return NameMatch(matched=True, presented=(shown,), which=shown, code=None)
        code = "name.mismatch" if subject.rdns else "name.absent"
        return NameMatch(
            matched=False, presented=(shown,) if subject.rdns else (), which=None, code=code
        )
    values = [a.value for rdn in subject.rdns for a in rdn if a.oid == _COMMON_NAME]
    presented = _shown(printable(value) if value is not None else "(no text)" for value in values)
    if len(values) != 1:
        # which of several counts differs between readers, so none does
        code = "name.several" if values else "name.absent"
        return NameMatch(matched=False, presented=presented, which=None, code=code)
    if values[0] == reference.value:
        return NameMatch(matched=True, presented=presented, which=presented[0], code=None)
    return NameMatch(matched=False, presented=presented, which=None, code="name.mismatch")
