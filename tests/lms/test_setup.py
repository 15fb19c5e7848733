"""What the set-up promises: pinned libraries, one entry for each purpose, documents that lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lms.config import PROJECT

PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==(\S+)", re.MULTILINE)
SCRIPTS = sorted([*(PROJECT / "tools").glob("*.sh"), PROJECT / ".ci" / "run"])
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((PROJECT / "requirements" / f"{name}.lock").read_text()))


@pytest.mark.parametrize("name", ["runtime", "test"])
def test_a_lock_holds_versions_with_hashes_and_no_host(name: str) -> None:
    text = (PROJECT / "requirements" / f"{name}.lock").read_text()
    entries = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert entries
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_tests_run_on_the_versions_that_are_served() -> None:
    assert pins("runtime").items() <= pins("test").items()


@pytest.mark.parametrize("name", ["runtime", "test"])
def test_a_lock_answers_everything_that_is_asked_for(name: str) -> None:
    """`make lock` was run after the list was changed."""
    asked = (PROJECT / "requirements" / f"{name}.in").read_text().split()
    names = {re.sub(r"[\[~<>=!].*", "", line).lower() for line in asked if line not in {"-r", "runtime.in"}}
    assert names - set(pins(name)) == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_shell(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    assert "set -" in script.read_text() or script.name == "say.sh"


def test_make_lists_its_targets() -> None:
    answer = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make ([a-z-]+) ", answer.stdout, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "help"} <= listed


def test_ci_runs_make_test_and_requires_the_browser() -> None:
    text = (PROJECT / ".ci" / "run").read_text()
    assert re.search(r"^exec make test$", text, re.MULTILINE)
    assert "LMS_REQUIRE_BROWSER=1" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
