"""The page "What your TLS library lets through", made from the recorded matrix.

Every figure, list and cell comes from vectors/matrix.json; only the questions are written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy import resources
from mtlspolicy.facts.codes import REJECTED
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.suite.answers import ROLES, SKIPPED, Answer
from mtlspolicy.suite.cases.purpose import SHAPES
from mtlspolicy.suite.cases.shapes import FURTHER
from mtlspolicy.suite.matrix import RECORD, read_record
from mtlspolicy.suite.shelf import shipped
from mtlspolicy.suite.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.suite.matrix import Column
    from mtlspolicy.suite.model import Case

PLACE: Final = "docs/what-your-tls-library-lets-through.md"
NAMESPACE: Final = "shapes"
MARKS: Final = {"accept": "✔", "reject": "✘", SKIPPED: "?"}

INTRODUCTION: Final = """\
# What your TLS library lets through

Two libraries that are given the same certificate, in the same role, at the same time, under the
same anchor, need not agree whether it is good for that role. RFC 5280 leaves some of it open (what
an absent purpose means; whether `anyExtendedKeyUsage` is one; what an issuer's purposes mean for
those below), and libraries have read the rest differently. As long as public CAs put both purposes
into every certificate, nobody saw it. They no longer do.

So each library was asked. One chain (a private root, an issuing CA, a leaf) is presented in both
roles; one thing is odd in it, and nothing else. Below is what they said, in their own words.
"""

GROUPS: Final = (
    ("The leaf's extended key usage", ("leaf-",)),
    ("The issuer's extended key usage", ("issuer-",)),
    ("The anchor's extended key usage", ("anchor-",)),
    ("The leaf's key usage", ("both-", "rsa-")),
    ("Netscape's certificate type instead of an extended key usage", ("netscape-",)),
    ("And besides", ("leaf-authority", "leaf-nameless", "issuer-no-")),
)
"""Headings, and how the names of their shapes begin; the longest beginning decides."""

LESSONS: Final = (
    ("a leaf without any extended key usage as a client", "leaf-absent", "client"),
    (
        "a leaf for `serverAuth` alone as a client: what a public CA gives a server today",
        "leaf-server",
        "client",
    ),
    (
        "a leaf for both purposes as a client, though its issuer is for `serverAuth` alone",
        "issuer-server-leaf-both",
        "client",
    ),
    ("`anyExtendedKeyUsage` on the leaf as a purpose (as a client)", "leaf-any", "client"),
    (
        "`anyExtendedKeyUsage` on the issuer as leave for its leafs (as a client)",
        "issuer-any-leaf-both",
        "client",
    ),
    ("an *empty* list of purposes as any purpose (as a client)", "leaf-empty", "client"),
    (
        "a leaf under an issuer for e-mail alone as a server",
        "issuer-email-leaf-both",
        "server",
    ),
    (
        "a leaf for both purposes as a client under an *anchor* for `serverAuth` alone",
        "anchor-server-leaf-both",
        "client",
    ),
    ("a critical extended key usage (as a client)", "leaf-both-critical", "client"),
    (
        "an EC key for `keyEncipherment` alone as a client: it could sign no handshake",
        "both-encipherment-only",
        "client",
    ),
    ("a CA's certificate as a client's", "leaf-authority", "client"),
    (
        "Netscape's Server Gated Crypto, a purpose of the 1990s, as `serverAuth`",
        "leaf-gated-netscape",
        "server",
    ),
)
"""What one would like to know of one's library: a question, the shape and role that answer it."""

BEYOND: Final = (
    ("validity::last-second", "client"),
    ("validity::second-before", "client"),
    ("validity::issuer-not-yet-valid-client", "client"),
    ("paths::anchor-expired", "server"),
    ("path-reasons::explicit-policy-missing", "client"),
    ("path-reasons::names-without-a-rule", "client"),
    ("paths::uri-not-permitted", "server"),
    ("paths::form-unsupported", "server"),
    ("path-reasons::issuer-extension-twice", "client"),
    ("departures::uri-control-character", "client"),
    ("departures::path-length-alone-and-negative", "client"),
    ("departures::rsa-modulus-negative", "client"),
)
"""Cases of the other files in which libraries differ, and a reader may care."""


