"""Whether a certificate's names lie where an issuer's name constraints allow (RFC 5280, 4.2.1.10).

This module knows which names of a certificate are constrained, and lists of subtrees. It
must not know the path: which issuer constrains which certificate is `validation`'s business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.distinguished import canonical, show
from mtlspolicy.derive.forms import DnsPattern, IpAddress, Mailbox, SrvName, UriName
from mtlspolicy.derive.subtrees import FORMS, Base, Value
from mtlspolicy.derive.text import ia5, printable, service_name
from mtlspolicy.facts.certificate import SubjectAltName, Unreadable
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mtlspolicy.facts.certificate import (
        Certificate,
        GeneralName,
        GeneralSubtree,
        NameConstraints,
    )

__all__ = ["Breach", "Budget", "Constrained", "Layer", "check", "names_of", "read_layer"]

_EMAIL_ATTRIBUTE: Final = "1.2.840.113549.1.9.1"
_SMTP_UTF8_MAILBOX: Final = "1.3.6.1.5.5.7.8.9"


@dataclass(slots=True)
class Budget:
    """Comparisons left; shared by one whole path search."""

    left: int

    def spend(self, comparisons: int) -> bool:
        """Take `comparisons` off; False where they are no longer there."""
        self.left -= comparisons
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Constrained:
    """One name of a certificate that constraints apply to.

    `form`: the form of those constraints. `value`: None where it is not written as the form
    demands, or where the form is not processed. `text`: for people.
    """

    form: str
    value: Value | None
    text: str


@dataclass(frozen=True, slots=True)
class _Subtrees:
    """The subtrees of one form, as they are compared and as they stand.

    Those that cannot be applied as they stand only.
    """

    bases: list[tuple[Base, GeneralName]] = field(default_factory=list)
    malformed: list[GeneralName] = field(default_factory=list)
    unsupported: list[GeneralName] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layer:
    """The name constraints of one issuer, by form.

    `empty`: the extension has no subtree, or a list without any.
    """

    permitted: dict[str, _Subtrees]
    excluded: dict[str, _Subtrees]
    critical: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """Names that the constraints do not let pass, for one reason.

    `code`: after ``path.``. `expected`, `found`: of the first such name; `count`: of all.
    """

    code: str
    expected: str
    found: str
    count: int = 1


def read_layer(constraints: NameConstraints) -> Layer:
    """Read one issuer's constraints once, to be compared with many names."""
    lists = (constraints.permitted, constraints.excluded)
    return Layer(
        _by_form(constraints.permitted or ()),
        _by_form(constraints.excluded or ()),
        constraints.critical,
        # "MUST NOT issue certificates where name constraints is an empty sequence", and
        # each list has SIZE (1..MAX)
        () in lists or lists == (None, None),
    )


def _by_form(subtrees: tuple[GeneralSubtree, ...]) -> dict[str, _Subtrees]:
    forms: dict[str, _Subtrees] = {}
    for subtree in subtrees:
        written = subtree.base
        entry = forms.get(written.kind)
        if entry is None:
            entry = forms[written.kind] = _Subtrees()
        read = FORMS.get(written.kind)
        # "Within this profile, the minimum and maximum fields are not used"
        if read is None or subtree.minimum != 0 or subtree.maximum is not None:
            entry.unsupported.append(written)
            continue
        base = read(written)
        if base is None:
            entry.malformed.append(written)
        else:
            entry.bases.append((base, written))
    return forms


def _describe(name: GeneralName) -> str:
    if name.name is not None:
        return f"{name.kind} {show(name.name)}"
    if name.kind == "iPAddress":
        return f"iPAddress {_address_text(name.octets)}"
    return f"{name.kind} {printable(name.other or ia5(name) or name.octets)}"


def _address_text(octets: bytes) -> str:
    half = len(octets) // 2
    address = IpAddress.read(octets) or IpAddress.read(octets[:half])
    if address is None:
        return printable(octets)
    whole = len(octets) in {4, 16}  # an address; otherwise one with its mask
    return str(address) if whole else f"{address} mask {octets[half:].hex()}"


# --- the names of a certificate -------------------------------------------------------


def names_of(certificate: Certificate) -> tuple[Constrained, ...]:
    """Return every name of `certificate` that constraints apply to."""
    names = certificate.subject_alt_name
    found = list(_subject_names(certificate))
    if isinstance(names, SubjectAltName):
        for name in names.names:
            found.extend(_alternative(name))
    return tuple(found)


