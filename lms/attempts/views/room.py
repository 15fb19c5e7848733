"""The room of an exam (phòng thi): who is waiting, working, without contact, through; and the people by name."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.invigilation import queries, rules
from lms.attempts.invigilation.queries import Line, Place, Tried, Wish
from lms.attempts.invigilation.rules import Counts
from lms.attempts.invigilation.sight import Sight, rooms, sight
from lms.kit.i18n import _
from lms.kit.words import number, time_of_day
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("room", __name__)
INVIGILATORS = role("trainer", "officer")
ROOM = "/courses/<int:course_id>/exams/<int:exam_id>/room"
A_PAGE = 50
MOST_ID = 2**53  # of what a link may carry; beyond it a database could refuse the number


@door.page("/rooms", may=INVIGILATORS)
def index() -> ResponseReturnValue:
    """The exams that can be looked into now."""
    person = viewer()
    found = rooms(
        edge.session(), trainer=person.units("trainer"), officer=person.units("officer"), now=edge.now()
    )
    return render_template("attempts/room/index.html", exams=[_exam(exam) for exam in found], now=edge.now())


def seen(course_id: int, exam_id: int) -> Sight:
    """What the person may see of the exam, else 404."""
    person = viewer()
    found = sight(
        edge.session(),
        course_id,
        exam_id,
        trainer=person.units("trainer"),
        officer=person.units("officer"),
    )
    return found or abort(404)


def exam_words(what: Sight) -> dict[str, Any]:
    """The exam as the templates of the room show it."""
    return _exam(what.exam) | {
        "everybody": what.everybody,
        "exam_url": url_for("exams.show", course_id=what.course.id, exam_id=what.exam.id)
        if what.everybody
        else "",
        "at": {"course_id": what.course.id, "exam_id": what.exam.id},
    }


def _exam(exam: Any) -> dict[str, Any]:
    return {
        "title": exam.title,
        "code": exam.code,
        "course": exam.course.title,
        "state": exam.state,
        "opens_at": exam.opens_at,
        "closes_at": exam.closes_at,
        "url": url_for("room.room", course_id=exam.course_id, exam_id=exam.id),
    }


@door.page(ROOM, may=INVIGILATORS)
def room(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The counts, by unit as well, and a page of names."""
    what = seen(course_id, exam_id)
    where = _place(what)
    known = _figures(what, where)
    names = _Names(what, where, known)
    return render_template(
        "attempts/room/room.html",
        exam=exam_words(what),
        place=where,
        above=_above(what, where),
        total=_count_words(known.total),
        units=[
            {"id": id_, "name": name, "url": _url(what, unit=id_), **_count_words(known.by_unit[id_])}
            for id_, name in where.listed
        ],
        counted=_counted_words(known),
        now=edge.now(),
        states=[(code, _(name)) for code, name in rules.STATE_NAMES.items()],
        names=names,
        notes=queries.notes_of_exam(edge.session(), what),
        paused="pause" in request.args,
        urls={
            "counts": url_for("room.counts", **_at(what), unit=where.unit_id if where.unit_id > 0 else None),
            "here": _url(what, unit=where.unit_id if where.unit_id > 0 else None),
            "pause": _url(what, unit=where.unit_id if where.unit_id > 0 else None, pause=1),
            "everybody": url_for("room.everybody", **_at(what)),
        },
    )


