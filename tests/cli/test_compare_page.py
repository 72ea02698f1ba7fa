"""The page of a comparison, opened in a real browser: clean, accessible, and by itself."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

from command_support import run
from schema_support import faults

pytestmark = pytest.mark.oracle

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SECONDS: Final = 120
AUDIT: Final = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
  .then(found => { document.body.dataset.audit = JSON.stringify(
    found.violations.map(one => [one.id, one.help, one.nodes[0].html.slice(0, 200)])); });
"""


def browser() -> str:
    for name in BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    reason = "no Chromium is installed (Debian package chromium)"
    return pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)


def opened(page: Path, *more: str) -> tuple[str, list[str]]:
    """Open a page headless; return the document as the browser has it, and its console."""
    words = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    done = subprocess.run(
        [*words, *more, "--virtual-time-budget=20000", "--dump-dom", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return done.stdout.decode("utf-8"), [line for line in said if "CONSOLE" in line]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ran = run("compare", "chrome-root-program", "cabf-strict", "--format", "html")
    assert (ran.code, ran.err) == (0, "")
    path = tmp_path_factory.mktemp("page") / "comparison.html"
    path.write_text(ran.out, encoding="utf-8")
    return path


class Links(HTMLParser):
    """Everything that a page refers to, every id, and every element that could run or load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.ids: list[str] = []
        self.loading: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        self.to += [given["href"]] if "href" in given else []
        self.ids += [given["id"]] if "id" in given else []
        if tag in {"script", "link", "img", "iframe", "object", "form"} or "src" in given:
            self.loading.append(tag)


def test_nothing_runs_and_nothing_is_loaded(page: Path) -> None:
    text = page.read_text("utf-8")
    found = Links(text)
    assert found.loading == []
    assert len(found.ids) == len(set(found.ids))
    inside = {target[1:] for target in found.to if target.startswith("#")}
    assert inside <= set(found.ids)
    assert all(target.startswith(("#", "data:text/plain;base64,")) for target in found.to)
    assert not re.search(r"url\((?!#)|@import", text)


def test_the_years_show_when_one_of_the_two_begins_to_refuse(page: Path) -> None:
    text = page.read_text("utf-8")
    said = "</strong>: chrome-root-program, accept becomes reject, by chrome-leaf</li>"
    assert f"<li><strong>2027-03-15{said}" in text
    assert "cabf-strict, accept becomes" not in text


def test_the_witnesses_can_be_taken_away_and_are_what_they_say(page: Path, tmp_path: Path) -> None:
    links = r'href="data:text/plain;base64,([^"]*)" download="01-([^"]*)"'
    for data, name in re.findall(links, page.read_text("utf-8")):
        (tmp_path / name.replace("chrome-leaf-", "")).write_bytes(base64.b64decode(data))
    sides = ("--client", tmp_path / "client.pem", "--server", tmp_path / "server.pem")
    evidence = ("--context", tmp_path / "evidence.json")
    assert run("evaluate", *sides, *evidence, "--policy", "cabf-strict").code == 0
    ran = run("evaluate", *sides, *evidence, "--policy", "chrome-root-program")
    assert ran.code == 1
    assert "chrome-leaf" in ran.out


def test_the_browser_has_nothing_to_complain_about(page: Path) -> None:
    document, console = opened(page)
    assert console == []
    assert "chrome-root-program is stricter than cabf-strict" in document


@pytest.mark.parametrize("scheme", [0, 1])
def test_an_accessibility_checker_finds_nothing(page: Path, tmp_path: Path, scheme: int) -> None:
    """Both in the dark (0) and in the light (1)."""
    spec = find_spec("axe_core_python")
    assert spec is not None
    assert spec.origin is not None
    checker = (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")
    audited = tmp_path / "audited.html"
    # In one page only for this: the page itself runs nothing.
    head, _, foot = page.read_text("utf-8").rpartition("</body>")
    audited.write_text(
        f"{head}<script>{checker}</script><script>{AUDIT}</script></body>{foot}", encoding="utf-8"
    )
    document, _ = opened(audited, f"--blink-settings=preferredColorScheme={scheme}")
    found = re.search(r'data-audit="([^"]*)"', document)
    assert found is not None
    assert json.loads(found.group(1).replace("&quot;", '"').replace("&amp;", "&")) == []


def test_two_that_have_no_dates_say_so() -> None:
    text = run("compare", "s2s-spiffe", "stack-go", "--format", "html").out
    assert "No verdict on this pair changes in these years." in text
    assert "No rule begins or ends to bind in these years." in text


def test_what_is_folded_on_the_screen_stands_open_on_paper(page: Path, tmp_path: Path) -> None:
    """The clauses and dates of a class are in what is folded."""
    printed = tmp_path / "printed.html"
    text = page.read_text("utf-8")
    head, _, foot = text.replace("@media print", "@media screen").rpartition("</body>")
    seen = "[...document.querySelectorAll('dl')].filter(one => one.checkVisibility({"
    seen += "contentVisibilityAuto: true}) && one.offsetHeight > 40).length"
    script = f"<script>document.body.dataset.seen = {seen}</script>"
    printed.write_text(f"{head}{script}</body>{foot}", encoding="utf-8")
    document, _ = opened(printed)
    assert f'data-seen="{text.count("<dl>")}"' in document


def test_all_policies_stand_in_one_matrix() -> None:
    ran = run("compare", "--all", "--format", "json")
    assert ran.code == 0
    ids = [one["id"] for one in ran.json["policies"]]
    assert len(ran.json["relations"]) == len(ids) * (len(ids) - 1) // 2
    found = {(one["a"], one["b"]): one["relation"] for one in ran.json["relations"]}
    assert found["cabf-strict", "chrome-root-program"] == "more-permissive"
    assert found["dedicated-pki", "legacy-dual-use"] == "stricter"
    assert [] == faults("comparisons", ran.json)


@pytest.mark.parametrize(
    "words",
    [("cabf-strict",), ("--all", "cabf-strict"), ("--all", "--require", "equivalent")],
)
def test_what_does_not_go_together_is_2(words: tuple[str, ...]) -> None:
    ran = run("compare", *words)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.errors) == 1
