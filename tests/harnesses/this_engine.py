"""The harness contract, kept by this engine: a vectors file in, answers out.

What a harness for another implementation has to do, in the fewest lines:

    python tests/harnesses/this_engine.py < vectors/purpose-client.json > answers.json
    mtlspolicy vectors run vectors/purpose-client.json --answers answers.json
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from mtlspolicy import Pair, PolicyError, __version__, evaluate, load_policy
from mtlspolicy.evidence.document import read_context


def decide(case: dict[str, Any], policy: str, expected: dict[str, Any]) -> dict[str, str]:
    """Answer one expectation, of which only the settings and the proposal are looked at."""
    try:
        loaded = load_policy(policy, enable_proposal=expected.get("enable_proposal"))
    except PolicyError as error:
        return {"actual": "SKIPPED", "reason": error.message}
    context = read_context(case["evidence"])
    settings = {**context.settings, **expected.get("settings", {})}
    client, server = (
        [base64.b64decode(der) for der in case["pair"][side]] for side in ("client", "server")
    )
    decision = evaluate(Pair(client, server), loaded, context.with_settings(settings))
    return {"actual": decision.decision}


def main() -> None:
    """Answer everything that is on standard input."""
    answers = [
        {"id": case["id"], "policy": policy, **decide(case, policy, expected)}
        for case in json.load(sys.stdin)["cases"]
        for policy, expected in case["expected"].items()
    ]
    harness = {"name": "mtlspolicy", "version": __version__}
    json.dump({"schema_version": 1, "harness": harness, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()
