"""The policies of a command line: ids of built-in ones, or files; and the leave for proposals."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mtlspolicy.errors import DocumentError, ProposalNotEnabledError
from mtlspolicy.loader import builtin_ids, load_policy, load_policy_document
from mtlspolicy_cli.refuse import nearest, refuse

if TYPE_CHECKING:
    from mtlspolicy import Policy
    from mtlspolicy_cli.inputs import Inputs

__all__ = [
    "has_leave",
    "load_policies",
    "load_to_read",
    "parse_settings",
    "refuse_idle",
    "settings_for",
]


def load_policies(words: Sequence[str], enabled: Sequence[str], inputs: Inputs) -> list[Policy]:
    """Load every policy, or raise before anything is evaluated.

    `enabled` are the documents that the user has named; one that no policy needs is refused,
    so that no leave is left lying about.
    """
    policies: list[Policy] = []
    for word in words:
        policy = _load(word, "--policy", inputs, enabled)
        if any(policy.sha256 == other.sha256 for other in policies):
            refuse(f"the policy `{word}` is given twice (--policy)", "name each policy once")
        policies.append(policy)
    refuse_idle(policies, enabled)
    return policies


def refuse_idle(
    policies: Iterable[Policy], enabled: Sequence[str], *, which: str = "given"
) -> None:
    """Refuse the leave for a proposal that none of the policies needs."""
    needed = {policy.proposal.document for policy in policies if policy.proposal is not None}
    for document in enabled:
        if document not in needed:
            advice = f"write what is needed: {', '.join(sorted(needed))}" if needed else ""
            message = f"no {which} policy needs the proposal `{document}` (--enable-proposal)"
            refuse(message, advice or "leave --enable-proposal out")


def has_leave(policy: Policy, enabled: Sequence[str]) -> bool:
    """Say whether a policy may be decided by: a proposal only where its document is named."""
    return policy.proposal is None or policy.proposal.document in enabled


def load_to_read(word: str, inputs: Inputs) -> Policy:
    """Load a policy in order to read it, not to decide by it: proposals need no leave."""
    return _load(word, "ID_OR_FILE", inputs, None)


def _load(word: str, flag: str, inputs: Inputs, enabled: Sequence[str] | None) -> Policy:
    if not _is_file(word):
        return _allowed(lambda leave: load_policy(word, enable_proposal=leave), enabled)
    text = inputs.read(word, flag)
    name = f"the policy file `{word}`"
    try:
        return _allowed(
            lambda leave: load_policy_document(text, name=name, enable_proposal=leave), enabled
        )
    except DocumentError as error:
        from mtlspolicy_cli.documents import located  # noqa: PLC0415 - only when wrong

        advice = f"`mtlspolicy policy validate {word}` lists every fault"
        raise located(error, text, name, advice=advice, written=_written(text)) from None


def _written(text: bytes) -> Mapping[str, str]:
    """Map places of the resolved document, of which the loader speaks, to those of the text."""
    from mtlspolicy import canonical  # noqa: PLC0415 - only when wrong
    from mtlspolicy_cli.validation import written_places  # noqa: PLC0415

    try:
        return written_places(canonical.loads(text, "the document"))
    except DocumentError:
        return {}


def _is_file(word: str) -> bool:
    """Say whether ID_OR_FILE names a file: a built-in id never does, ``./id`` always."""
    if word in builtin_ids():
        return False
    return word == "-" or os.sep in word or word.endswith(".json")


def _allowed(load: Callable[[str | None], Policy], enabled: Sequence[str] | None) -> Policy:
    """Load a policy; a proposal only with leave, which whoever only reads has (None)."""
    try:
        return load(None)
    except ProposalNotEnabledError as refusal:
        if enabled is not None and refusal.document not in enabled:
            raise
        return load(refusal.document)


# -- settings


def parse_settings(given: Sequence[str]) -> dict[str, Any]:
    """Read ``NAME=VALUE`` flags; a value is JSON, or else a text."""
    from mtlspolicy import canonical  # noqa: PLC0415 - only where a setting is given

    settings: dict[str, Any] = {}
    for word in given:
        name, equals, text = word.partition("=")
        if not equals or not name:
            advice = "write --set NAME=VALUE, such as --set forbid_client_auth=true"
            refuse(f"`{word}` is no setting (--set)", advice)
        try:
            value = canonical.loads(text, "the value")
        except DocumentError:
            value = text
        if name in settings and settings[name] != value:
            message = f"the setting `{name}` is given twice, and differently (--set)"
            refuse(message, "give each setting once")
        settings[name] = value
    return settings


def settings_for(
    policy: Policy, settings: Mapping[str, Any], policies: Sequence[Policy]
) -> dict[str, Any]:
    """Return the settings that a policy has; refuse one that no policy has, and a wrong value."""
    known = sorted({name for one in policies for name in one.settings})
    for name in settings:
        if name not in known:
            others = f"settings: {', '.join(known)}" if known else "no given policy has settings"
            refuse(f"no given policy has a setting `{name}`", nearest(name, known, others))
    mine = {name: value for name, value in settings.items() if name in policy.settings}
    for name, value in mine.items():
        if problem := policy.setting_problem(name, value):
            refuse(problem, f"it is for: {policy.settings[name].title}")
    if not mine:
        return mine  # the defaults were tried as arguments when the policy was read
    from mtlspolicy.engine.compile import compile_policy  # noqa: PLC0415 - with the engine
    from mtlspolicy.features.parameters import BadArgumentError  # noqa: PLC0415

    try:
        compile_policy(policy, mine)
    except BadArgumentError as error:
        advice = f"`mtlspolicy policy explain {policy.id}` lists its settings"
        refuse(f"policy `{policy.id}` cannot work with these settings: {error}", advice)
    return mine
