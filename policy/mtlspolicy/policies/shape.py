"""The shape of a policy document, checked by hand.

Refuses everything that schemas/policy.schema.json refuses about the shape (a property
test compares both); the conditions are parsed by `language.parse`. Every fault carries a
JSON pointer.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import limits
from mtlspolicy.errors import Fault
from mtlspolicy.features.parameters import INSTANT, BadArgumentError
from mtlspolicy.features.validity import WINDOW
from mtlspolicy.language.parse import escape
from mtlspolicy.patterns import pattern
from mtlspolicy.policies.model import AXES, CERTAINTIES, MODES, OBJECTS, STATUSES

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

__all__ = ["Shape"]

_ID: Final = pattern(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_SOURCE_ID: Final = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_CODE: Final = pattern(r"[a-z0-9_]+(\.[a-z0-9_]+)+\Z")
_NAME: Final = pattern(r"[a-z][a-z0-9_]{0,63}\Z")
_VERSION: Final = pattern(r"[0-9]+\.[0-9]+\.[0-9]+\Z")
_DATE: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATE_FORM: Final = "a date of the calendar, YYYY-MM-DD"

_TOP: Final = (
    "$schema",
    "id",
    "version",
    "title",
    "status",
    "newest_text_read",
    "sources",
    "proposal",
    "extends",
    "settings",
    "terms",
    "obligations",
    "rules",
    "not_judged",
)
_RULE: Final = (
    "id",
    "code",
    "title",
    "on",
    "when",
    "require",
    "mode",
    "effective",
    "if_missing",
    "citation",
    "remedy",
)
_RULE_NEEDS: Final = ("id", "code", "title", "on", "require", "mode", "citation", "remedy")
_SETTING_KEYS: Final = {
    "boolean": ("type", "title", "default"),
    "string": ("type", "title", "default"),
    "integer": ("type", "title", "default", "minimum", "maximum"),
    "choice": ("type", "title", "default", "choices"),
    "list": ("type", "title", "default", "choices"),
}


class Shape:
    """Checks one document and gathers faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, pointer: str, message: str, help_: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(pointer, message, help_))

    def check(self, document: object) -> bool:
        """Check a whole document as written, before `extends` is resolved."""
        top = self._closed(
            document, _TOP, ("id", "version", "title", "status", "sources", "rules"), ""
        )
        if top is None:
            return False
        self._text(top, "$schema", "")
        self._match(top, "id", _ID, "lower case letters, digits and dashes", "")
        self._match(top, "version", _VERSION, "three numbers with dots, such as 1.0.0", "")
        self._text(top, "title", "")
        self._word(top, "status", STATUSES, "")
        self._date(top, "newest_text_read", "")
        self._match(top, "extends", _ID, "the id of a policy", "")
        self._list(top, "sources", "", self._source)
        self._list(top, "obligations", "", self._obligation)
        self._list(top, "not_judged", "", self._not_judged)
        self._map(top, "settings", self._setting)
        self._map(top, "terms", self._term)
        self._list(top, "rules", "", self._rule)
        if isinstance(top.get("rules"), list) and len(top["rules"]) > limits.MAX_POLICY_RULES:
            self.fault("/rules", f"a policy has at most {limits.MAX_POLICY_RULES} rules")
        if "proposal" in top:
            self._proposal(top["proposal"], "/proposal")
        elif top.get("status") == "proposal" and "extends" not in top:
            self.fault(
                "/proposal", "a policy of status `proposal` says which document it implements"
            )
        if "proposal" in top and top.get("status") != "proposal":
            self.fault("/status", "a policy that names a proposal has the status `proposal`")
        self._unique(top, "rules", "id")
        self._unique(top, "sources", "id")
        self._unique(top, "obligations", "id")
        return not self.faults

    # -- parts

    def _source(self, value: object, pointer: str) -> None:
        names = ("id", "document", "version", "date", "url")
        fields = self._closed(value, names, names, pointer)
        if fields is not None:
            self._match(fields, "id", _SOURCE_ID, "letters, digits, dots and dashes", pointer)
            self._date(fields, "date", pointer)
            for name in ("document", "version", "url"):
                self._text(fields, name, pointer)

    def _proposal(self, value: object, pointer: str) -> None:
        names = ("document", "state", "expires", "baseline")
        fields = self._closed(value, names, names, pointer)
        if fields is not None:
            self._text(fields, "document", pointer)
            self._text(fields, "state", pointer)
            self._date(fields, "expires", pointer)
            self._match(fields, "baseline", _ID, "the id of a policy", pointer)

    def _obligation(self, value: object, pointer: str) -> None:
        fields = self._closed(value, ("id", "text", "citation"), ("id", "text"), pointer)
        if fields is not None:
            self._match(fields, "id", _NAME, "lower case letters, digits and underscores", pointer)
            self._text(fields, "text", pointer)
            if "citation" in fields:
                self._citation(fields["citation"], f"{pointer}/citation")

    def _not_judged(self, value: object, pointer: str) -> None:
        fields = self._closed(value, ("statement", "reason"), ("statement", "reason"), pointer)
        if fields is not None:
            self._text(fields, "statement", pointer)
            self._text(fields, "reason", pointer)

    def _citation(self, value: object, pointer: str) -> None:
        fields = self._closed(
            value,
            ("source", "section", "statement", "certainty"),
            ("source", "section", "certainty"),
            pointer,
        )
        if fields is not None:
            self._match(fields, "source", _SOURCE_ID, "the id of a source", pointer)
            self._text(fields, "section", pointer)
            self._text(fields, "statement", pointer)
            self._word(fields, "certainty", CERTAINTIES, pointer)

    def _term(self, name: str, value: object, pointer: str) -> None:
        if not _NAME.match(name):
            self.fault(pointer, "a term's name is lower case letters, digits and underscores")
        if not isinstance(value, (dict, bool)):
            self.fault(pointer, "a condition is true, false or an object with one key")

    def _setting(self, name: str, value: object, pointer: str) -> None:
        if not _NAME.match(name):
            self.fault(pointer, "a setting's name is lower case letters, digits and underscores")
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in _SETTING_KEYS:
            near = get_close_matches(str(kind), _SETTING_KEYS, n=1, cutoff=0.5)
            self.fault(
                f"{pointer}/type",
                f"the type is one of {', '.join(_SETTING_KEYS)}",
                f"did you mean `{near[0]}`?" if near else "",
            )
            return
        needs = ("type", "title", "default", *(("choices",) if kind == "choice" else ()))
        fields = self._closed(value, _SETTING_KEYS[kind], needs, pointer) or {}
        self._text(fields, "title", pointer)
        for bound in ("minimum", "maximum"):
            if bound in fields and (
                not isinstance(fields[bound], int) or isinstance(fields[bound], bool)
            ):
                self.fault(f"{pointer}/{bound}", "a whole number is expected here")
        words = fields.get("choices", ["-"])
        if (
            not isinstance(words, list)
            or not words
            or not all(isinstance(w, str) and w for w in words)
            or len(set(words)) != len(words)
        ):
            self.fault(f"{pointer}/choices", "a list of different words is expected here")

    def _rule(self, value: object, pointer: str) -> None:
        if isinstance(value, dict) and set(value) == {"id", "mode"}:
            self._match(value, "id", _ID, "the id of a rule", pointer)
            self._word(value, "mode", MODES, pointer)
            return
        fields = self._closed(value, _RULE, _RULE_NEEDS, pointer)
        if fields is None:
            return
        self._match(fields, "id", _ID, "lower case letters, digits and dashes", pointer)
        self._match(
            fields,
            "code",
            _CODE,
            "dotted lower case words, such as eku.server_auth_missing",
            pointer,
        )
        self._text(fields, "title", pointer)
        self._text(fields, "remedy", pointer)
        self._word(fields, "mode", MODES, pointer)
        self._word(fields, "if_missing", ("unknown", "not_applicable"), pointer)
        if "on" in fields:
            self._on(fields["on"], f"{pointer}/on")
        if "citation" in fields:
            self._citation(fields["citation"], f"{pointer}/citation")
        self._list(fields, "effective", pointer, self._effective)
        for name in ("when", "require"):
            if name in fields and not isinstance(fields[name], (dict, bool)):
                self.fault(
                    f"{pointer}/{name}", "a condition is true, false or an object with one key"
                )

    def _on(self, value: object, pointer: str) -> None:
        fields = self._closed(value, ("side", "of"), ("side",), pointer)
        if fields is None:
            return
        self._word(fields, "side", ("client", "server", "both", "pair"), pointer)
        self._word(fields, "of", OBJECTS, pointer)
        if (fields.get("side") == "pair") == ("of" in fields):
            self.fault(
                pointer, "a rule on one side says what it is `of`; a rule on the pair does not"
            )

    def _effective(self, value: object, pointer: str) -> None:
        fields = self._closed(value, ("axis", "from", "until"), ("axis",), pointer)
        if fields is None:
            return
        self._word(fields, "axis", AXES, pointer)
        bounds = {key: fields[key] for key in ("from", "until") if key in fields}
        sound = [self._instant(bound, f"{pointer}/{key}") for key, bound in bounds.items()]
        if all(sound):
            try:
                WINDOW.parse(bounds)
            except BadArgumentError as error:
                self.fault(pointer, str(error))

    def _instant(self, value: object, pointer: str) -> bool:
        try:
            INSTANT.parse(value)
        except BadArgumentError as error:
            self.fault(pointer, str(error))
            return False
        return True

    # -- helpers

    def _closed(
        self, value: object, known: tuple[str, ...], needs: tuple[str, ...], pointer: str
    ) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            self.fault(pointer, "an object is expected here")
            return None
        for key in value:
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.5)
                self.fault(
                    f"{pointer}/{escape(key)}",
                    f"there is no `{key}` here",
                    f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}",
                )
        for key in needs:
            if key not in value:
                self.fault(pointer, f"`{key}` is missing")
        return value

    def _text(self, fields: Mapping[str, Any], name: str, pointer: str) -> None:
        if name in fields and (not isinstance(fields[name], str) or not fields[name]):
            self.fault(f"{pointer}/{name}", "a text that is not empty is expected here")

    def _match(
        self,
        fields: Mapping[str, Any],
        name: str,
        written: re.Pattern[str],
        form: str,
        pointer: str,
    ) -> None:
        if name in fields and (
            not isinstance(fields[name], str) or not written.match(fields[name])
        ):
            self.fault(f"{pointer}/{name}", f"`{name}` is {form}")

    def _date(self, fields: Mapping[str, Any], name: str, pointer: str) -> None:
        """Check a date; the schema knows its form, and not the calendar."""
        before = len(self.faults)
        self._match(fields, name, _DATE, _DATE_FORM, pointer)
        if name in fields and len(self.faults) == before:
            try:
                date.fromisoformat(fields[name])
            except ValueError:
                self.fault(f"{pointer}/{name}", f"`{name}` is {_DATE_FORM}")

    def _word(
        self, fields: Mapping[str, Any], name: str, words: tuple[str, ...], pointer: str
    ) -> None:
        if name in fields and fields[name] not in words:
            near = get_close_matches(str(fields[name]), words, n=1, cutoff=0.5)
            self.fault(
                f"{pointer}/{name}",
                f"`{name}` is one of {', '.join(words)}",
                f"did you mean `{near[0]}`?" if near else "",
            )

    def _list(
        self,
        fields: Mapping[str, Any],
        name: str,
        pointer: str,
        check: Callable[[object, str], None],
    ) -> None:
        if name not in fields:
            return
        if not isinstance(fields[name], list):
            self.fault(f"{pointer}/{name}", "a list is expected here")
            return
        for index, item in enumerate(fields[name]):
            check(item, f"{pointer}/{name}/{index}")

    def _map(
        self, fields: Mapping[str, Any], name: str, check: Callable[[str, object, str], None]
    ) -> None:
        if name not in fields:
            return
        if not isinstance(fields[name], dict):
            self.fault(f"/{name}", "an object is expected here")
            return
        for key, item in fields[name].items():
            check(key, item, f"/{name}/{escape(key)}")

    def _unique(self, fields: Mapping[str, Any], name: str, key: str) -> None:
        """The schema cannot say this: two entries must not have the same id."""
        entries = fields.get(name)
        seen: set[object] = set()
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            word = entry.get(key) if isinstance(entry, dict) else None
            if isinstance(word, str) and word in seen:
                self.fault(f"/{name}/{index}/{key}", f"`{word}` stands twice in `{name}`")
            if isinstance(word, str):
                seen.add(word)
