"""Whether a subject's common name reads as a host: what tells a device from a person.

Draft-frank, 3.3-1b, asks for "an FQDN or IP address in CN or SAN"; what is an FQDN there is
its question Q-8. The alternative names have a feature of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.derive.forms import DnsPattern, IpAddress
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.words import COMMON_NAME
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["HostSubjectFeature"]


def _is_host(value: Truth) -> Truth:
    return value


class HostSubjectFeature(Feature[bool | None]):
    """Whether a common name is an IP address, or a host name of several labels."""

    name: ClassVar[str] = "host_subject"
    title: ClassVar[str] = "common name of a host"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "common_name.host",
            (),
            _is_host,
            "a common name reads as a host name or an IP address",
            "no common name reads as a host name or an IP address",
            "A host name has several labels of letters (of any script), digits and hyphens, or is "
            "`localhost`; a wildcard is one too. It may stand in a URI or before a port, and an "
            "address in brackets. False where there is no common name.",
        ),
    )

    def read(self, subject: CertificateSubject) -> bool | None:
        """Read every common name."""
        name = subject.certificate.subject
        if isinstance(name, Unreadable):
            return None
        values = [a.value for rdn in name.rdns for a in rdn if a.oid == COMMON_NAME]
        return any(value is not None and _reads_as_host(value) for value in values)

    def points(self, calls: Sequence[Call]) -> Iterator[bool | None]:  # noqa: ARG002 - no constants
        """A person, a host, and a subject that cannot be read."""
        yield from (False, True, None)

    def realise(self, value: bool | None, place: Place) -> None:  # noqa: FBT001 - a value of three
        """Write a subject with a common name of a person or of a host."""
        from mtlspolicy.der import writer  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge.names import name  # noqa: PLC0415

        draft = place.certificate
        draft.subject_node = None
        if value is None:
            # An OBJECT IDENTIFIER without octets where the attributes should stand.
            draft.subject_node = writer.sequence(writer.set_of(writer.primitive(0x06, b"")))
        else:
            draft.subject = name(("CN", "host.example.com" if value else "Jane Example"))

    def show(self, value: bool | None) -> object:  # noqa: FBT001 - a value of three
        """Itself."""
        return value

    def describe(self, value: bool | None) -> str:  # noqa: FBT001 - a value of three
        """In words."""
        return {True: "CN of a host", False: "no CN of a host", None: "subject unreadable"}[value]


_SCHEME: Final = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BRACKETS: Final = pattern(r"\[([^\[\]]*)\](?::[0-9]+)?")
_PORT: Final = pattern(r"([^:]*):[0-9]+")
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
"""The other dots that IDNA takes for one (RFC 3490, 3.1)."""


def _reads_as_host(text: str) -> bool:
    """Whether a text is a host or an address, as it is, in brackets, with a port, or in a URI."""
    host = _bare(text.strip()).removesuffix(".")
    if IpAddress.parse(host) is not None or host.lower() == "localhost":
        return True
    found = DnsPattern.parse(host)
    if found is not None:
        return len(found.base.labels) > 1
    return _is_international(host)


def _bare(text: str) -> str:
    """Return what stands for the host, without scheme, path, brackets and port."""
    scheme = _SCHEME.match(text)
    if scheme is not None:
        text = text[scheme.end() :].partition("/")[0].partition("?")[0].rpartition("@")[2]
    for form in (_BRACKETS, _PORT):
        whole = form.fullmatch(text)
        if whole is not None:
            return whole[1]
    return text


def _is_international(host: str) -> bool:
    """Whether a text is a host name with U-labels (RFC 5890, 2.3.2.1): letters and digits."""
    labels = host.translate(_DOTS).removeprefix("*.").removesuffix(".").split(".")
    whole = all(label.replace("-", "").isalnum() for label in labels)
    return not host.isascii() and whole and len(labels) > 1
