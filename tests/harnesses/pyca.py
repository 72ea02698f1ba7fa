"""pyca/cryptography: `x509.verification`, with its policies as they come.

The verifier of servers wants a name: it is given one that the leaf has, because names are
not what is asked.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import cryptography
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import verification

import asked

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
            builder.build_server_verifier(_name(leaf)).verify(leaf, others)
    except REFUSALS as error:
        # What follows only names the certificate.
        return asked.reject(str(error).partition(" (encountered processing <")[0])
    return asked.ACCEPT


def _name(leaf: x509.Certificate) -> x509.DNSName | x509.IPAddress:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (*REFUSALS, x509.ExtensionNotFound, x509.UnsupportedGeneralNameType):
        return NO_NAME
    for kind in (x509.DNSName, x509.IPAddress):
        for value in extension.value.get_values_for_type(kind):
            wanted = value.replace("*", "a") if isinstance(value, str) else value
            try:
                return kind(wanted)  # type: ignore[arg-type] # each kind takes its own values
            except (TypeError, ValueError):
                continue
    return NO_NAME


def _all(questions: Sequence[Question]) -> list[Said]:
    warnings.simplefilter("ignore")
    return [judge(question) for question in questions]


if __name__ == "__main__":
    asked.answer(NAME, cryptography.__version__, CALL, _all)
