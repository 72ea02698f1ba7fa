"""Coverage-guided fuzzing of the reader, with atheris.

    python tests/fuzz/fuzz_reader.py -max_total_time=600 [FOLDER WITH CERTIFICATES]

The property is that of tests/property/test_reader_laws.py: any octets give facts, and the
short way agrees with the reader that explains or gives nothing. Atheris is no dependency of
the project; install it where this runs.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["mtlspolicy.der", "mtlspolicy.facts"]):
    from mtlspolicy.errors import InputError
    from mtlspolicy.facts import split_certificates
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.facts.explain import explain_certificate
    from mtlspolicy.facts.hot import read_ordinary


def one_input(octets: bytes) -> None:
    """Read one input in every way there is."""
    explained = explain_certificate(octets)
    ordinary = read_ordinary(octets)
    if ordinary is not None:
        for name in Certificate.FIELDS:
            if getattr(ordinary, name) != getattr(explained, name):
                raise AssertionError(name)
    with suppress(InputError):
        split_certificates(octets)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
