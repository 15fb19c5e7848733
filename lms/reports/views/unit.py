"""One unit in one course: one number, the units below worst first, the names of those who have not finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import queries as courses
from lms.courses.rules import deadline
from lms.kit.i18n import _
from lms.reports import figures, queries, rules
from lms.reports.catalogue import REPORTS
from lms.reports.queries import NameLine
from lms.reports.report import Asked
from lms.reports.rules import UnitLine
from lms.reports.views.door import (
    READER,
    address,
    choice,
    door,
    downloads,
    may_change,
    path_to,
    unit_url,
    units_of,
    wanted,
)
from lms.web import edge
from lms.web.viewer import viewer

A_PAGE = 50  # names
MOST_ID = 2**53  # of what a link may carry; beyond it a database could refuse the number


@door.page("/<int:course_id>/units/<int:unit_id>", may=READER)
def unit(course_id: int, unit_id: int) -> ResponseReturnValue:
    """The page of a unit; its figures come from the kept counts, in a number of queries that does not grow."""
    asked_for = wanted(course_id, unit_id)
    what, changes = asked_for.asked, may_change(unit_id)
    whole, parts = figures.whole_and_parts(edge.session(), what, levels=1)
    lines = rules.worst_first(rules.with_own_people(whole, parts)) if parts else []
    names = _names(what)
    return render_template(
        "reports/unit.html",
        unit={"name": whole.name, "code": what.unit.code},
        path=path_to(what),
        course={
            "title": what.course.title,
            "deadline": deadline(what.course.closes_at, what.at),
        },
        courses=_choices(what),
        choose_url=url_for("reports.choose", unit_id=unit_id),
        counts=whole.counts,
        percent=whole.percent,
        change=None,
        as_of=what.until,
        units_now=what.as_of == "now",
        choice=choice(asked_for),
        low=rules.below_half(lines),
        units=[_unit_row(what, line) for line in lines],
        missing=names.rows,
        missing_previous=names.previous,
        missing_next=names.following,
        downloads=downloads(REPORTS["completion"], what),
        screen_url=_screen(what, "completion"),
        missing_downloads=downloads(REPORTS["unfinished"], what),
        reports=_others(what),
        frozen_url=url_for("reports.frozen_list", course_id=course_id, unit_id=unit_id),
        certificates_url=url_for("certificates.unit", course_id=course_id, unit_id=unit_id)
        if changes
        else None,
        exempt_url=url_for("courses.people", course_id=course_id) if changes else None,
    )


def _screen(what: Asked, name: str) -> str:
    return url_for("reports.screen", **address(what), name=name)


def _others(what: Asked) -> list[dict[str, str]]:
    """Every report of the catalogue that the viewer may ask for here."""
    return [
        {"title": _(report.title), "url": _screen(what, name)}
        for name, report in REPORTS.items()
        if any(viewer().has(role) for role in report.roles)
    ]


def _choices(what: Asked) -> list[dict[str, Any]]:
    found = courses.courses_touching(edge.session(), units_of())
    return [{"code": c.code, "title": c.title, "selected": c.id == what.course.id} for c in found]


def _unit_row(what: Asked, line: UnitLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "url": unit_url(what.course, line.unit_id, what) if line.depth else None,
        "finished": line.counts["finished"],
        "must": line.counts["must"],
        "percent": line.percent,
    }


@dataclass(frozen=True, slots=True)
class _Names:
    """One page of names as the template shows it, with links to the pages beside it."""

    rows: list[dict[str, Any]]
    previous: str | None
    following: str | None


def _names(what: Asked) -> _Names:
    after, before = _enrolment("after"), _enrolment("before")
    found = queries.unfinished_page(edge.session(), what, after=after, before=before, most=A_PAGE)
    more = len(found) > A_PAGE
    shown = found[-A_PAGE:] if before else found[:A_PAGE]
    first, last = (shown[0].enrolment_id, shown[-1].enrolment_id) if shown else (None, None)
    return _Names(
        _name_rows(shown),
        _page(what, before=first) if shown and (after or (before and more)) else None,
        _page(what, after=last) if shown and (before or more) else None,
    )


def _enrolment(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < MOST_ID else None


def _page(what: Asked, **place: Any) -> str:
    here = url_for("reports.unit", **address(what), **place)
    return f"{here}#missing"


def _name_rows(lines: Sequence[NameLine]) -> list[dict[str, Any]]:
    seen = queries.last_seen(edge.session(), [line.person_id for line in lines])
    return [
        {
            "name": line.name,
            "position": line.position,
            "unit": line.unit,
            "how_far": line.how_far,
            "how_far_words": _(rules.HOW_FAR[line.how_far]),
            "last_seen": seen.get(line.person_id),
        }
        for line in lines
    ]
