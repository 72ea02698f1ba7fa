"""How long one cold reading takes, in units of one P-256 signature check.

This script knows how to measure; it asserts nothing. The leaves are distinct (serial, names,
key identifier, timestamps, validity), the memos of recurring parts are warm, as in a
server that meets new peers of known issuers. Run it pinned to one processor:

    taskset -c 0 python tests/benches/bench_reader.py
"""

from __future__ import annotations

import statistics
from time import perf_counter_ns
from typing import TYPE_CHECKING

from cryptography import x509

from mtlspolicy.facts import read_certificate
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget, read_ordinary
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import Sct
from mtlspolicy.forge.pair import ordinary_server_chain

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVES = 300
ROUNDS = 41


def leaves() -> tuple[list[bytes], bytes]:
    """Return distinct public leaves of about 1,150 octets, and their issuer."""
    chain = ordinary_server_chain()
    issuer = chain.build().presented[1]
    built = []
    for number in range(LEAVES):
        leaf = chain.copy()
        draft = leaf.leaf
        draft.not_before += 60 * number
        hosts = (f"{label}.host-{number}.example.com" for label in ("www", "api", "mail", "m"))
        draft.set_names(*(("dns", host) for host in hosts))
        draft.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)
        draft.set_extension("subjectKeyIdentifier", b"\x04\x14" + number.to_bytes(20, "big"))
        logged = (draft.not_before + 3600) * 1000
        stamps = extensions.signed_certificate_timestamps(
            Sct("log one", logged), Sct("log two", logged + 250)
        )
        draft.set_extension("signedCertificateTimestamps", stamps)
        built.append(leaf.build().presented[0])
    return built, issuer


def timed(work: Callable[[], object], count: int) -> float:
    """Return the microseconds of one of `count` things that `work` does."""
    begin = perf_counter_ns()
    work()
    return (perf_counter_ns() - begin) / count / 1000


def main() -> None:  # noqa: C901 - a script that measures
    """Measure, interleaved, and print medians and ratios."""
    ders, issuer_der = leaves()
    leaf = x509.load_der_x509_certificate(ders[0])
    issuer = x509.load_der_x509_certificate(issuer_der)
    if any(read_ordinary(der) is None for der in ders):
        raise SystemExit("a leaf of the benchmark is not ordinary")  # noqa: EM101, TRY003

    def names() -> None:
        for der in ders:
            read_certificate(der).subject_alt_name  # noqa: B018 - an attribute that is built when read

    def cold() -> None:
        for der in ders:
            forget()
            read_certificate(der)
        names()  # so that what comes next finds the memos warm again

    def verify() -> None:
        for _ in range(20):
            leaf.verify_directly_issued_by(issuer)

    works: dict[str, tuple[Callable[[], object], int]] = {
        "V: verify_directly_issued_by": (
            verify,
            20,
        ),
        "load_der_x509_certificate": (
            lambda: [x509.load_der_x509_certificate(der) for der in ders],
            LEAVES,
        ),
        "read_certificate": (lambda: [read_certificate(der) for der in ders], LEAVES),
        "read_certificate, names read": (names, LEAVES),
        "read_certificate, memos empty": (cold, LEAVES),
        "explain_certificate": (lambda: [explain_certificate(der) for der in ders], LEAVES),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (work, count) in works.items():
            times[name].append(timed(work, count))
    unit = statistics.median(times["V: verify_directly_issued_by"])
    print(f"{len(ders)} leaves of {len(ders[0])} octets")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:32} {median:9.2f} us  {median / unit:7.4f} V")


if __name__ == "__main__":
    main()
