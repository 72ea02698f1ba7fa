"""What may be raised, and nothing else.

The engine never raises; loading does. The tree::

    MtlsPolicyError                 never raised itself
    |- InputError                   a file or value that is not what it claims to be
    |  |- NoCertificateError        no certificate candidate in a file
    |  `- ConflictError             a flag and a document give one item differently
    |- DocumentError                a policy, evidence or vector document is invalid
    |  |- PolicyError               a policy document
    |  |- EvidenceError             an evidence document
    |  `- SuiteError                a vector document
    |- HarnessError                the harness of another implementation broke
    `- ProposalNotEnabledError      the policy is a proposal and its name was not given

Messages follow one guide: lower case, no final period, user input in backticks,
no line breaks; what to do next goes into ``help``.
"""

from __future__ import annotations

__all__ = [
    "ConflictError",
    "DocumentError",
    "EvidenceError",
    "Fault",
    "HarnessError",
    "InputError",
    "MtlsPolicyError",
    "NoCertificateError",
    "PolicyError",
    "ProposalNotEnabledError",
    "SuiteError",
]

from mtlspolicy.records import dataclass


class MtlsPolicyError(Exception):
    """The root; never raised itself. `help` says what the reader can do about it."""

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - the field's name in every report
        super().__init__(message)
        self.message = message
        self.help = help


class InputError(MtlsPolicyError):
    """A file or a value that is not what it claims to be."""


class NoCertificateError(InputError):
    """A file without any certificate candidate: no CERTIFICATE block, and not DER."""


class ConflictError(InputError):
    """A flag and the evidence document give the same item differently."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document: where (a JSON pointer, RFC 6901) and what is wrong."""

    pointer: str
    message: str
    help: str = ""


class DocumentError(MtlsPolicyError):
    """A document that its schema, or its meaning, refuses; `faults` lists every fault found."""

    def __init__(self, message: str, *, faults: tuple[Fault, ...] = (), help: str = "") -> None:  # noqa: A002
        super().__init__(message, help=help)
        self.faults = faults


class PolicyError(DocumentError):
    """A policy document that cannot be loaded."""


class EvidenceError(DocumentError):
    """An evidence document that cannot be read."""


class SuiteError(DocumentError):
    """A vector document that cannot be read."""


class HarnessError(MtlsPolicyError):
    """The harness of another implementation broke: whatever it said is not an answer.

    `harness` is its name.
    """

    def __init__(self, harness: str, what: str) -> None:
        super().__init__(
            f"harness trouble: `{harness}` {what}",
            help="no verdict follows from it; docs/harness.md says what a harness has to do",
        )
        self.harness = harness


class ProposalNotEnabledError(MtlsPolicyError):
    """The policy is, or extends, a proposal whose name was not given.

    `document` is the name and version that would enable it, `state` what became of it.
    """

    def __init__(self, policy: str, document: str, state: str) -> None:
        super().__init__(
            f"policy `{policy}` is a proposal: it implements `{document}` ({state})",
            help=f"to use it all the same, name the document: --enable-proposal {document}",
        )
        self.policy = policy
        self.document = document
        self.state = state

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        """Let another process tell of it too: what is pickled is what it was made of."""
        return type(self), (self.policy, self.document, self.state)
