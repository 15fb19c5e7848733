"""Settings: complete ones are read, half set ones are refused with a sentence that names them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms import config
from lms.config import PROJECT, SETTINGS, SettingsError, read_settings, unknown_settings

SECRET = {"LMS_SECRET_KEY": "0123456789abcdef" * 4}


def test_only_the_secret_is_needed() -> None:
    settings = read_settings(SECRET)
    assert settings.database_url == f"sqlite:///{Path('var').resolve() / 'lms.db'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.language == "vi"
    assert not settings.secure_cookies


def test_an_empty_variable_is_an_unset_one() -> None:
    assert read_settings(SECRET | dict.fromkeys(SETTINGS[1:], "")) == read_settings(SECRET)


def test_a_public_https_address_makes_cookies_secure() -> None:
    settings = read_settings(SECRET | {"LMS_BASE_URL": "https://hoctap.example.vn/"})
    assert (settings.host, settings.secure_cookies) == ("hoctap.example.vn", True)


@pytest.mark.parametrize(
    "given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"]
)
def test_postgresql_is_reached_by_psycopg_however_it_is_written(given: str) -> None:
    assert read_settings(SECRET | {"LMS_DATABASE_URL": given}).database_url == "postgresql+psycopg://u:p@h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LMS_SECRET_KEY", ""),
        ("LMS_SECRET_KEY", "short"),
        ("LMS_SECRET_KEY_FALLBACKS", "short " + "x" * 40),
        ("LMS_DATABASE_URL", "mysql://u@h/d"),
        ("LMS_DATABASE_URL", "postgresql://u:p@h"),
        ("LMS_DATABASE_URL", "sqlite:///"),
        ("LMS_BASE_URL", "hoctap.example.vn"),
        ("LMS_BASE_URL", "https://hoctap.example.vn/folder"),
        ("LMS_PROXIES", "-1"),
        ("LMS_PROXIES", "one"),
        ("LMS_LANGUAGE", "fr"),
        ("LMS_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_or_half_set_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(SECRET | {name: value})
    assert name in str(refused.value)
    assert "x" * 40 not in str(refused.value)


def test_a_misspelt_setting_is_found() -> None:
    assert unknown_settings(SECRET | {"LMS_DATABSE_URL": "sqlite:///x", "HOME": "/"}) == ["LMS_DATABSE_URL"]


def test_the_list_of_settings_is_what_the_code_reads() -> None:
    source = Path(config.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'env\.get\("(LMS_\w+)"', source))
    assert read == set(SETTINGS)


def test_operations_explains_every_setting_and_no_other() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(LMS_\w+)` \|", text, re.MULTILINE))
    assert rows == set(SETTINGS)
