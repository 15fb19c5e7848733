"""Rules of signing in: names, passwords, and how long to wait after wrong ones."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

SHORTEST_PASSWORD = 8  # characters; ASVS 6.2.1
LONGEST_PASSWORD = 128
LIFETIME = timedelta(hours=12)  # of a sign-in: long enough for any exam of a day
FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=5)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def normal_name(name: str) -> str:
    """The one spelling of a sign-in name: compatibility-composed, lower case, no blanks or invisible letters."""
    return "".join(unicodedata.normalize("NFKC", name).translate(INVISIBLE).casefold().split())


def wait_until(failures: int, last_failure_at: datetime | None) -> datetime | None:
    """When the next try is admitted after wrong passwords in a row: free at first, then doubling up to 5 minutes.

    Never a permanent lock-out: others must not be able to keep a person out of an exam.
    """
    if failures < FREE_TRIES or last_failure_at is None:
        return None
    pause: timedelta = timedelta(seconds=10) * 2 ** min(failures - FREE_TRIES, 10)
    return last_failure_at + min(pause, LONGEST_WAIT)


COMMON = frozenset(  # with those that our users are likely to think of first
    re.findall(
        r"\S+",
        """
        12345678 123456789 1234567890 12345678a 12341234 123123123 87654321 00000000 11111111 66666666 88888888
        password password1 qwertyui qwerty123 abcd1234 abc12345 a1234567 iloveyou matkhau matkhau1 matkhau123
        anhyeuem vietnam1 hanoi123 hanoi2025 dangvien dangcongsan
        """,
    )
)


def weak(password: str, sign_in_name: str, *, old: str) -> bool:
    """Whether a new password is among the commonest, holds the sign-in name, repeats a letter, or is the old one."""
    plain = password.casefold()
    return (
        plain in COMMON
        or password == old
        or len(set(plain)) < 3
        or (len(sign_in_name) >= 4 and sign_in_name in plain)
    )


def own_path(wanted: str) -> str:
    """A path of our own to go on to: `wanted` if it is one, else the start page. Never another host or scheme."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted):
        return "/"
    return "/" if wanted.startswith("/sign-") else wanted


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """ "Chrome, Android" from a user-agent line: enough for a person to know their own device."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
