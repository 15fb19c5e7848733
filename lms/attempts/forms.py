"""What browsers send: batches of events as JSON, and the whole paper as a form where scripts do not run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lms.attempts import rules
from lms.attempts.answers import Said
from lms.attempts.rules import Change
from lms.attempts.sheet import answer_in
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.i18n import N_
from lms.questions.answer import AnswerRefused

MOST_EVENTS = 200  # in one batch; the page sends 60
LARGEST_BODY = 512 * 1024
LARGEST_MS = 2**53
LONGEST_ID = 18  # digits
_TAB = re.compile(rf"[A-Za-z0-9_-]{{1,{rules.LONGEST_TAB}}}")
_SCALARS = (str, int, bool, type(None))  # no float: no answer is one

NOT_OURS = N_("This is not what the exam page sends. Please reload the page.")


class Malformed(ValueError):
    """A body that the exam page cannot have sent; the message is an English msgid and a detail for developers."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one tab."""

    tab: str
    events: list[Said]


def read_batch(body: Any) -> Batch:
    """{tab, events: [{seq, slot, op, value, ms}]} checked. Raises Malformed."""
    events = _object(body).get("events")
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Malformed(f"events: a list of at most {MOST_EVENTS}")
    read = [_event(event) for event in events]
    if len({event.seq for event in read}) < len(read):
        raise Malformed("seq: no number twice")
    return Batch(_tab(body), read)


def read_lease(body: Any) -> tuple[str, bool]:
    """{tab, take} checked. Raises Malformed."""
    take = _object(body).get("take", False)
    if not isinstance(take, bool):
        raise Malformed("take: true or false")
    return _tab(body), take


def read_ending(body: Any) -> tuple[str, int]:
    """{tab, last_seq} checked. Raises Malformed."""
    return _tab(_object(body)), _whole(body, "last_seq", 0, rules.MOST_SEQ)


def read_news(args: Mapping[str, str]) -> tuple[str, int]:
    """?tab=&since= checked. Raises Malformed."""
    since = args.get("since", "0")
    if not since.isascii() or not since.isdigit() or len(since) > LONGEST_ID:
        raise Malformed("since: the number of a message")
    return _tab(dict(args)), int(since)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Malformed("an object")
    return body


def _tab(body: dict[str, Any]) -> str:
    tab = body.get("tab")
    if not isinstance(tab, str) or not _TAB.fullmatch(tab):
        raise Malformed("tab: letters, digits, - and _")
    return tab


def _whole(body: dict[str, Any], name: str, least: int, most: int) -> int:
    number = body.get(name)
    if type(number) is not int or not least <= number <= most:
        raise Malformed(f"{name}: a whole number from {least} to {most}")
    return number


def _event(event: Any) -> Said:
    event = _object(event)
    op = event.get("op")
    if op not in rules.OPS:
        raise Malformed(f"op: one of {', '.join(rules.OPS)}")
    return Said(
        _whole(event, "seq", 1, rules.MOST_SEQ),
        _whole(event, "slot", 1, rules.MOST_SLOTS),
        op,
        _value(event.get("value")) if op == rules.SET else None,
        _whole(event, "ms", -LARGEST_MS, LARGEST_MS),
    )


def _value(value: Any) -> str:
    """The value as JSON text: a plain value, a list or an object of plain ones."""
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else (value,)
    if not all(isinstance(part, _SCALARS) for part in parts):
        raise Malformed("value: a plain value, or a list or object of such")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) > rules.LONGEST_VALUE:
        raise Malformed(f"value: at most {rules.LONGEST_VALUE} characters")
    return _whole_letters(text)


def _whole_letters(text: str) -> str:
    """Half letters (a text field cut an emoji in two) cannot be stored: each becomes a replacement character."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ------------------------------------------------------------------------------------------------ without scripts


class Fields(Protocol):
    """A posted form: Flask's MultiDict."""

    def getlist(self, key: str) -> list[str]:
        """All values of a field."""

    def keys(self) -> Any:
        """The names of the fields."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The changes of a form, and the slots whose answers could not be read."""

    changes: list[Change]
    refused: dict[int, AnswerRefused]


def read_paper(form: Fields, paper: LoadedPaper, drawn: rules.Answers, held: rules.Answers) -> Filled:
    """What the form changes: where it differs from `drawn` (what its page showed) and from `held` (what holds now).

    A page that stayed open elsewhere must not take back what came later, so fields that stand as they were drawn say
    nothing. An empty field takes no answer away; only ticking "clear" does.
    """
    changes: list[Change] = []
    refused: dict[int, AnswerRefused] = {}
    for slot in paper.slots:
        try:
            changes += _answer_changes(form, slot, drawn, held)
        except AnswerRefused as reason:
            refused[slot.number] = reason
        changes += _flag_changes(form, slot.number, drawn, held)
    return Filled(changes, refused)


def _answer_changes(form: Fields, slot: Slot, drawn: rules.Answers, held: rules.Answers) -> list[Change]:
    number = slot.number
    if form.getlist(f"c-{number}"):
        return [Change(number, rules.CLEAR)] if number in held.values else []
    answer = slot.type.read_form(slot.asked, _values(form, number))
    if answer is None or answer in (answer_in(slot, drawn), answer_in(slot, held)):
        return []
    return [Change(number, rules.SET, json.dumps(answer, ensure_ascii=False, separators=(",", ":")))]


def _values(form: Fields, number: int) -> list[str]:
    """The values of a slot's field, and of its rows' fields (a-3-0, a-3-1), where each has its row's name: "0:true"."""
    own = f"a-{number}"
    rows = [name for name in form.keys() if name.startswith(f"{own}-")]  # noqa: SIM118 - a MultiDict
    of_rows = [f"{name[len(own) + 1 :]}:{value}" for name in rows for value in form.getlist(name)]
    return form.getlist(own) + of_rows


def _flag_changes(form: Fields, number: int, drawn: rules.Answers, held: rules.Answers) -> list[Change]:
    flagged = bool(form.getlist(f"f-{number}"))
    if flagged in (number in drawn.flagged, number in held.flagged):
        return []
    return [Change(number, rules.FLAG if flagged else rules.UNFLAG)]


def read_page(form: Mapping[str, str]) -> tuple[str, int]:
    """The form's (tab, seq): which page it was drawn into. Raises Malformed."""
    seq = form.get("seq", "")
    if not seq.isascii() or not seq.isdigit() or not 1 <= int(seq[:9]) <= rules.MOST_SEQ:
        raise Malformed("seq: a whole number")
    return _tab(dict(form)), int(seq[:9])
