"""Input files: read once, bounded, with one clear message where that fails.

This module knows files, standard input and what a file of certificates is. It does not know
what the certificates are for.
"""

from __future__ import annotations

import sys
from typing import Final

from mtlspolicy.errors import InputError, NoCertificateError
from mtlspolicy.facts.pem import split_certificates
from mtlspolicy.limits import MAX_FILE_BYTES, MAX_FILE_CERTIFICATES
from mtlspolicy.records import dataclass, field
from mtlspolicy_cli import output
from mtlspolicy_cli.refuse import refuse

__all__ = ["NO_CHAIN", "Inputs"]

NO_CHAIN: Final = "none"
"""Written in place of a file: no certificate is presented. A file of that name is ./none."""

_STDIN: Final = "-"


@dataclass(slots=True)
class Inputs:
    """The input files of one command line; standard input is read at most once."""

    _stdin: str = field(default="", init=False)

    def read(self, name: str, flag: str) -> bytes:
        """Return the bytes of a file; `flag` says on whose behalf, for messages."""
        where = f"{_called(name)} ({flag})"
        try:
            data = self._read_stdin(flag) if name == _STDIN else _read_file(name)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            advice = "check the path and its permissions"
            refuse(f"cannot read {where}: {reason[:1].lower()}{reason[1:]}", advice)
        except ValueError as error:  # a NUL in the name
            refuse(f"cannot read {where}: {error}", "check the path")
        if len(data) > MAX_FILE_BYTES:
            size = MAX_FILE_BYTES // 1024 // 1024
            refuse(f"{where} is larger than {size} MiB", "give what was presented, and no more")
        return data

    def _read_stdin(self, flag: str) -> bytes:
        if self._stdin:
            message = f"standard input is named twice: by {self._stdin} and by {flag}"
            refuse(message, "`-` can stand for one input only; save the other one in a file")
        self._stdin = flag
        if sys.stdin is None:
            refuse(f"standard input ({flag}) is closed", "give a file, or something to read")
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)

    def certificates(self, name: str, flag: str) -> tuple[bytes, ...]:
        """Return the certificate candidates of a file, PEM or DER; say what was skipped."""
        data = self.read(name, flag)
        try:
            found = split_certificates(data)
        except NoCertificateError as error:
            message = f"no certificate in {_called(name)} ({flag})"
            raise NoCertificateError(message, help=error.help) from None
        except InputError as error:
            many = f"more than {MAX_FILE_CERTIFICATES} certificates"
            refuse(f"{_called(name)} ({flag}) holds {many}", error.help)
        for warning in found.warnings:
            output.warn(f"{_called(name)} ({flag}): {warning}")
        return found.certificates

    def chain(self, names: list[str], flag: str) -> tuple[bytes, ...]:
        """Return one side's presented chain: the files in order, or none."""
        if names == [NO_CHAIN]:
            return ()
        if NO_CHAIN in names:
            advice = f"a file that is called {NO_CHAIN} is written ./{NO_CHAIN}"
            refuse(f"{flag} is given both `{NO_CHAIN}` and a file", advice)
        return tuple(der for name in names for der in self.certificates(name, flag))


def _called(name: str) -> str:
    return "standard input" if name == _STDIN else f"`{name}`"


def _read_file(name: str) -> bytes:
    with open(name, "rb") as file:  # noqa: PTH123 - a path would do no more here
        return file.read(MAX_FILE_BYTES + 1)
