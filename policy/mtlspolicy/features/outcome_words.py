"""The words for what looking something up came to, as people read them.

Policies name outcomes by short words; explanations and findings say what they mean. This
module knows no rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["address", "awaited", "fault", "name", "service", "tlsa"]

_PORTS: Final = {"server": "of the service", "source": "of the connection"}
_LOOKUPS: Final = {
    "fault": "answers that cannot be relied on",
    "bogus": "an answer whose DNSSEC signatures do not validate",
    "failed": "a lookup that failed",
    "unanswered": "a question without an answer",
    "expired": "an answer that has expired",
}
"""What any lookup can come to."""

_NAMES: Final = {
    **_LOOKUPS,
    "reverse_absent": "an address without a name in reverse DNS",
    "unrelated": "PTR records of another address",
    "too_many": "more names in reverse DNS than are looked at",
    "name_invalid": "a PTR record that is no host name",
    "name_onion": "a PTR record with an onion name",
    "address_invalid": "an address record that is no address",
    "address_mapped": "an address record with an IPv4-mapped address",
    "forward_absent": "a name without an address",
    "forward_mismatch": "a name that leads to other addresses",
    "not_carried": "a name that the certificate does not carry",
    "secure": "a name that signed answers confirm",
    "insecure": "a name that unsigned answers confirm",
    "indeterminate": "a name confirmed by answers of unknown DNSSEC status",
}
_RECORDS: Final = {
    "match": "a record that matches",
    "mismatch": "records of which none matches",
    "undetermined": "records that wait for the path",
    "unusable": "records of which none can be used",
    "malformed": "a malformed record",
    "too_many": "more records than are looked at",
}
_TLSA: Final = {
    **_LOOKUPS,
    **_PORTS,
    **_RECORDS,
    **{f"unsigned_{word}": f"{text}, in an unsigned zone" for word, text in _RECORDS.items()},
    "absent": "no record",
    "no_port": "a port that nobody has told",
    "no_base": "no name to look under",
}
_SERVICES: Final = {
    **_LOOKUPS,
    **_PORTS,
    "named": "a record that leads to the peer's host and port",
    "other": "records that all lead elsewhere",
    "absent": "no record",
    "no_base": "no name to look under",
}
_AWAITED: Final = {
    **_PORTS,
    "unanswered": "an answer",
    "expired": "an answer that has not expired",
    "no_port": "the port",
    "undetermined": "the path",
    "unsigned_undetermined": "the path, in an unsigned zone",
}
_FAULTS: Final = {
    "invalid": "lacks the form of evidence",
    "budget": "is one too many, or has too many records",
    "contradiction": "contradicts another",
    "future": "is from after the evaluation time",
    "alias_loop": "is an alias that leads back to itself",
    "alias_long": "belongs to a chain of aliases that is too long",
}
_ADDRESSES: Final = {
    "usable": "one of the public network",
    "special": "private, link-local, loopback or multicast",
    "zone": "one with a zone id",
    "invalid": "malformed",
}


def _shown(words: Mapping[str, str]) -> Callable[[object], str]:
    """Return the function that writes one argument: a word by its meaning, others as they are."""
    return lambda word: words.get(str(word), str(word))


name: Final = _shown(_NAMES)
"""What confirming a name by reverse DNS comes to."""
tlsa: Final = _shown(_TLSA)
"""What looking for TLSA records comes to."""
service: Final = _shown(_SERVICES)
"""What looking for service records comes to."""
awaited: Final = _shown(_AWAITED)
"""What is still missing for it."""
fault: Final = _shown(_FAULTS)
"""What is wrong with an answer."""
address: Final = _shown(_ADDRESSES)
"""What kind of address it is."""
