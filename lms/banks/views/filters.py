"""The filter of a list of questions: out of an address, into an address, and as the fields of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lms.banks import finding, queries
from lms.banks.finding import LOOKS, Filter
from lms.banks.models import Bank
from lms.banks.rules import LEVEL_NAMES, LONGEST_TAG, STATE_NAMES, STATES, TYPE_NAMES, level_names
from lms.kit.i18n import _
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from lms.web import edge

MOST_TEXT = 200
VIEWS = ("full", "list")


def read_filter(given: Mapping[str, str], bank: Bank | None) -> Filter:
    """What an address asks for; words that mean nothing here ask for everything."""

    def one_of(name: str, known: Any) -> str:
        return given.get(name, "") if given.get(name) in known else ""

    return Filter(
        text=given.get("text", "")[:MOST_TEXT],
        level=one_of("level", LEVELS),
        type=one_of("type", TYPES),
        state=one_of("state", STATES),
        tag=given.get("tag", "")[:LONGEST_TAG],
        bank=bank.id if bank else _number(given.get("bank", "")) or 0,
        author=_number(given.get("author", "")),
        look=one_of("look", LOOKS),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def address(wanted: Filter, bank: Bank | None) -> dict[str, str]:
    """The parts of an address that ask for this filter."""
    told = {
        "text": wanted.text,
        "level": wanted.level,
        "type": wanted.type,
        "state": wanted.state,
        "tag": wanted.tag,
        "author": "" if wanted.author is None else str(wanted.author),
        "look": wanted.look,
        "bank": "" if bank or not wanted.bank else str(wanted.bank),
    }
    return {name: value for name, value in told.items() if value}


def packed(wanted: Filter, bank: Bank) -> str:
    """The filter as one hidden field of the form of a bulk change."""
    return urlencode(address(wanted, bank))


def unpacked(text: str, bank: Bank) -> Filter:
    """What `packed` wrote; whatever else was posted asks for everything it can be understood as."""
    return read_filter(dict(parse_qsl(text[:2000])), bank)


def fields(wanted: Filter, bank: Bank | None) -> list[dict[str, Any]]:
    """The choices of the filter's form, the commonest first: name, label, all, options [(value, words)], chosen."""
    session, bank_id = edge.session(), bank.id if bank else 0
    levels = level_names(bank.scheme) if bank else LEVEL_NAMES
    known_authors = [(str(person), name) for person, name in finding.authors(session, bank_id)]
    found = [
        _field("level", _("Level"), _("All levels"), _told(levels), wanted.level),
        _field("type", _("Type"), _("All types"), _told({t: TYPE_NAMES[t] for t in TYPES}), wanted.type),
        _field("state", _("State"), _("All states"), _told(STATE_NAMES), wanted.state),
        _field("look", _("Look for"), _("Everything"), _told(LOOKS), wanted.look),
    ]
    tags = [(tag, tag) for tag in finding.tags_in_use(session, bank_id)]
    if tags:
        found.append(_field("tag", _("Tag"), _("All tags"), tags, wanted.tag))
    if known_authors:
        options = [("0", _("loaded from a file")), *known_authors]
        chosen = "" if wanted.author is None else str(wanted.author)
        found.append(_field("author", _("Author"), _("All authors"), options, chosen))
    if bank is None:
        banks = [(str(b.id), f"{b.topic.resolution.title}: {b.name}") for b in queries.banks(session)]
        found.insert(0, _field("bank", _("Question bank"), _("All banks"), banks, str(wanted.bank or "")))
    return found


def _told(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(words)) for code, words in names.items()]


def _field(name: str, label: str, every: str, options: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {"name": name, "label": label, "all": every, "options": options, "chosen": chosen}
