"""Forged chains under three verifiers: ours, cryptography's and pyhanko-certvalidator's.

Each change of `path_changes` by itself does what its row says. A chain with several changes
is valid for a verifier exactly if each of them is. Whatever does not come out so is a
divergence that nobody has explained, and fails.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import warnings
from typing import TYPE_CHECKING, Final

import cryptography
import pytest

from mtlspolicy.derive.path import Anchor
from mtlspolicy.derive.search import search_paths
from mtlspolicy.facts.read import read_certificate
from path_changes import ALONE, OURS, PYCA, PYHANKO, TABLE, VALID_FOR, Chain
from path_support import AT

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.oracle

WHEN: Final = dt.datetime.fromtimestamp(AT, dt.UTC)


# -- the three verifiers


def ours(presented: list[bytes], anchors: list[bytes]) -> bool:
    """Whether we find a path without faults."""
    certificates = [read_certificate(der) for der in presented]
    trusted = [Anchor(read_certificate(der), "test") for der in anchors]
    candidates = search_paths(certificates, (), trusted).candidates
    return any(not candidate.faults_at(AT) for candidate in candidates)


def pyca(presented: list[bytes], anchors: list[bytes]) -> bool:
    """Whether cryptography does: any leaf, issuers under its own profile."""
    from cryptography import x509  # noqa: PLC0415 - as long as the others, which may be absent
    from cryptography.x509.verification import (  # noqa: PLC0415
        ExtensionPolicy,
        PolicyBuilder,
        Store,
        VerificationError,
    )

    try:
        certificates = [x509.load_der_x509_certificate(der) for der in presented]
        store = Store([x509.load_der_x509_certificate(der) for der in anchors])
        verifier = (
            PolicyBuilder()
            .store(store)
            .time(WHEN)
            .extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(),
                ee_policy=ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        verifier.verify(certificates[0], certificates[1:])
    except (VerificationError, ValueError):
        return False
    return True


def pyhanko(presented: list[bytes], anchors: list[bytes]) -> bool:
    """Whether pyhanko-certvalidator does, with no revocation and no weak hashes of its own."""
    x509 = pytest.importorskip("asn1crypto.x509")  # it comes with pyhanko-certvalidator
    from pyhanko_certvalidator import (  # noqa: PLC0415
        CertificateValidator,
        ValidationContext,
        errors,
    )
    from pyhanko_certvalidator.policy_decl import (  # noqa: PLC0415
        NO_REVOCATION,
        AcceptAllAlgorithms,
        CertRevTrustPolicy,
    )

    certificates = [x509.Certificate.load(der) for der in presented]
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in anchors],
        moment=WHEN,
        allow_fetching=False,
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        algorithm_usage_policy=AcceptAllAlgorithms(),
        time_tolerance=dt.timedelta(0),
    )
    validator = CertificateValidator(certificates[0], certificates[1:], context)
    try:
        asyncio.run(validator.async_validate_path())
    except (errors.PathError, errors.ValidationError, NotImplementedError, ValueError):
        return False
    return True


VERIFIERS: Final = {OURS: ours, PYCA: pyca, PYHANKO: pyhanko}

ASKED: Final = [
    name
    for name in VERIFIERS
    # Before 49 cryptography overlooked directoryName constraints, before that also wildcards
    # that may be excluded: the table is about what it does since.
    if name != PYCA or int(cryptography.__version__.partition(".")[0]) >= 49
]


# -- tests


def verdicts(changes: list[str], verifiers: Iterable[str]) -> dict[str, bool]:
    """Return what each verifier says of a chain with these changes."""
    chain = Chain()
    for _, change, make, _, _ in TABLE:
        if change in changes:
            make(chain)
    presented, anchors = chain.build()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, about serial numbers and the like
        return {name: VERIFIERS[name](presented, anchors) for name in verifiers}


def expected(changes: list[str], verifiers: Iterable[str]) -> dict[str, bool]:
    """Return what the table says they say."""
    return {name: all(name in VALID_FOR[change] for change in changes) for name in verifiers}


@pytest.fixture(scope="module", autouse=True)
def _oracle() -> None:
    pytest.importorskip("pyhanko_certvalidator", reason="the group `oracle` is not installed")


def test_the_ordinary_chain_is_valid_for_everybody() -> None:
    """Else the table would say nothing."""
    assert expected([], ASKED) == verdicts([], ASKED)


@pytest.mark.parametrize("change", [row[1] for row in TABLE])
def test_one_change(change: str) -> None:
    """Each row of the table, under all three."""
    assert expected([change], ASKED) == verdicts([change], ASKED)


def test_every_difference_has_a_reason() -> None:
    """And what is no difference has none."""
    for _, change, _, valid, reason in TABLE:
        assert bool(reason) is (len(valid) in {1, 2}), change


def _draw(source: random.Random) -> list[str]:
    """Draw some changes, no two of one group; in most draws of those that we accept."""
    rows = [row for row in TABLE if row[1] not in ALONE]
    if source.random() < 0.6:
        rows = [row for row in rows if OURS in row[3]]
    drawn: dict[str, str] = {}
    for group, change, *_ in source.sample(rows, source.randint(2, 6)):
        drawn.setdefault(group, change)
    return list(drawn.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(16))
def test_many_changes(seed: int) -> None:
    """Hundreds of chains per seed; the slow verifier is asked about every eighth."""
    source = random.Random(seed)  # noqa: S311 - chosen chains, not secrets
    valid = {True: 0, False: 0}
    for number in range(200):
        changes = _draw(source)
        verifiers = [name for name in ASKED if name != PYHANKO or number % 8 == 0]
        found = verdicts(changes, verifiers)
        assert expected(changes, verifiers) == found, changes
        valid[found[OURS]] += 1

    assert min(valid.values()) > 20