@door.page(f"{ROOM}/counts.json", may=INVIGILATORS)
def counts(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The counts alone, for the page that shows them anew every few seconds."""
    what = seen(course_id, exam_id)
    where = _place(what)
    known = _figures(what, where)
    answer = jsonify(
        at=time_of_day(edge.now()),
        counted=_counted_words(known),
        total=_count_words(known.total),
        units={id_: _count_words(known.by_unit[id_]) for id_, _name in where.listed},
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _counted_words(known: _Figures) -> str:
    """From when the figures are that are not live, if that is not now."""
    if known.counted_at == edge.now():
        return ""
    return _("not begun and handed in: counted at {time}", time=time_of_day(known.counted_at))


def _at(what: Sight) -> dict[str, Any]:
    return {"course_id": what.course.id, "exam_id": what.exam.id}


def _url(what: Sight, **values: Any) -> str:
    return url_for("room.room", **_at(what), **values)


def _place(what: Sight) -> Place:
    unit_id = request.args.get("unit", type=int)
    if unit_id is not None and not 0 < unit_id < MOST_ID:
        abort(404)
    return queries.place(edge.session(), what, unit_id, local(edge.now()).date()) or abort(404)


class _Figures:
    """The counts of a place and of the units listed in it."""

    def __init__(self, what: Sight, where: Place) -> None:
        ids = [id_ for id_, _name in where.listed]
        wanted = [*ids, where.unit_id] if where.unit_id >= 0 else ids
        found = queries.figures(edge.session(), what, wanted, edge.now())
        self.by_unit, self.counted_at = found.by_unit, found.counted_at
        self.total = (
            self.by_unit[where.unit_id]
            if where.unit_id >= 0
            else sum((self.by_unit[id_] for id_ in ids), Counts())
        )


def _figures(what: Sight, where: Place) -> _Figures:
    return _Figures(what, where)


def _count_words(counts: Counts) -> dict[str, Any]:
    """The counts as numbers to read and as parts of a bar."""
    names = ("must", *rules.STATES)
    return {
        "words": {name: number(getattr(counts, name)) for name in names},
        "shares": {name: round(share, 3) for name, share in counts.shares().items()},
    }


def _above(what: Sight, where: Place) -> list[dict[str, str]]:
    """The way back up, for a unit that was chosen."""
    if where.unit_id <= 0 or "unit" not in request.args:
        return []
    return [
        {"label": name, "url": _url(what, unit=id_)}
        for id_, name in queries.way_to(edge.session(), what, where.unit_id)
    ]


class _Names:
    """A page of the list of people, with what was looked for and links to the pages beside it."""

    def __init__(self, what: Sight, where: Place, known: _Figures) -> None:
        self.wanted = request.args.get("q", "").strip()[:100]
        state = request.args.get("state", "")
        self.state = state if state in ("", *rules.STATES) else abort(400)
        after, before = (_spot(request.args.get(name, "")) for name in ("after", "before"))
        wish = Wish(self.wanted, self.state, after, before)
        size = queries.people_in(edge.session(), what, where)
        self.unit = where.unit_id if where.unit_id > 0 else None
        self.listed = queries.is_listed(size, wish)
        self.by_beginning = size > queries.MOST_NAMES and bool(self.wanted) and state not in queries.LIVE
        self.rows: list[dict[str, Any]] = []
        self.previous = self.following = None
        if not self.listed:
            return
        found = queries.people(
            edge.session(), what, where.unit_id, wish,
            many=size > queries.MOST_NAMES, now=edge.now(), most=A_PAGE,
        )  # fmt: skip
        more = len(found) > A_PAGE
        shown = found[-A_PAGE:] if before else found[:A_PAGE]
        self.rows = [_line(what, line) for line in shown]
        if shown and (after or (before and more)):
            self.previous = self._page(what, before=_mark(shown[0]))
        if shown and (before or more):
            self.following = self._page(what, after=_mark(shown[-1]))

    def _page(self, what: Sight, **spot: str) -> str:
        return _url(
            what, unit=self.unit, q=self.wanted or None, state=self.state or None, _anchor="people", **spot
        )


def _spot(text: str) -> tuple[str, int] | None:
    """A place in the list from an address: sort key, dot, enrolment id."""
    key, _dot, number_ = text.rpartition(".")
    return (key, int(number_)) if key.isdigit() and number_.isdigit() and len(number_) < 16 else None


def _mark(line: Line) -> str:
    return f"{line.sort_key}.{line.enrolment_id}"


def _line(what: Sight, line: Line) -> dict[str, Any]:
    last = line.attempts[-1] if line.attempts else None
    state = rules.state_of(last.state if last else None, last.last_sign if last else None, edge.now())
    return {
        "name": line.name,
        "unit": line.unit,
        "must": line.obligation == "must",
        "state": state,
        "state_name": _(rules.STATE_NAMES[state]),
        "attempts": [_attempt(what, attempt) for attempt in line.attempts],
    }


def _attempt(what: Sight, attempt: Tried) -> dict[str, Any]:
    state = rules.state_of(attempt.state, attempt.last_sign, edge.now())
    return {
        "number": attempt.number,
        "state": state,
        "state_name": _(rules.STATE_NAMES[state]),
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
        "submitted_at": attempt.submitted_at,
        "last_sign": attempt.last_sign,
        "url": url_for("room.attempt", **_at(what), attempt_id=attempt.id),
    }
