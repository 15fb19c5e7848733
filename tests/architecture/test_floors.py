"""The floors hold: who may import whom is checked by import-linter's contracts (pyproject.toml)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
PURE = [
    *ROOT.glob("lms/questions/**/*.py"),
    *ROOT.glob("lms/vietnamese/**/*.py"),
    *ROOT.glob("lms/*/rules.py"),
]
NO_FLASK = [
    path
    for path in ROOT.glob("lms/**/*.py")
    if path.stem not in ("app", "views", "forms", "doors")
    and path.parent.name not in ("web", "views", "forms")
]
NO_SQL = [*ROOT.glob("lms/*/views.py"), *ROOT.glob("lms/*/views/*.py"), *ROOT.glob("lms/*/forms.py")]


def imports_of(path: Path) -> set[str]:
    """Top-level names of everything the file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name.split(".")[0] for name in found}


def test_the_import_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_cache=True)
    assert broken == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_pure_rules_know_neither_the_web_nor_the_database(path: Path) -> None:
    assert not imports_of(path) & {"flask", "sqlalchemy", "flask_login", "flask_wtf", "wtforms"}


@pytest.mark.parametrize("path", NO_FLASK, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_views_and_forms_know_the_web(path: Path) -> None:
    assert not imports_of(path) & {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}


@pytest.mark.parametrize("path", NO_SQL, ids=lambda path: str(path.relative_to(ROOT)))
def test_views_and_forms_hold_no_sql(path: Path) -> None:
    assert "sqlalchemy" not in imports_of(path)


def test_actions_neither_commit_nor_read_the_clock() -> None:
    for path in [
        *ROOT.glob("lms/*/actions.py"),
        *ROOT.glob("lms/*/rules.py"),
        *ROOT.glob("lms/*/queries.py"),
    ]:
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & {"commit", "utcnow", "today"}, path


def test_the_package_itself_stays_empty() -> None:
    assert (ROOT / "lms" / "__init__.py").read_text() == ""
