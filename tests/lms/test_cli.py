"""The command line: quick to answer, and one sentence instead of a stack trace when something is missing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lms.cli import COMMANDS
from lms.config import PROJECT
from lms.kit import migrations

SECRET = "0123456789abcdef" * 4
HEAVY = (
    "flask",
    "sqlalchemy",
    "alembic",
    "weasyprint",
    "pikepdf",
    "numpy",
    "granian",
    "huey",
    "structlog",
    "babel",
)


def lms(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    command = [sys.executable, "-c", "from lms.cli import main; main()", *arguments]
    env = {**clean, **settings}
    return subprocess.run(
        command, env=env, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def ready(tmp_path: Path) -> dict[str, str]:
    """Settings of an installation that is set up."""
    url = f"sqlite:///{tmp_path / 'lms.db'}"
    migrations.upgrade(url)
    return {"LMS_SECRET_KEY": SECRET, "LMS_DATA_DIR": str(tmp_path), "LMS_DATABASE_URL": url}


def test_help_names_every_command() -> None:
    answer = lms("--help")
    assert answer.returncode == 0
    assert all(f"  {name}" in answer.stdout for name in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    """What keeps `lms --help` below 0.3 s on any machine; a timing would depend on the neighbours."""
    show = (
        "import sys; from lms.cli import lms; lms(['--help'], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    modules = {name.split(".")[0] for name in answer.stderr.split()}
    assert "click" in modules
    assert not modules & set(HEAVY)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(command: str) -> None:
    answer = lms(command, "--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Usage:" in answer.stdout


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("language", "says"), [("vi", "Chưa đặt LMS_SECRET_KEY"), ("en", "LMS_SECRET_KEY is missing")]
)
def test_a_missing_setting_is_one_sentence_in_the_users_language(
    command: str, language: str, says: str
) -> None:
    answer = lms(command, LMS_LANGUAGE=language)
    assert_told(answer, says)


def test_vietnamese_is_spoken_unless_told_otherwise() -> None:
    assert_told(lms("serve"), "Chưa đặt LMS_SECRET_KEY")
    assert_told(lms("serve", LMS_SECRET_KEY=SECRET, LMS_LANGUAGE="fr"), "LMS_LANGUAGE")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_is_not_migrated(command: str, tmp_path: Path) -> None:
    answer = lms(command, LMS_SECRET_KEY=SECRET, LMS_DATA_DIR=str(tmp_path))
    assert_told(answer, "lms db upgrade")
    assert not (tmp_path / "lms.db").exists()  # looking leaves nothing behind


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["db", "upgrade"]])
def test_a_database_that_cannot_be_reached(command: list[str], tmp_path: Path) -> None:
    url = "postgresql://lms:s3cret@127.0.0.1:1/lms"
    answer = lms(*command, LMS_SECRET_KEY=SECRET, LMS_DATA_DIR=str(tmp_path), LMS_DATABASE_URL=url)
    assert_told(answer, "LMS_DATABASE_URL")
    assert "s3cret" not in answer.stderr


def test_serving_others_needs_an_address_to_be_found_at(ready: dict[str, str]) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - it is refused
    assert_told(lms("serve", "--host", everywhere, **ready), "LMS_BASE_URL")


def test_a_port_that_is_taken(ready: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_told(lms("serve", "--port", port, **ready), port)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_machine_without_fonts(command: str, ready: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    answer = lms(command, **ready, FONTCONFIG_FILE=str(empty))
    assert_told(answer, "fonts-liberation2")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_machine_without_pango(command: str, ready: dict[str, str]) -> None:
    """The library is hidden by a finder of names that opens nothing called Pango."""
    hidden = (
        "import ctypes; real = ctypes.CDLL\n"
        "def cdll(name, *a, **k):\n"
        "    if name and 'pango' in name: raise OSError(name)\n"
        "    return real(name, *a, **k)\n"
        "ctypes.CDLL = cdll\n"
        "from lms.cli import main; main()"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    answer = subprocess.run(
        [sys.executable, "-c", hidden, command],
        env={**clean, **ready},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert_told(answer, "libpango-1.0-0 libpangoft2-1.0-0")


def test_doctor_finds_an_installation_well(ready: dict[str, str]) -> None:
    answer = lms("doctor", "--json", **ready)
    findings = json.loads(answer.stdout)
    assert [finding for finding in findings if not finding["well"]] == []
    assert [finding["what"] for finding in findings] == [
        "settings",
        "data",
        "database",
        "jobs",
        "mail",
        "libraries",
        "fonts",
        "catalogues",
        "certificates",
    ]
    assert answer.returncode == 0


def test_doctor_says_what_is_wrong_and_looks_on(ready: dict[str, str]) -> None:
    answer = lms(
        "doctor",
        "--json",
        **ready
        | {
            "LMS_DATABASE_URL": "sqlite:////nowhere/lms.db",
            "LMS_SIGNING_KEY": "/nowhere/seal.pem",
            "LMS_LANGUAGE": "en",
        },
    )
    wrong = {finding["what"]: finding["says"] for finding in json.loads(answer.stdout) if not finding["well"]}
    assert wrong == {
        "database": "The database is not at the newest migration. Run: lms db upgrade",
        "certificates": "LMS_SIGNING_KEY names /nowhere/seal.pem, which does not exist. Put the key there, or leave "
        "the setting unset.",
    }
    assert answer.returncode == 1


def test_doctor_sees_a_misspelt_setting(ready: dict[str, str]) -> None:
    answer = lms("doctor", **ready, LMS_BASEURL="https://hoctap.example.vn", LMS_LANGUAGE="en")
    assert "BAD settings: LMS_BASEURL: no such setting." in answer.stdout
    assert answer.returncode == 1


def assert_told(answer: subprocess.CompletedProcess[str], says: str) -> None:
    """One sentence on standard error with `says` in it, exit status 2, and no stack trace."""
    assert says in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert "Traceback" not in answer.stderr
    assert (answer.returncode, answer.stdout) == (2, "")
