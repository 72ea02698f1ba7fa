"""Make the certificate files of the demo, the same bytes on every machine.

    python tests/tools/build_demo.py            write vectors/demo/
    python tests/tools/build_demo.py --check    only compare; exit 1 where a file differs

The story is that of many operators since public CAs stopped putting clientAuth into TLS
certificates: a bot dials a web server, and its certificate is renewed. Keys are the forge's
published test keys; nobody may trust them.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ChainDraft, ordinary_client_chain, ordinary_server_chain

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft

DEMO = Path(__file__).parents[2] / "vectors" / "demo"
BOT = "bot.example.com"
SHOP = "shop.example.com"


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the certificate files of the demo.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    stale = [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    for path in stale:
        if check:
            print(f"{path} is not what build_demo.py makes", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files()[path], "utf-8", newline="\n")
            print(f"wrote {path}")
    return 1 if check and stale else 0


def files() -> dict[Path, str]:
    """Every file of the demo with its text."""
    shop = _public(SHOP, "p256-0", "serverAuth")
    found = {
        "shop.pem": pem(shop),
        "bot-dual.pem": pem(_public(BOT, "p256-1", "serverAuth", "clientAuth")),
        "bot-renewed.pem": pem(_public(BOT, "p256-1", "serverAuth")),
        "bot-private.pem": pem(_private()),
        "bot-broken.pem": pem(_broken()),
        "public-root.pem": _armoured(shop.build().anchor),
        "private-root.pem": _armoured(_private().build().anchor),
        "evidence.json": json.dumps(_evidence(), indent=2) + "\n",
    }
    return {DEMO / file: text for file, text in found.items()}


def _public(host: str, key: str, *purposes: str) -> ChainDraft:
    """A chain of the public hierarchy: the issuing CA may do what the leaf may do."""
    chain = ordinary_server_chain(*purposes)
    _rename(chain.leaf, host)
    chain.leaf.key = key
    chain.leaf.set_purposes(*purposes)
    return chain


def _private() -> ChainDraft:
    """A chain of the company's own CA, for clients only."""
    chain = ordinary_client_chain()
    chain.leaf.subject = name(("O", "Example Private"), ("CN", BOT))
    _rename(chain.leaf, BOT)
    return chain


def _broken() -> ChainDraft:
    """The private chain, whose leaf says ``cA FALSE`` aloud: in DER a default is left out."""
    chain = _private()
    chain.leaf.set_extension("basicConstraints", bytes.fromhex("3003010100"))
    return chain


def _rename(leaf: CertificateDraft, host: str) -> None:
    leaf.set_extension("subjectAltName", extensions.subject_alt_name(("dns", host)))


def _evidence() -> dict[str, Any]:
    return {
        "schema_version": 1,
        "at": "2026-05-01T00:00:00Z",
        "client": {"name": {"type": "dns", "value": BOT}},
        "server": {"name": {"type": "dns", "value": SHOP}},
    }


def pem(chain: ChainDraft) -> str:
    """The presented chain as PEM."""
    return "".join(_armoured(der) for der in chain.build().presented)


def _armoured(der: bytes) -> str:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


if __name__ == "__main__":
    sys.exit(main())
