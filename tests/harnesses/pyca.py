"""pyca/cryptography: `x509.verification`, with its policies as they come.

The verifier of servers wants a name: it is given one that the leaf has, because names are
not what is asked.
"""

from __future__ import annotations

import ipaddress
import warnings
from typing import TYPE_CHECKING, Final

import cryptography
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import verification

import asked
from mtlspolicy.facts.certificate import SubjectAltName
from mtlspolicy.facts.read import read_certificate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

NAME: Final = "pyca"
CALL: Final = "PolicyBuilder().store(A).time(T).build_client_verifier()|build_server_verifier(name)"
REFUSALS: Final = (
    verification.VerificationError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    UnsupportedAlgorithm,
    ValueError,
)
NO_NAME: Final = x509.DNSName("a.name.is.not.what.is.asked.example")


def judge(question: Question) -> Said:
    """Put one question."""
    try:
        leaf, *others = (x509.load_der_x509_certificate(der) for der in question.chain)
        anchors = [x509.load_der_x509_certificate(der) for der in question.anchors]
        store = verification.Store(anchors)
        builder = verification.PolicyBuilder().store(store).time(question.moment)
        if question.role == "client":
            builder.build_client_verifier().verify(leaf, others)
        else:
            builder.build_server_verifier(_name(question.chain[0])).verify(leaf, others)
    except REFUSALS as error:
        # What follows only names the certificate.
        return asked.reject(str(error).partition(" (encountered processing <")[0])
    return asked.ACCEPT


def _name(leaf: bytes) -> x509.DNSName | x509.IPAddress:
    """Return a name of the leaf, read by this engine: the library reads names or nothing."""
    names = read_certificate(leaf).subject_alt_name
    for one in names.names if isinstance(names, SubjectAltName) else ():
        try:
            if one.kind == "dNSName":
                return x509.DNSName(one.text.replace("*", "a"))
            if one.kind == "iPAddress":
                return x509.IPAddress(ipaddress.ip_address(one.octets))
        except (TypeError, ValueError):
            continue
    return NO_NAME


def _all(questions: Sequence[Question]) -> list[Said]:
    warnings.simplefilter("ignore")
    return [judge(question) for question in questions]


if __name__ == "__main__":
    asked.answer(NAME, cryptography.__version__, CALL, _all)
