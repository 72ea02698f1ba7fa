"""The cases, one module for each namespace (`encoding` writes two)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import Namespace

__all__ = ["MODULES", "namespaces"]

MODULES: Final = (
    "relationship",
    "purpose",
    "shapes",
    "evidence",
    "validity",
    "path_reasons",
    "revocation",
    "encoding",
    "hostile",
    "departures",
    "profile_keys",
    "profile_names",
    "profile_extensions",
    "profile_issuers",
    "profile_identifiers",
    "programmes",
    "systems",
    "dialects",
    "stacks",
    "paths",
    "names",
    "crowds",
    "anchors",
    "draft_frank",
    "draft_frank_dns",
    "draft_frank_tlsa",
    "draft_frank_questions",
    "draft_frank_several",
)
"""The modules in the order in which their files are listed."""


def namespaces() -> tuple[Namespace, ...]:
    """Import every module and return the namespaces, in order."""
    found: list[Namespace] = []
    for name in MODULES:
        module = import_module(f"mtlspolicy.suite.cases.{name}")
        found.extend(module.NAMESPACES)
    return tuple(found)