def _subject_names(certificate: Certificate) -> Iterator[Constrained]:
    subject = certificate.subject
    if isinstance(subject, Unreadable) or not subject.rdns:
        return
    yield Constrained("directoryName", canonical(subject), f"subject {show(subject)}")
    # NOTE: RFC 5280 applies rfc822Name constraints to the emailAddress of the subject where
    # there is no subjectAltName. We apply them always, as OpenSSL does: an application that
    # reads the attribute does not ask whether there is one.
    for attribute in (a for rdn in subject.rdns for a in rdn if a.oid == _EMAIL_ATTRIBUTE):
        text = attribute.value
        value = None if text is None else Mailbox.parse(text)
        yield Constrained("rfc822Name", value, f"emailAddress {printable(text or attribute.der)}")


def _alternative(name: GeneralName) -> Iterator[Constrained]:
    shown = _describe(name)
    read = _VALUES.get(name.kind)
    yield Constrained(name.kind, None if read is None else read(name), shown)
    # RFC 9598, 6: an SmtpUTF8Mailbox is a mailbox, though one that is not read here.
    if name.other == _SMTP_UTF8_MAILBOX:
        yield Constrained("rfc822Name", None, shown)
    # NOTE: RFC 4985, 2 leaves SRVName to constraints of its own form. But it is a host name
    # that RFC 9525 matches, so constraints on dNSName must not be passed by writing it so.
    service = service_name(name)
    if service is not None:
        srv = SrvName.parse(service)
        yield Constrained(
            "dNSName", None if srv is None else DnsPattern(srv.domain, wildcard=False), shown
        )


def _uri_host(name: GeneralName) -> Value | None:
    # "If a constraint is applied to the uniformResourceIdentifier form and a certificate
    # has a URI without an authority whose host is a name, MUST reject."
    uri = UriName.parse(ia5(name) or "")
    return uri.host if uri is not None and uri.authority else None


_VALUES: Final[dict[str, Callable[[GeneralName], Value | None]]] = {
    "dNSName": lambda name: DnsPattern.parse(ia5(name) or ""),
    "rfc822Name": lambda name: Mailbox.parse(ia5(name) or ""),
    "uniformResourceIdentifier": _uri_host,
    "iPAddress": lambda name: IpAddress.read(name.octets),
    "directoryName": lambda name: None if name.name is None else canonical(name.name),
}


# --- comparing ------------------------------------------------------------------------

_NONE: Final = _Subtrees()


def check(layer: Layer, names: tuple[Constrained, ...], budget: Budget) -> list[Breach] | None:
    """Compare `names` with one issuer's constraints; None where the budget ran out."""
    breaches: dict[str, Breach] = {}
    for name in names:
        permitted, excluded = layer.permitted.get(name.form), layer.excluded.get(name.form)
        if permitted is None and excluded is None:
            continue
        if not budget.spend(1 + len((permitted or _NONE).bases) + len((excluded or _NONE).bases)):
            return None
        for found in _judge(name, permitted, excluded or _NONE, critical=layer.critical):
            first = breaches.get(found.code)
            if first is not None:
                found = Breach(first.code, first.expected, first.found, first.count + 1)  # noqa: PLW2901 - counted
            breaches[found.code] = found
    return list(breaches.values())


def _judge(
    name: Constrained, permitted: _Subtrees | None, excluded: _Subtrees, *, critical: bool
) -> Iterator[Breach]:
    """Judge one name by the subtrees of its form, of which there are some."""
    for subtrees in (permitted or _NONE, excluded):
        # "The application MUST either process the constraint or reject the certificate":
        # of forms that are not processed at all, if the extension is critical.
        if subtrees.unsupported and (critical or name.form in FORMS):
            unsupported = _describe(subtrees.unsupported[0])
            yield Breach("name_constraint_unsupported", f"no constraint {unsupported}", name.text)
        if subtrees.malformed:
            malformed = _describe(subtrees.malformed[0])
            yield Breach(
                "name_constraint_malformed", f"a constraint other than {malformed}", name.text
            )
    if name.form not in FORMS:
        return
    value = name.value
    if value is None:
        yield Breach("name_constraint_malformed", f"a well-formed {name.form}", name.text)
        return
    # 6.1.3 (c): not within any of the excluded subtrees
    barred = next((written for base, written in excluded.bases if base.excludes(value)), None)
    if barred is not None:
        yield Breach("name_constraint_excluded", f"not within {_describe(barred)}", name.text)
    # 6.1.3 (b): within one of the permitted subtrees, where its form has any
    if permitted is not None and not any(base.permits(value) for base, _ in permitted.bases):
        allowed = ", ".join(_describe(written) for _, written in permitted.bases[:3])
        yield Breach("name_constraint_permitted", f"within {allowed}", name.text)
