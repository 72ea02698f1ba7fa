"""A policy as the engine knows it: resolved, typed, immutable.

Holding a `Policy` is the permission to use it: a proposal is refused at loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy import canonical
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mtlspolicy.codes import Code
    from mtlspolicy.features.validity import Window
    from mtlspolicy.language.tree import Node
    from mtlspolicy.policies.settings import Setting

__all__ = [
    "AXES",
    "MODES",
    "OBJECTS",
    "STATUSES",
    "Citation",
    "EffectiveWindow",
    "Obligation",
    "Policy",
    "Proposal",
    "Rule",
    "Source",
]

STATUSES = ("standard", "industry", "practice", "stack", "proposal")
MODES = ("enforce", "warn", "off")
OBJECTS = ("leaf", "issuer", "link", "anchor", "path")
AXES = ("not_before", "evaluation_time", "anchor_added", "ccadb_disclosure")
CERTAINTIES = ("primary", "measured", "secondary", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a policy implements, with the version and date of the text."""

    id: str
    document: str
    version: str
    date: str
    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the source, its section, the statement's id, how sure it is."""

    document: str
    section: str
    statement: str | None
    certainty: str

    def __str__(self) -> str:
        """Write the citation for people."""
        statement = f" ({self.statement})" if self.statement else ""
        doubt = "" if self.certainty in ("primary", "measured") else f" [{self.certainty}]"
        return f"{self.document}, {self.section}{statement}{doubt}"


@dataclass(frozen=True, slots=True)
class EffectiveWindow:
    """When a rule applies: [from, until) on one axis."""

    axis: str
    window: Window


@dataclass(frozen=True, slots=True)
class Proposal:
    """The document of a proposal, what became of it, and the policy it is measured by."""

    document: str
    state: str
    expires: str
    baseline: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """What an accepting caller must still do."""

    id: str
    text: str
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement.

    `side`: client, server, both or pair. `of`: leaf, issuer, link, anchor, path (None for
    the pair). It fails where its windows hold, `when` holds and `require` does not.
    """

    id: str
    code: str
    title: str
    side: str
    of: str | None
    when: Node
    require: Node
    mode: str
    effective: tuple[EffectiveWindow, ...]
    if_missing: str
    citation: Citation
    remedy: str
    rank: int


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A resolved policy; `document` is the resolved JSON.

    `proposal` is not None where the policy is, or extends, a proposal; then `baseline`
    is the policy under which its accepts are called decisive or not. `newest_text_read`
    is the date of the newest text that its authors have read.
    """

    id: str
    version: str
    title: str
    status: str
    newest_text_read: str
    sources: tuple[Source, ...]
    settings: Mapping[str, Setting]
    obligations: tuple[Obligation, ...]
    rules: tuple[Rule, ...]
    proposal: Proposal | None
    baseline: Policy | None
    document: Mapping[str, Any] = field(repr=False)
    codes: Mapping[str, Code] = field(repr=False)
    """the catalogue of reason codes, which findings and alerts are written from"""
    authorities: Callable[[], Mapping[str, Any]] = field(default=dict, repr=False)
    """what public CAs say of clientAuth (catalogue/ca-timelines.json), read when asked for"""
    compiled: dict[Any, Any] = field(default_factory=dict, repr=False)
    """the engine's own memo of this policy under some settings; bounded by the engine"""
    _sha256: list[str] = field(default_factory=list, init=False, repr=False)

    def __copy__(self) -> Policy:
        """Return the policy itself, which nothing changes."""
        return self

    def __deepcopy__(self, memo: object) -> Policy:
        """Return the policy itself, which nothing changes."""
        return self

    @property
    def sha256(self) -> str:
        """The hash of the document in its canonical form, in hexadecimal digits."""
        if not self._sha256:
            import hashlib  # noqa: PLC0415 - it takes three milliseconds to load

            written = canonical.dumps(dict(self.document))
            self._sha256.append(hashlib.sha256(written.encode("utf-8")).hexdigest())
        return self._sha256[0]

    def setting_problem(self, name: str, value: object) -> str:
        """Say what is wrong with a setting given from outside; empty if it is fine."""
        setting = self.settings.get(name)
        if setting is None:
            return f"policy `{self.id}` has no setting `{name}`"
        problem = setting.problem(value)
        return f"the setting `{name}` cannot be `{value}`: {problem}" if problem else ""
