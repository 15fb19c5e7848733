"""What the cells of one person say: names, dates of birth, card and telephone numbers, as people and Excel leave them.

Each function gives the value and the code of what is to be said about it ("" when nothing is).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from lms.organisation.roster.sheets import Value
from lms.vietnamese.dates import DateUnreadable, PartialDate, parse_date
from lms.vietnamese.legacy import is_syllable
from lms.vietnamese.text import clean, fold, fold_words

LONGEST_NAME = 100
LONGEST_TEXT = 500
LONGEST_EMAIL = 254
_MOST_PLAIN = 8  # words of a name that needs no second look
YOUNGEST, OLDEST = 14, 110  # years of age that are not doubtful
_FIRST_SERIAL, _LAST_SERIAL = 2_500, 60_000  # Excel's days from 1906 to 2064; below are years
_EPOCH = date(1899, 12, 30)

_TITLE = re.compile(r"^(?:đ/c|đ\.c\.?|đc\.|đồng chí)[\s:.]*(?=\S)", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d{1,4}\s*[.)]\s*(?=[^\W\d])")
_NAME = re.compile(r"[^\W\d_][^\d_@:;!?=<>/\\|%+*]*")
# A nickname, an initial, a form of address, a degree or a post beside the name: somebody says whether it belongs to it.
_MAYBE_MORE = re.compile(
    r"[()\[\]{}]|\s[-–—]\s|\.(?:\s|$)|,|^(?:ông|bà|anh|chị|cô|chú|bác|thầy|gs|pgs|ts|ths|bs|cn|ks)\b",
    re.IGNORECASE,
)
_BEFORE_NAMES = frozenset({"Đồng", "Ông", "Bà", "Anh", "Chị", "Cô", "Chú", "Bác", "Thầy"})
_PLAIN_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_UNKNOWN_DAY = re.compile(
    r"(?:0{1,2}|[.…_x?*\-]+)\s*[/.\-]\s*(?:0{1,2}|[.…_x?*\-]+|\d{1,2})\s*[/.\-]\s*(\d{4})"
)
_SHORT_YEAR = re.compile(r"(?:.*\D)?(\d{2})")
_RUN_TOGETHER = re.compile(r"(\d{1,2})(\d{2})(\d{4})")
_BETWEEN = re.compile(r"[\s.\-–/']+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NOT_DIGIT = re.compile(r"\D+")
_EMAIL = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9_+\-]|\.(?!\.)){0,63}(?<!\.)@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_BETWEEN_EMAILS = re.compile(r"\s+-\s+|[\s/;,]+|hoặc")
_MARKS = frozenset({"x", "1", "v", "true", "co", "✓", "✔", "☑", "+", "*", "√"})
_NO_MARKS = frozenset({"", "0", "-", "false", "khong", "k"})
_OLD_MOBILE = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_NOTHING = frozenset({"", "khong", "khong co", "chua co", "chua", "mat", "k", "ko"})  # instead of a number


def text_of(value: Value) -> str:
    """A cell as a person would write it, on one line."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e17 else f"{value:.15g}"
    if isinstance(value, datetime | date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return str(value) if isinstance(value, time | timedelta | int) else ""


def name_of(text: str) -> tuple[str, str]:
    """A name without the form of address before it; one in capital or small letters throughout gets its case."""
    name = text
    if text[:1] in "đĐ":
        name = _TITLE.sub("", text)
    elif text[:1].isdecimal():
        name = _NUMBERED.sub("", text)
    if len(name) > LONGEST_NAME:
        return name[:LONGEST_NAME], "name_too_long"
    code = "" if _NAME.fullmatch(name) else "name_doubtful"
    if not code and _MAYBE_MORE.search(name):
        code = "name_with_more"
    if code or " " not in name or not (name.isupper() or name.islower()):
        return name, code
    words = name.split()
    if not all(_is_syllable(word.lower()) for word in words):
        return name, "name_not_recased"
    return " ".join(word[0].upper() + word[1:].lower() for word in words), "name_recased"


@lru_cache(maxsize=8192)
def _is_syllable(word: str) -> bool:
    return is_syllable(word)


def is_plain_name(text: str) -> bool:
    """Whether a name needs no second look: syllables of today in their usual case, as nearly all."""
    words = text.split(" ")
    return 1 < len(words) < _MOST_PLAIN and words[0] not in _BEFORE_NAMES and all(map(_is_plain, words))


@lru_cache(maxsize=8192)
def _is_plain(word: str) -> bool:
    return (
        word.isalpha() and word[0].isupper() and word[1:].islower() and (word.isascii() or _is_syllable(word))
    )


def is_spelt_today(name: str) -> bool:
    """Whether every word is a syllable of today's letters, as those of nearly all names are."""
    return all(word.isascii() or _is_syllable(word) for word in name.split())


def born_of(value: Value, text: str, today: date) -> tuple[str, str]:
    """The date of birth as "1962-03-05", or "1958" when only the year is known; "" when it is none."""
    if isinstance(value, datetime | date):
        return _told(PartialDate(value.year, value.month, value.day) if value.year >= 1900 else None, "")
    plain = _PLAIN_DATE.fullmatch(text)
    if plain is not None and "0" not in {plain[1].lstrip("0") or "0", plain[2].lstrip("0") or "0"}:
        return _told(_partial(int(plain[3]), int(plain[2]), int(plain[1])), "")
    if text.isdecimal() and len(text) != 4:
        return _told(_from_number(text), "date_from_number")
    vague = _UNKNOWN_DAY.fullmatch(text)
    if vague is not None:
        return _told(_partial(int(vague[1])), "date_to_year")
    try:
        found = parse_date(text.strip(" .,;'`"))
    except DateUnreadable:
        return "", "bad_date"
    found = _own_century(found, text, today)
    return _told(found, "date_to_year" if found.month and not found.day else "")


def _told(found: PartialDate | None, code: str) -> tuple[str, str]:
    if found is None:
        return "", "bad_date"
    return (found.isoformat() if found.day else f"{found.year:04d}"), code


def _partial(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def _from_number(digits: str) -> PartialDate | None:
    """A day of Excel that lost its format (22710), or a date run together (05031962, 5031962)."""
    if _FIRST_SERIAL <= int(digits[:9]) <= _LAST_SERIAL and len(digits) <= 5:
        day = _EPOCH + timedelta(days=int(digits))
        return PartialDate(day.year, day.month, day.day)
    together = _RUN_TOGETHER.fullmatch(digits)
    return _partial(int(together[3]), int(together[2]), int(together[1])) if together else None


def _own_century(found: PartialDate, text: str, today: date) -> PartialDate:
    """A year of two digits belongs to somebody old enough: 62 is 1962, and 28 is 1928."""
    short = _SHORT_YEAR.fullmatch(text.strip())
    if short is None or re.search(r"\d{4}", text) or found.year <= today.year - YOUNGEST:
        return found
    return _partial(found.year - 100, found.month, found.day) or found


def age_on(born: str, today: date) -> int:
    """Full years of age, by the year alone where nothing more is known."""
    year = int(born[:4])
    if len(born) < 10:
        return today.year - year
    return today.year - year - ((int(born[5:7]), int(born[8:])) > (today.month, today.day))


def card_of(value: Value, text: str) -> tuple[str, str]:
    """The digits of a card number, eight of them; zeros that Excel ate come back."""
    if len(text) == 8 and text.isascii() and text.isdecimal():
        return text, ""
    if isinstance(value, float) and not value.is_integer():
        whole, _dot, rest = text.partition(".")  # typed 01.234500, kept as the number 1.2345
        if whole.isdecimal() and len(whole) <= 2 and rest.isdecimal() and len(rest) <= 6:
            return whole.zfill(2) + rest.ljust(6, "0"), "card_zero" if len(whole) < 2 or len(rest) < 6 else ""
    digits = _BETWEEN.sub("", text)
    if not digits.isascii() or not digits.isdecimal():
        return ("", "") if fold_words(text) in _NOTHING else ("", "bad_card")
    if len(digits) == 8:
        return digits, ""
    if 4 <= len(digits) < 8:
        return digits.zfill(8), "card_zero"
    return _other_number(digits)


def _other_number(digits: str) -> tuple[str, str]:
    """What has more digits than a card number: a citizen's, a telephone's (two columns are exchanged), or a slip."""
    if len(digits) == 12 and digits[0] == "0":
        return "", "card_is_citizen"
    is_telephone = len(digits) == 10 and digits[0] == "0"
    return (digits, "card_doubtful") if 8 < len(digits) <= 12 and not is_telephone else ("", "bad_card")


def phone_of(text: str) -> tuple[str, str]:
    """A Vietnamese telephone number by its digits, with its 0; mobile numbers in the form since 2018."""
    number, code = _one_phone(text)
    if number or text.isdecimal():
        return number, code
    for part in re.split(r"[/;,]| - |\n|hoặc", text):
        number, _code = _one_phone(part)
        if number:
            return number, "phone_second"
    return ("", "") if fold_words(text) in _NOTHING else ("", code)


def _one_phone(text: str) -> tuple[str, str]:
    digits = text
    if not (text.isascii() and text.isdecimal()):
        digits = _NOT_DIGIT.sub("", text)
        if _WORD.search(text) or not digits.isascii() or not digits:
            return "", "bad_phone"
    if digits.startswith("84") and len(digits) in {11, 12}:
        digits = "0" + digits[2:].removeprefix("0")
    if len(digits) == 9 and digits[0] in "35789":
        return "0" + digits, "phone_zero"
    if len(digits) == 10 and digits[0] == "2":
        return "0" + digits, "phone_zero"
    if len(digits) == 10 and digits[0] == "1" and "0" + digits[:3] in _OLD_MOBILE:
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        return _OLD_MOBILE[digits[:4]] + digits[4:], "phone_renewed"
    if (len(digits) == 10 and digits[0] == "0" and digits[1] in "35789") or (
        len(digits) in {10, 11} and digits.startswith("02")
    ):
        return digits, ""
    return "", "phone_is_citizen" if len(digits) in {10, 11, 12} else "bad_phone"


def email_of(text: str) -> tuple[str, str]:
    """An e-mail address in small letters; of several the first."""
    found = _EMAIL.fullmatch(text)
    if found is not None:
        return (text.lower(), "") if len(text) <= LONGEST_EMAIL else ("", "bad_email")
    parts = [part.strip("<>()\"'.,;: ").removeprefix("mailto:") for part in _BETWEEN_EMAILS.split(text)]
    good = [part for part in parts if _EMAIL.fullmatch(part) and len(part) <= LONGEST_EMAIL]
    if good:
        return good[0].lower(), "email_second" if len(good) > 1 else ""
    return ("", "") if fold_words(text) in _NOTHING else ("", "bad_email")


def is_mark(text: str) -> bool | None:
    """Whether a cell of a column for marks is marked; None when it holds something else."""
    sign = fold(text)
    return True if sign in _MARKS else False if sign in _NO_MARKS else None


def sex_of(text: str) -> str:
    """ "male", "female", or "" for something else."""
    return {
        "nam": "male",
        "nu": "female",
        "male": "male",
        "female": "female",
        "m": "male",
        "f": "female",
    }.get(fold_words(text), "")


def member_of(text: str) -> bool | None:
    """Whether a word says Party member or not; None when it says neither."""
    words = fold_words(text)
    if words in _MARKS or words in {"dv", "dang vien chinh thuc", "dang vien du bi", "chinh thuc", "du bi"}:
        return True
    if words.startswith(("quan chung", "ngoai dang", "chua la dang vien", "khong phai dang vien")) or words in {
        "qc", "khong", "chua",
    }:  # fmt: skip
        return False
    return True if words.startswith(("dang vien", "dv ")) else None
