"""How fast a decision is, in units of V: one P-256 `verify_directly_issued_by`.

All rows are measured in turn within one run, so that the ratios hold when the machine's
speed drifts. Nothing is asserted. Run it alone on the machine:

    make bench
    make bench ARGS=--brief       fewer rounds, as CI prints them
    make bench ARGS=--all-pairs   every class of every pair of built-in policies too: minutes
"""

# ruff: noqa: ANN401, TC003 - a script that measures

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from cryptography import x509

from mtlspolicy import Context, Pair, evaluate, load_policy, load_policy_document, loader
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import Sct
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_client_leaf, ordinary_pair
from mtlspolicy.suite.shelf import shipped

sys.path.insert(0, str(Path(__file__).parents[1]))
from benches import bench_compare, naive, paths

PAIRS = 200
BRIEF = "--brief" in sys.argv
ROUNDS = 7 if BRIEF else 21
SUITE_ROUNDS = 1 if BRIEF else 5
STARTS = 3 if BRIEF else 7
TRIVIAL = """
import typer
from cryptography import x509
app = typer.Typer()
@app.command()
def main(word: str) -> None:
    typer.echo(word)
app()
"""
VOUCHED = Context(at=ORDINARY_AT, asserted=("path", "name", "issuers"))
_SERVER_PURPOSES = ["codeSigning", "emailProtection", "timeStamping", "OCSPSigning"]


def pairs() -> tuple[list[Pair], x509.Certificate, x509.Certificate]:
    """Return distinct pairs of public server and private client leafs; one leaf, its issuer."""
    found = []
    for number in range(PAIRS):
        draft = ordinary_pair()
        server = draft.server.leaf
        server.not_before += 60 * number
        server.set_names(
            *(
                ("dns", f"{label}.host-{number}.example.com")
                for label in ("www", "api", "mail", "m")
            )
        )
        server.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)
        server.set_extension(
            "subjectKeyIdentifier", extensions.subject_key_identifier(number.to_bytes(20, "big"))
        )
        logged = (server.not_before + 3600) * 1000
        stamps = extensions.signed_certificate_timestamps(
            Sct("log one", logged), Sct("log two", logged + 250)
        )
        server.set_extension("signedCertificateTimestamps", stamps)
        client = draft.client.leaf = server.copy()
        client.subject = ordinary_client_leaf().subject
        client.set_purposes("serverAuth", "clientAuth")
        client.set_names(
            *(
                ("dns", f"{label}.peer-{number}.example.net")
                for label in ("www", "api", "mail", "m")
            )
        )
        built = draft.build()
        found.append(Pair(client=built.client.presented[:1], server=built.server.presented[:1]))
    chain = built.server.presented
    return found, x509.load_der_x509_certificate(chain[0]), x509.load_der_x509_certificate(chain[1])


def rules(count: int) -> list[dict[str, Any]]:
    """Return `count` rules over a handful of questions, as a user's policy would have them."""
    conditions: list[Any] = [
        {"eku.present": True},
        {"not": {"eku.includes_any": _SERVER_PURPOSES}},
        {"any": [{"not": {"key_usage.present": True}}, {"key_usage.includes": "digitalSignature"}]},
        {"validity.current": True},
        {"any": [{"eku.includes": "serverAuth"}, {"eku.includes": "clientAuth"}]},
        {"all": [{"eku.includes": "serverAuth"}, {"not": {"key_usage.includes": "keyCertSign"}}]},
    ]
    made = []
    for number in range(count):
        require = conditions[number % len(conditions)]
        if number % 3 == 0:
            require = {"any": [require, {"not": {"validity.days_at_most": 30 + number}}]}
        made.append(
            {
                "id": f"rule-{number}",
                "code": f"bench.rule_{number}",
                "title": "a rule of the bench",
                "on": {"side": "both", "of": "leaf"},
                "when": {"eku.present": True},
                "require": require,
                "mode": "enforce",
                "citation": {"source": "bench", "section": "1", "certainty": "primary"},
                "remedy": "none",
            }
        )
    return made


def policy_of(count: int) -> Any:
    """Return a policy of `count` rules."""
    source = {
        "id": "bench",
        "document": "bench",
        "version": "1",
        "date": "2026-01-01",
        "url": "https://example.com/",
    }
    document = {
        "id": f"bench-{count}",
        "version": "1.0.0",
        "title": "bench",
        "status": "practice",
        "sources": [source],
        "rules": rules(count),
    }
    return load_policy_document(json.dumps(document))


