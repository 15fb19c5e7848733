"""The interface speaks Vietnamese and English, both wholly: no sentence stands outside the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from jinja2 import Environment
from jinja2.lexer import TOKEN_DATA

from lms.banks import problems
from lms.kit.i18n import FOLDER, read_catalogue
from lms.organisation.roster import messages as roster
from lms.questions import answer, score
from lms.questions.quality import flags

ROOT = Path(__file__).resolve().parents[2]
# the functions and exceptions whose first argument is an English sentence
KEYWORDS: dict[str, None] = dict.fromkeys(("_", "N_", "Told", "SettingsError", "Unready", "LibraryMissing"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PYTHON = sorted((ROOT / "lms").rglob("*.py"))
# of the pure rules, which translate nothing
TABLES = (*problems.TABLES, score.MESSAGES, answer.REFUSALS, flags.MESSAGES, flags.SHORT, roster.MESSAGES)
OFFICIAL = ROOT / "templates" / "pdf"  # official papers are Vietnamese whatever the language of the screen
LETTERS = re.compile(r"[^\W\d_]{2,}")
SPOKEN = [path for path in TEMPLATES if not path.is_relative_to(OFFICIAL)]
LETTERED_ATTRIBUTES = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"{}]*[^\W\d_]{2,}[^\"{}]*)\"")


def messages() -> Iterator[tuple[str, Path]]:
    """Every English sentence in code and templates, with where it stands."""
    for path in PYTHON:
        for _line, found, _comments, _context in extract_from_file("python", path, KEYWORDS):
            yield (found if isinstance(found, str) else found[0]), path
    for path in TEMPLATES:
        for _line, found, _comments, _context in extract_from_file(
            "jinja2.ext:babel_extract", path, KEYWORDS
        ):
            yield (found if isinstance(found, str) else found[0]), path
    for table in TABLES:
        for text in table.values():
            yield text, ROOT / "lms"


def catalogue() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((FOLDER / "vi").glob("*.po")):
        found.update(read_catalogue(path))
    return found


def test_every_sentence_has_its_vietnamese() -> None:
    known = catalogue()
    missing = {f"{path.relative_to(ROOT)}: {text}" for text, path in messages() if text not in known}
    assert not missing, "\n".join(sorted(missing))


def test_no_catalogue_contradicts_another_and_none_is_left_over() -> None:
    used = {text for text, _path in messages()}
    told: dict[str, str] = {}
    for path in sorted((FOLDER / "vi").glob("*.po")):
        for text, vietnamese in read_catalogue(path).items():
            assert told.setdefault(text, vietnamese) == vietnamese, f"{path.name}: {text}"
    left_over = sorted(set(told) - used)
    assert not left_over, "\n".join(left_over)


def test_a_translation_has_the_same_parameters() -> None:
    for text, vietnamese in catalogue().items():
        assert _parameters(text) == _parameters(vietnamese), text


def _parameters(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_holds_a_sentence_of_its_own(path: Path) -> None:
    data = "".join(
        value if kind == TOKEN_DATA else "\x00"
        for _line, kind, value in Environment(autoescape=True).lex(path.read_text())
    )
    data = re.sub(r"<(script|style|kbd)\b.*?</\1>", "", data, flags=re.DOTALL)
    loose = LETTERED_ATTRIBUTES.findall(data)
    text = re.sub(r"<[^>]*>", " ", re.sub(r"&[a-z]+;|&#\d+;", " ", data))
    loose += [line.strip() for line in text.splitlines() if LETTERS.search(line.replace("\x00", " "))]
    assert not loose, loose


def test_no_view_flashes_a_bare_string() -> None:
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "flash":
                assert not isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
