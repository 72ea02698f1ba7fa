"""Small hierarchies for the tests of path processing: who is signed by whom, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.path import Anchor, CandidatePath, PathOptions, PathSearch
from mtlspolicy.derive.search import search_paths
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.names import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.extensions import GeneralNameSpec

AT: Final = 1_777_593_600
"""2026-05-01T00:00:00Z, when everything made here is valid."""


def authority(cn: str, key: str, *, length: int | None = None) -> CertificateDraft:
    """Return the draft of a CA with the extensions that a CA has."""
    draft = CertificateDraft(subject=name(("CN", cn)), key=key)
    value = extensions.basic_constraints(ca=True, path_length=length)
    draft.set_extension("basicConstraints", value, critical=True)
    draft.set_key_usage("keyCertSign", "cRLSign")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def entity(*names: GeneralNameSpec, key: str = "p256-0", cn: str = "leaf") -> CertificateDraft:
    """Return the draft of a leaf for these names."""
    draft = CertificateDraft(subject=name(("CN", cn)), key=key)
    draft.set_names(*(names or (("dns", "leaf.example.com"),)))
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def issue(draft: CertificateDraft, by: CertificateDraft | None = None) -> Certificate:
    """Return the certificate of `draft`, signed by the CA `by`, or by itself."""
    above = draft if by is None else by
    return read_certificate(draft.build(above.key, above.subject_tree()))


def chain(*drafts: CertificateDraft) -> tuple[list[Certificate], Anchor]:
    """Return what `drafts` (leaf first, root last) make: the presented chain and the anchor."""
    above = [*drafts[1:], drafts[-1]]
    built = [issue(draft, by) for draft, by in zip(drafts, above, strict=True)]
    return built[:-1], Anchor(built[-1], "test")


def search(
    presented: Sequence[Certificate],
    *anchors: Anchor,
    known: Sequence[Certificate] = (),
    options: PathOptions | None = None,
) -> PathSearch:
    """Search, with the options as they are by default unless given."""
    return search_paths(presented, known, anchors, options=options or PathOptions())


def judged(*drafts: CertificateDraft, options: PathOptions | None = None) -> CandidatePath:
    """Return the one candidate of the chain that `drafts` make."""
    presented, anchor = chain(*drafts)
    (candidate,) = search(presented, anchor, options=options).candidates
    return candidate


def faults(*drafts: CertificateDraft, options: PathOptions | None = None) -> list[tuple[str, int]]:
    """Return code and position of every fault, without ``path.``, of the one candidate."""
    candidate = judged(*drafts, options=options)
    return [(f.code.removeprefix("path."), f.position) for f in candidate.faults]


def constrain(
    draft: CertificateDraft,
    permitted: Sequence[GeneralNameSpec] | None = None,
    excluded: Sequence[GeneralNameSpec] | None = None,
    *,
    critical: bool = True,
) -> CertificateDraft:
    """Give a CA name constraints."""
    value = extensions.name_constraints(permitted, excluded)
    draft.set_extension("nameConstraints", value, critical=critical)
    return draft
