"""The caller's word, per side."""

from __future__ import annotations

import re

import pytest

from mtlspolicy.errors import EvidenceError
from mtlspolicy.evidence.assertions import ASSERTABLE, PATTERN, parse_assertions


@pytest.mark.parametrize(
    ("words", "client", "server", "groups"),
    [
        ((), set(), set(), (None, None)),
        (("path",), {"path"}, {"path"}, (None, None)),
        (("client.path",), {"path"}, set(), (None, None)),
        (("server.name", "revocation"), {"revocation"}, {"name", "revocation"}, (None, None)),
        (("path:group=x9",), {"path"}, {"path"}, ("x9", "x9")),
        (
            ("client.path:group=a.b-c_9", "issuers"),
            {"path", "issuers"},
            {"issuers"},
            ("a.b-c_9", None),
        ),
        (("path", "server.path:group=x9"), {"path"}, {"path"}, (None, "x9")),
        (("server.path:group=x9", "path"), {"path"}, {"path"}, (None, "x9")),
        (("client.path:group=a", "server.path:group=b"), {"path"}, {"path"}, ("a", "b")),
        (("path", "path"), {"path"}, {"path"}, (None, None)),
    ],
)
def test_a_word_is_of_one_side_or_both(
    words: tuple[str, ...],
    client: set[str],
    server: set[str],
    groups: tuple[str | None, str | None],
) -> None:
    parsed = parse_assertions(words)

    assert client == set(parsed.of("client"))
    assert server == set(parsed.of("server"))
    assert groups == (parsed.group("client"), parsed.group("server"))


@pytest.mark.parametrize(
    "word",
    [
        "",
        "Path",
        "validity",
        "eku",
        "pair.path",
        "client.",
        ".path",
        "client.client.path",
        "name:group=x9",
        "path:group=",
        "path:group=a b",
        "path:group=" + "a" * 65,
        "path\n",
        "path ",
        7,
    ],
)
def test_nothing_else_can_be_asserted(word: object) -> None:
    """Trust only: validity, purposes and profile come from bytes."""
    with pytest.raises(EvidenceError) as caught:
        parse_assertions(("path", word))

    assert ["/asserted/1"] == [fault.pointer for fault in caught.value.faults]
    assert not re.match(PATTERN, str(word).rstrip("\n")) or str(word).endswith("\n")


def test_a_path_leads_to_one_group() -> None:
    with pytest.raises(EvidenceError, match="the client's path is asserted to lead to two groups"):
        parse_assertions(("path:group=a", "client.path:group=b"))


def test_what_can_be_asserted_matches_its_pattern() -> None:
    assert all(re.match(PATTERN, word) for word in ASSERTABLE)
