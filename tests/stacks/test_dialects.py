"""The dialects between servers, held to OpenSSL by the purposes that their software asks for.

Prosody itself is asked in test_prosody.py. Postfix and the patched web servers let OpenSSL
verify and change the purpose alone, so `openssl verify -purpose` is what they do: for the
Postfix rule the purpose is chosen as tls_server.c chooses it.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest

from mtlspolicy import Pair, evaluate, load_policy
from mtlspolicy.evidence.document import read_context
from support.stack_pool import AT, Chain, Shape, chains

if TYPE_CHECKING:
    from collections.abc import Callable

CHAINS: Final = 320
PURPOSES: Final = ("sslclient", "sslserver", "any")


def pem(der: bytes) -> str:
    text = base64.encodebytes(der).decode("ascii")
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"


@cache
def pool() -> tuple[Chain, ...]:
    return tuple(chains(CHAINS))


@cache
def verified(purpose: str) -> frozenset[int]:
    """Return the numbers of the chains that OpenSSL takes for a purpose: one call for all."""
    program = shutil.which("openssl")
    if program is None and not os.environ.get("CI"):
        pytest.skip("there is no program `openssl`")
    assert program is not None
    with TemporaryDirectory() as name:
        folder = Path(name)
        anchors = dict.fromkeys(chain.anchor for chain in pool())
        issuers = dict.fromkeys(der for chain in pool() for der in chain.presented[1:])
        (folder / "anchors").write_text("".join(map(pem, anchors)))
        (folder / "issuers").write_text("".join(map(pem, issuers)))
        for number, chain in enumerate(pool()):
            (folder / f"leaf-{number}").write_text(pem(chain.presented[0]))
        done = subprocess.run(
            [
                *(program, "verify", "-purpose", purpose, "-attime", "1777593600"),
                *("-no-CApath", "-no-CAstore", "-CAfile", "anchors", "-untrusted", "issuers"),
                *(f"leaf-{number}" for number in range(CHAINS)),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    return frozenset(map(int, re.findall(r"^leaf-(\d+): OK$", done.stdout, re.MULTILINE)))


def postfix(shape: Shape) -> str:
    """Return the purpose that Postfix asks OpenSSL for (tls_trust_server_ccerts = yes)."""
    listed = shape.purposes or ()
    return "sslserver" if "serverAuth" in listed and "clientAuth" not in listed else "sslclient"


RULES: Final[dict[str, Callable[[int, Shape], bool]]] = {
    "s2s-server-purpose": lambda number, _: number in verified("sslserver"),
    "s2s-postfix": lambda number, shape: number in verified(postfix(shape)),
    "s2s-either-purpose": lambda number, _: number in verified("sslclient") | verified("sslserver"),
    "s2s-purpose-ignored": lambda number, _: number in verified("any"),
}


def accepts(name: str, chain: Chain) -> bool:
    """Return whether a server takes the chain of a connecting peer."""
    plain = pool()[0]
    anchors = {
        side: {"anchors": [{"certificate": base64.b64encode(one.anchor).decode("ascii")}]}
        for side, one in (("client", chain), ("server", plain))
    }
    document = {"schema_version": 1, "at": AT, **anchors}
    pair = Pair(client=chain.presented, server=plain.presented)
    return bool(evaluate(pair, load_policy(name), read_context(document)))


@pytest.mark.oracle
@pytest.mark.parametrize("name", RULES)
def test_a_dialect_is_what_openssl_does_with_its_purpose(name: str) -> None:
    taken = [RULES[name](number, chain.shape) for number, chain in enumerate(pool())]

    assert [] == [
        (chain.words(), f"OpenSSL: {said}")
        for chain, said in zip(pool(), taken, strict=True)
        if accepts(name, chain) != said
    ]
    assert CHAINS // 8 < sum(taken)
    assert sum(taken) < CHAINS


@pytest.mark.oracle
def test_no_dialect_but_either_contains_the_strict_rule() -> None:
    """The facts that an architect should know before choosing one of them."""
    strict, server = verified("sslclient"), verified("sslserver")
    chosen = {n for n, chain in enumerate(pool()) if n in verified(postfix(chain.shape))}

    assert strict - server, "a certificate for clientAuth alone is refused as a server's"
    assert strict <= chosen, "Postfix takes what it took before"
    assert strict | server > chosen, "and not every server: both purposes under a server's issuer"
    assert strict | server < verified("any")
