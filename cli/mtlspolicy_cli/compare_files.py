"""Witnesses as files: a new folder, written whole or not at all."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from mtlspolicy.suite.model import pretty, write_suite
from mtlspolicy.suite.witnesses import case_names, witness_suite
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mtlspolicy.compare import Comparison, Witness

__all__ = ["files_of", "refuse_folder", "write"]


def refuse_folder(name: str) -> None:
    """Refuse a folder that is there already, or that cannot be made; before anything is done."""
    target = Path(name)
    if target.exists() or target.is_symlink():
        refuse(f"`{name}` exists already (--witness)", "name a folder that is not there yet")
    if not target.parent.is_dir():
        refuse(f"there is no folder `{target.parent}` (--witness)", "make it first")


def write(name: str, comparison: Comparison) -> int:
    """Write all witnesses, and return how many; first beside their place, then there at once."""
    target = Path(name)
    files = dict(_files(comparison))
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        refuse(f"cannot write `{name}`: {_reason(error)}", "check the path and its permissions")
    try:
        for place, text in files.items():
            file = draft / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        draft.chmod(0o755)
        draft.rename(target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        refuse(f"cannot write `{name}`: {_reason(error)}", "check the path and its permissions")
    return sum(one.witness is not None for _, one in case_names(comparison))


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()


def _files(comparison: Comparison) -> Iterable[tuple[str, str]]:
    yield "comparison.json", pretty(comparison.document())
    yield "vectors.json", write_suite(witness_suite(comparison))
    for name, one in case_names(comparison):
        if one.witness is not None:
            for file, text in files_of(one.witness):
                yield f"{name}/{file}", text


def files_of(witness: Witness) -> Iterable[tuple[str, str]]:
    """Yield name and content of the files of one witness."""
    yield "client.pem", _pem(witness.client)
    yield "server.pem", _pem(witness.server)
    for side in ("client", "server"):
        given: Mapping[str, Any] = witness.evidence.get(side, {})
        anchors = [base64.b64decode(one["certificate"]) for one in given.get("anchors", ())]
        if anchors:
            yield f"{side}-anchors.pem", _pem(anchors)
    yield "evidence.json", json.dumps(dict(witness.evidence), indent=1, sort_keys=True) + "\n"


def _pem(chain: Iterable[bytes]) -> str:
    lines = []
    for der in chain:
        body = wrap(base64.b64encode(der).decode("ascii"), 64)
        lines += ["-----BEGIN CERTIFICATE-----", *body, "-----END CERTIFICATE-----", ""]
    return "\n".join(lines)