def decide(found: list[Pair], policy: Any, *, context: Context = VOUCHED) -> Callable[[], None]:
    """Return the work of one decision per pair, with the reason that a caller would log."""

    def work() -> None:
        for pair in found:
            decision = evaluate(pair, policy, context)
            if not decision and not decision.reasons:
                raise AssertionError

    return work


def cold(policy: Any, found: list[Pair] | None = None) -> Callable[[], None]:
    """Return what is done before a cold round: no certificate is known, the policy is.

    What recurs is known too (issuers, lists of extensions, kinds of leafs), as in a server that
    has run for a while. `found` becomes fresh bytes, whose hashes nobody has computed yet.
    """

    def forget() -> None:
        if found is not None:
            found[:] = [
                Pair(*([bytes(bytearray(der)) for der in chain] for chain in (p.client, p.server)))
                for p in found
            ]
        read.forget_certificates()
        for compiled in policy.compiled.values():
            compiled.forget_certificates()

    return forget


def nothing() -> None:
    """Keep everything that is remembered."""


def measure(
    rows: dict[str, tuple[Callable[[], None], Callable[[], None], int]],
) -> dict[str, list[float]]:
    """Time every row once per round, in turn; microseconds per single thing done."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for turn in range(ROUNDS + 1):
        for name, (before, work, count) in rows.items():
            before()
            begin = perf_counter_ns()
            work()
            if turn:
                times[name].append((perf_counter_ns() - begin) / count / 1000)
    return times


def report(times: dict[str, list[float]], unit: str) -> None:
    """Print the median of the ratios to the unit, round by round."""
    print(
        f"V = {statistics.median(times[unit]):.0f} us here; {ROUNDS} rounds of {PAIRS} pairs; "
        "medians of ratios to V"
    )
    for name, taken in times.items():
        ratios = [one / v for one, v in zip(taken, times[unit], strict=True)]
        print(
            f"  {name:<52} {statistics.median(ratios):8.3f} V"
            f"   ({min(ratios):.3f} to {max(ratios):.3f})"
        )


def ratio(times: dict[str, list[float]], one: str, other: str, title: str) -> None:
    """Print the median of the ratios of two rows."""
    found = statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))
    print(f"  {title:<52} {found:8.2f} x")


def all_policies() -> list[Any]:
    """Return every built-in policy, a proposal by the name of its own document."""
    found = []
    for policy_id in loader.builtin_ids():
        proposal = loader.proposal_of(policy_id)
        named = None if proposal is None else proposal["document"]
        found.append(load_policy(policy_id, enable_proposal=named))
    return found


def whole_suite(verify: Callable[[], None]) -> None:
    """Print how fast every pair of the suite is decided under every policy.

    Evidence is read beforehand; no certificate and no side is known when a round begins.
    """
    policies = all_policies()
    asked = [
        (Pair(client=list(case.client), server=list(case.server)), read_context(case.evidence))
        for suite in shipped()
        for case in suite.cases
    ]
    ratios, rates = [], []
    for turn in range(SUITE_ROUNDS + 1):
        for policy in policies:
            cold(policy)()
        begin = perf_counter_ns()
        verify()
        middle = perf_counter_ns()
        # The first turn only fills what recurs: lists of extensions, issuers, conditions.
        for pair, context in asked if turn else asked[::10]:
            for policy in policies:
                evaluate(pair, policy, context)
        taken = (perf_counter_ns() - middle) / (len(asked) * len(policies))
        if turn:
            ratios.append(taken / ((middle - begin) / PAIRS))
            rates.append(1e9 / taken)
    print(f"the whole suite, {len(asked)} pairs under {len(policies)} policies")
    print(
        f"  {'one decision':<52} {statistics.median(ratios):8.3f} V"
        f"   ({min(ratios):.3f} to {max(ratios):.3f})"
    )
    print(f"  {'decisions per second and core':<52} {statistics.median(rates):8.0f}")


def processes() -> None:
    """Print how much a command takes as a process, against a trivial application.

    Processor time, which other work on the machine disturbs least.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "trivial.py").write_text(TRIVIAL, encoding="utf-8")
        built = ordinary_pair().build()
        for side, chain in (("client", built.client), ("server", built.server)):
            (place / f"{side}.der").write_bytes(chain.presented[0])
        command = [sys.executable, "-m", "mtlspolicy_cli"]
        given = [
            "--client",
            str(place / "client.der"),
            "--server",
            str(place / "server.der"),
            "--at",
            "2026-05-01T00:00:00Z",
            "--asserted",
            "path,name,issuers",
        ]
        commands = {
            "trivial": [sys.executable, str(place / "trivial.py"), "word"],
            "evaluate": [*command, "evaluate", *given, "--policy", "cabf-strict"],
            "inspect": [*command, "inspect", str(place / "server.der")],
            "explain": [*command, "policy", "explain", "cabf-strict"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        # Without bytecode on disk every start would compile the package anew.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        for turn in range(STARTS + 1):
            for name, line in commands.items():
                begin = _spent_by_children()
                subprocess.run(line, check=False, capture_output=True, env=environment)
                if turn:
                    times[name].append(_spent_by_children() - begin)
        print(
            "processes, against a trivial typer application that imports cryptography.x509 "
            f"({statistics.median(times['trivial']):.0f} ms of processor time here)"
        )
        for name in ("evaluate", "inspect", "explain"):
            ratio(times, name, "trivial", f"{name} as a process")


def _spent_by_children() -> float:
    """Return the processor time of all processes started and ended so far, in milliseconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> None:
    """Measure and print."""
    found, leaf, issuer = pairs()
    strict, legacy = load_policy("cabf-strict"), load_policy("legacy-dual-use")
    few, many = policy_of(25), policy_of(400)
    facts = [
        tuple(
            naive.facts_of(read.read_certificate(chain[0])) for chain in (pair.client, pair.server)
        )
        for pair in found
    ]

    def verify() -> None:
        for _ in range(PAIRS):
            leaf.verify_directly_issued_by(issuer)

    def interpret(document: list[dict[str, Any]]) -> Callable[[], None]:
        def work() -> None:
            for client, server in facts:
                naive.judge(document, client, server, ORDINARY_AT)

        return work

    rows: dict[str, tuple[Callable[[], None], Callable[[], None], int]] = {
        "V": (nothing, verify, PAIRS),
        "legacy-dual-use, two leafs, cold": (cold(legacy, found), decide(found, legacy), PAIRS),
        "cabf-strict, two leafs, cold": (cold(strict, found), decide(found, strict), PAIRS),
        "legacy-dual-use, facts cached": (nothing, decide(found, legacy), PAIRS),
        "cabf-strict, facts cached": (nothing, decide(found, strict), PAIRS),
        "25 rules, facts cached": (nothing, decide(found, few), PAIRS),
        "400 rules, facts cached": (nothing, decide(found, many), PAIRS),
        "25 rules, two leafs, cold": (cold(few, found), decide(found, few), PAIRS),
        "400 rules, two leafs, cold": (cold(many, found), decide(found, many), PAIRS),
        "25 rules, naive interpreter on ready facts": (nothing, interpret(rules(25)), PAIRS),
        "400 rules, naive interpreter on ready facts": (nothing, interpret(rules(400)), PAIRS),
    }
    rows |= paths.rows(legacy, PAIRS)
    times = measure(rows)
    report(times, "V")
    for what in ("issuers known", "four signatures"):
        alone, decided = f"path, {what}: search alone", f"path, {what}: decision"
        ratio(times, decided, alone, f"decision against path processing, {what}")
    other = "path, pyhanko-certvalidator"
    if other in times:
        for what in ("four signatures", "issuers known"):
            ours = f"path, {what}: decision"
            ratio(times, other, ours, f"pyhanko-certvalidator against ours, {what}")
    ratio(
        times,
        "400 rules, facts cached",
        "25 rules, facts cached",
        "400 rules against 25, facts cached",
    )
    ratio(
        times,
        "400 rules, two leafs, cold",
        "25 rules, two leafs, cold",
        "400 rules against 25, cold",
    )
    ratio(
        times,
        "25 rules, naive interpreter on ready facts",
        "25 rules, facts cached",
        "naive interpreter against ours, 25 rules",
    )
    ratio(
        times,
        "400 rules, naive interpreter on ready facts",
        "400 rules, facts cached",
        "naive interpreter against ours, 400 rules",
    )
    whole_suite(verify)
    bench_compare.report(verify, PAIRS, brief=BRIEF, whole="--all-pairs" in sys.argv)
    processes()


if __name__ == "__main__":
    main()