CONSOLE: Final = """\
```console
$ mtlspolicy vectors matrix                            # the record, differences first
$ mtlspolicy vectors matrix --live --id 'shapes::*'    # your own versions, now
$ mtlspolicy vectors run --against openssl             # a library against its policy
```"""


class Page:
    """The page in the making: the record, the cases, and the footnotes so far."""

    def __init__(self) -> None:
        suites = shipped()
        self._cases = {case.id: case for suite in suites for case in suite.cases}
        record = read_record(resources.read(f"vectors/{RECORD}"))
        self._record = record.current(self._cases.values())
        self._columns = [one for one in self._record.columns if one.name in STACKS]
        self._notes: dict[tuple[str, str], int] = {}

    def text(self) -> str:
        """Return the page."""
        rows = [line for heading, _ in GROUPS for line in self._group(heading)]
        return "\n".join(
            [
                INTRODUCTION,
                *self._stacks(),
                *self._lessons(),
                *self._table_head(),
                *rows,
                *self._footnotes(),
                *self._beyond(),
                *self._bytes(),
                *self._how(),
                "",
            ]
        )

    # -- who was asked

    def _stacks(self) -> Iterator[str]:
        yield "## Who was asked"
        yield ""
        yield "| library | version | on | what is called | its policy here |"
        yield "|---|---|---|---|---|"
        for one in self._columns:
            known = STACKS[one.name]
            call = one.call.replace("|", "\\|")
            yield (
                f"| {known.title} | {one.version} | {one.day} | `{call}` "
                f"| [`{known.policy}`](policies/{known.policy}.md) |"
            )
        yield ""
        yield (
            "A version says what *it* does: another may do otherwise, and the same library called "
            "otherwise does.\nGnuTLS looks at purposes only if the caller names one; Go's "
            "`KeyUsages` can be `Any`; OpenSSL's purpose can be set.\nHere each was asked for the "
            "purpose of the role. pyOpenSSL and Node stand for the OpenSSL that they bring along."
        )
        yield ""

    # -- what to take from it

    def _lessons(self) -> Iterator[str]:
        shapes = [case_id for case_id in self._cases if case_id.startswith(f"{NAMESPACE}::")]
        yield "## In short"
        yield ""
        for role in ROLES:
            apart = sum(len(self._verdicts(case_id, role)) > 1 for case_id in shapes)
            yield (
                f"- As a {role}'s certificate, {apart} of {len(shapes)} shapes are taken by some "
                "and refused by others."
            )
        yield ""
        yield "| who takes ... | yes | no |"
        yield "|---|---|---|"
        for question, shape, role in LESSONS:
            told = self._divided(f"{NAMESPACE}::{shape}", role)
            yield f"| {question} | {told['accept']} | {told['reject']} |"
        yield ""

    def _divided(self, case_id: str, role: str) -> dict[str, str]:
        return {verdict: self._who(case_id, role, verdict) for verdict in ("accept", "reject")}

    def _who(self, case_id: str, role: str, verdict: str) -> str:
        said = [one.name for one in self._columns if _said(one, case_id, role).actual == verdict]
        if len(said) == len(self._columns):
            return "**everybody**"
        return ", ".join(STACKS[name].title for name in said) or "**nobody**"

    def _verdicts(self, case_id: str, role: str) -> set[str]:
        found = {_said(one, case_id, role).actual for one in self._columns}
        return found - {SKIPPED}

    # -- the table

    def _table_head(self) -> Iterator[str]:
        yield "## Shape by shape"
        yield ""
        yield (
            "Each cell: as a client / as a server; ✔ taken, ✘ refused, with the library's words "
            "below. **≠** marks a\nshape on which they differ. The certificates are in "
            "[`vectors/shapes.json`](../vectors/shapes.json)."
        )
        yield ""

    def _group(self, heading: str) -> Iterator[str]:
        shapes: dict[str, str] = {name: shape.text for name, shape in SHAPES.items()}
        shapes |= {name: further.text for name, further in FURTHER.items()}
        yield f"### {heading}"
        yield ""
        yield f"| the leaf has | | {' | '.join(one.name for one in self._columns)} |"
        yield f"|---|---|{'---|' * len(self._columns)}"
        for name, text in shapes.items():
            if _heading(name) == heading:
                yield self._row(f"{NAMESPACE}::{name}", text)
        yield ""

    def _row(self, case_id: str, text: str) -> str:
        apart = any(len(self._verdicts(case_id, role)) > 1 for role in ROLES)
        cells = " | ".join(self._cell(one, case_id) for one in self._columns)
        return f"| {text} | {'**≠**' if apart else ''} | {cells} |"

    def _cell(self, one: Column, case_id: str) -> str:
        return " / ".join(self._mark(one.name, _said(one, case_id, role)) for role in ROLES)

    def _mark(self, stack: str, answer: Answer) -> str:
        if not answer.reason:
            return MARKS[answer.actual]
        note = self._notes.setdefault((stack, answer.reason), len(self._notes) + 1)
        return f"{MARKS[answer.actual]}<sup>{note}</sup>"

    def _footnotes(self) -> Iterator[str]:
        yield "In their own words:"
        yield ""
        for (stack, words), number in self._notes.items():
            yield f"{number}. {STACKS[stack].title}: {_quoted(words)}"
        yield ""

    # -- beyond purposes

    def _beyond(self) -> Iterator[str]:
        yield "## Beyond purposes"
        yield ""
        yield "A few of the other cases in which the same libraries part, with the clause."
        yield ""
        yield "| case | what it is | taken by | refused by |"
        yield "|---|---|---|---|"
        for case_id, role in (one for one in BEYOND if one[0] in self._record.digests):
            told = self._divided(case_id, role)
            text = self._cases[case_id].description
            yield f"| `{case_id}` | {text} | {told['accept']} | {told['reject']} |"
        yield ""

    def _bytes(self) -> Iterator[str]:
        """Count what is no DER and taken all the same."""
        questions = [
            (case.id, role)
            for case in self._cases.values()
            for role in ROLES
            if case.id in self._record.digests and _is_no_der(case, role)
        ]
        yield "## Bytes that are no DER"
        yield ""
        yield (
            f"RFC 5280, 4.1, demands DER. {len(questions)} chains of the suite are something else, "
            "by one octet or by many. No policy\nhere takes any of them, because two readers may "
            "read two things. Libraries do:"
        )
        yield ""
        yield "| library | taken | refused | not asked |"
        yield "|---|---:|---:|---:|"
        for one in self._columns:
            said = [_said(one, *question).actual for question in questions]
            counts = " | ".join(str(said.count(verdict)) for verdict in MARKS)
            yield f"| {STACKS[one.name].title} | {counts} |"
        yield ""

    def _how(self) -> Iterator[str]:
        asked = sum(one.actual != SKIPPED for c in self._columns for one in c.given.values())
        yield "## How this was measured"
        yield ""
        yield (
            f"{len(self._record.digests)} cases were put to {len(self._columns)} libraries in both "
            f"roles. The {asked} answers\nare in [`vectors/matrix.json`](../vectors/matrix.json); "
            "[Asking another implementation](harness.md) says how they are come by.\nNames and "
            "revocation were not asked about."
        )
        yield ""
        yield CONSOLE


def _said(one: Column, case_id: str, role: str) -> Answer:
    """Return what a library says; nothing where the certificates have changed since."""
    return one.given.get((case_id, role), Answer(SKIPPED, ""))


def _heading(name: str) -> str:
    """Return the heading under which a shape stands."""
    begun = [
        (len(beginning), heading)
        for heading, beginnings in GROUPS
        for beginning in beginnings
        if name.startswith(beginning)
    ]
    return max(begun)[1]


def _quoted(words: str) -> str:
    return "*" + words.replace("*", "\\*").replace("<", "\\<") + "*"


def _is_no_der(case: Case, role: str) -> bool:
    chain = case.client if role == "client" else case.server
    return any(note.kind in REJECTED for der in chain for note in read_certificate(der).notes)
