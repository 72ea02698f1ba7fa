"""OpenSSL in process: a real handshake through pyOpenSSL, in memory, at the case's time.

The stack that is asked is the one that verifies: an accepting connection for the client's
chain, a connecting one for the server's. The other end only presents, with the published
key of the leaf. What cannot be presented so, for want of a key, is SKIPPED; what OpenSSL
cannot even read is refused, as it would be on the wire.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import asked
from published_keys import Published, idle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

try:
    from OpenSSL import SSL, crypto
    from OpenSSL._util import lib, text
except ImportError as problem:
    asked.absent("pyopenssl", f"{problem} (PyPI: pyopenssl)")

NAME: Final = "pyopenssl"
CALL: Final = "a handshake in memory: Context.set_verify(VERIFY_PEER), X509Store.set_time(T)"
TURNS: Final = 12
"""Turns of both ends at most: a handshake of TLS 1.3 takes three."""
# The presenting end is to present whatever it is given, however weak.
EVERYTHING: Final = b"ALL:@SECLEVEL=0"


class Stack:
    """The stack, with the keys that presenters need."""

    def __init__(self) -> None:
        self._keys = Published()
        self._idle = idle()

    def judge(self, question: Question) -> Said:
        """Put one question."""
        try:
            # Not cryptography's reader, which takes less than OpenSSL's.
            leaf, *others = (_load(der) for der in question.chain)
            for der in question.anchors:
                _load(der)
        except crypto.Error as problem:
            return asked.reject(f"cannot be read: {_first(problem)}")
        key = self._keys.behind(question.chain[0])
        if key is None:
            return asked.skipped(NO_KEY)
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_cipher_list(EVERYTHING)
        try:
            context.use_certificate(leaf)
            for other in others:
                context.add_extra_chain_cert(other)
            context.use_privatekey(key)
        except SSL.Error as problem:
            return asked.skipped(f"cannot be presented in a handshake: {_first(problem)}")
        return self._handshake(question, context)

    def _handshake(self, question: Question, presenting: SSL.Context) -> Said:
        problems: list[str] = []
        judging = SSL.Connection(self._judging(question, problems), None)
        presenter = SSL.Connection(presenting, None)
        if question.role == "client":
            judging.set_accept_state()
            presenter.set_connect_state()
        else:
            judging.set_connect_state()
            presenter.set_accept_state()
        trouble = shake_hands(judging, presenter)
        if problems:
            return asked.reject("; ".join(dict.fromkeys(problems)))
        return asked.skipped(f"the handshake fails elsewhere: {trouble}") if trouble else ACCEPT

    def _judging(self, question: Question, problems: list[str]) -> SSL.Context:
        context = SSL.Context(SSL.TLS_METHOD)
        store = context.get_cert_store()
        assert store is not None
        for der in question.anchors:
            store.add_cert(_load(der))
        store.set_time(question.moment)
        if question.role == "client":
            certificate, key = self._idle
            context.use_certificate(_load(certificate))
            context.use_privatekey(key)

        def note(_: object, __: object, error: int, depth: int, fine: int) -> bool:
            if not fine:
                said = text(lib.X509_verify_cert_error_string(error))
                problems.append(f"{said} (error {error}, depth {depth})")
            return bool(fine)

        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, note)
        return context


ACCEPT: Final = asked.ACCEPT
NO_KEY: Final = "cannot be presented in a handshake: its key is none of the published ones"


def _load(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)


def shake_hands(judging: SSL.Connection, presenter: SSL.Connection) -> str:
    """Let both ends talk until both are done; return what went wrong, or nothing."""
    ends = [judging, presenter]
    for _ in range(TURNS):
        done = 0
        for end, other in ((judging, presenter), (presenter, judging)):
            try:
                end.do_handshake()
                done += 1
            except SSL.WantReadError:
                pass
            except SSL.Error as problem:
                return _first(problem)
            _carry(end, other)
        if done == len(ends):
            return ""
    return "it does not end"


def _carry(end: SSL.Connection, other: SSL.Connection) -> None:
    try:
        while True:
            other.bio_write(end.bio_read(65_536))
    except SSL.WantReadError:
        return


def _first(problem: Exception) -> str:
    """Return the reason at the bottom of OpenSSL's stack of errors."""
    stack = problem.args[0] if problem.args else ""
    return str(stack[0][-1]) if isinstance(stack, list) and stack else str(problem)


def _all(questions: Sequence[Question]) -> list[Said]:
    # pyOpenSSL would rather have certificates that cryptography has read.
    warnings.simplefilter("ignore", DeprecationWarning)
    stack = Stack()
    return [stack.judge(question) for question in questions]


if __name__ == "__main__":
    told = SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii").split()[1]
    asked.answer(NAME, told, CALL, _all)
