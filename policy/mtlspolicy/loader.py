"""Loading policies: by id from the catalogue of built-in ones, or from a document.

This is the shell's side of policies: it may read data files, and it may raise. A proposal
is refused here unless its document is named, so that holding a `Policy` is the permission.
"""

from __future__ import annotations

import copyreg
import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical, resources
from mtlspolicy.codes import Code, read_codes
from mtlspolicy.errors import DocumentError, Fault, PolicyError, ProposalNotEnabledError
from mtlspolicy.policies.build import build, refusal
from mtlspolicy.policies.model import Policy
from mtlspolicy.policies.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "authorities",
    "builtin_ids",
    "codes",
    "load_policy",
    "load_policy_document",
    "proposal_of",
    "resolved_document",
]


_CODE_FILES: Final = (
    "engine", "encoding", "path", "name", "revocation", "policy", "programme", "connection",
)  # fmt: skip
"""The files of the catalogue of codes, in the order in which they are listed."""


@cache
def codes() -> Mapping[str, Code]:
    """Return the catalogue of reason codes, in its documented order."""
    return read_codes(
        (name, json.loads(resources.read(f"catalogue/codes/{name}.json"))) for name in _CODE_FILES
    )


@cache
def authorities() -> Mapping[str, Any]:
    """Return what is known of public CAs' own dates for clientAuth."""
    found: dict[str, Any] = json.loads(resources.read("catalogue/ca-timelines.json"))
    return found


@cache
def builtin_ids() -> tuple[str, ...]:
    """Return the ids of the built-in policies, in alphabetical order."""
    names = (entry.name for entry in (resources.folder("catalogue") / "policies").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@cache
def _builtin(policy_id: str) -> Mapping[str, Any]:
    if policy_id not in builtin_ids():
        from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

        near = get_close_matches(policy_id, builtin_ids(), n=1, cutoff=0.4)
        message = f"there is no built-in policy `{policy_id}`"
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise PolicyError(
            message, faults=(Fault("", message),), help=f"{hint}`mtlspolicy policy list` shows all"
        )
    # Not read strictly, as documents of users are: a test has read every one of these so.
    document: Mapping[str, Any] = json.loads(resources.read(f"catalogue/policies/{policy_id}.json"))
    return document


def _extended(policy_id: str) -> Mapping[str, Any]:
    """Return a policy that another one extends."""
    try:
        return _builtin(policy_id)
    except PolicyError as error:
        fault = Fault("/extends", error.message, error.help)
        raise PolicyError(error.message, faults=(fault,), help=error.help) from None


def _checked(document: object) -> Mapping[str, Any]:
    from mtlspolicy.policies.shape import Shape  # noqa: PLC0415 - built-in policies need none

    shape = Shape()
    if not shape.check(document):
        name = document.get("id", "?") if isinstance(document, dict) else "?"
        raise refusal(str(name), shape.faults)
    assert isinstance(document, dict)  # noqa: S101 - what Shape has just checked
    return document


def load_policy(policy_id: str, *, enable_proposal: str | None = None) -> Policy:
    """Return the built-in policy `policy_id`.

    `enable_proposal` is the name and version of the document that a proposal implements.
    Raises PolicyError for an unknown id, ProposalNotEnabledError for a proposal whose
    document is not named exactly.
    """
    return _load(_builtin(policy_id), enable_proposal, builtin=True)


def load_policy_document(
    text: str | bytes, *, name: str = "the policy", enable_proposal: str | None = None
) -> Policy:
    """Return the policy of a JSON document, which may extend built-in ones.

    Raises PolicyError with every fault found, ProposalNotEnabledError as `load_policy`.
    """
    try:
        parsed = canonical.loads(text, name)
    except DocumentError as error:
        raise PolicyError(error.message, faults=error.faults, help=error.help) from None
    document = _checked(parsed)
    if document["id"] in builtin_ids():
        message = f"the id `{document['id']}` is that of a built-in policy"
        raise PolicyError(
            message, faults=(Fault("/id", message),), help="give your policy an id of its own"
        )
    return _load(document, enable_proposal, builtin=False)


def resolved_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checked document with what it extends put in."""
    return resolve(document, _extended)


def proposal_of(policy_id: str) -> Mapping[str, str] | None:
    """Return what the built-in policy says of the proposal that it is, without loading it."""
    found: Mapping[str, str] | None = resolved_document(_builtin(policy_id)).get("proposal")
    return found


def _baseline(policy_id: str) -> Policy:
    """Return the policy by which a proposal is measured: built-in, and no proposal itself."""
    try:
        return load_policy(policy_id)
    except (PolicyError, ProposalNotEnabledError):
        message = f"`{policy_id}` is no baseline: it must be a built-in policy, and no proposal"
        raise PolicyError(message, faults=(Fault("/proposal/baseline", message),)) from None


_loaded: dict[str, Policy] = {}
"""Built-in policies by id: each is built once per process."""


def _load(document: Mapping[str, Any], enable_proposal: str | None, *, builtin: bool) -> Policy:
    policy_id = str(document["id"])
    resolved = resolve(document, _extended)
    proposal = resolved.get("proposal")
    if proposal is not None and enable_proposal != proposal["document"]:
        raise ProposalNotEnabledError(policy_id, proposal["document"], proposal["state"])
    if builtin and policy_id in _loaded:
        return _loaded[policy_id]
    baseline = None if proposal is None else _baseline(proposal["baseline"])
    policy = build(resolved, baseline, codes(), authorities)
    if builtin:
        _loaded[policy_id] = policy
    return policy


def _pickled(policy: Policy) -> tuple[Callable[..., Policy], tuple[object, ...]]:
    """Say how another process loads the policy: as it was loaded here, proposals by their name.

    Conditions are made of functions, which do not travel; the document does.
    """
    builtin = _loaded.get(policy.id) is policy
    document = policy.id if builtin else dict(policy.document)
    proposal = None if policy.proposal is None else policy.proposal.document
    return _loaded_again, (document, proposal, policy.sha256)


def _loaded_again(
    document: str | Mapping[str, Any], enable_proposal: str | None, sha256: str
) -> Policy:
    """Return a policy that was pickled; raise PolicyError where it is another one here."""
    if isinstance(document, str):
        policy = load_policy(document, enable_proposal=enable_proposal)
    else:
        policy = _load(_checked(document), enable_proposal, builtin=False)
    if policy.sha256 != sha256:
        message = f"the policy `{policy.id}` is another one in this version of mtlspolicy"
        raise PolicyError(message, help="load it by its id or its document in each process")
    return policy


# Loading stands above policies, so the class cannot name these functions itself.
copyreg.pickle(Policy, _pickled)
