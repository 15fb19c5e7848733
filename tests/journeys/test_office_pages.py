"""Every page of an office that no other journey looks at: once on a phone in light, once at a desk in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lms.courses.models import Course
from lms.kit import clock
from lms.kit.i18n import _
from lms.organisation.models import Unit
from lms.reports.catalogue import REPORTS
from lms.reports.frozen import freeze
from lms.reports.report import Asked
from tests.journeys.conftest import EVERYTHING, WIDTHS, Site, Visit, account, look, snap

pytestmark = pytest.mark.browser

OF_A_DESK = {**EVERYTHING, "runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
SEEN_ELSEWHERE = ("completion", "unfinished")  # tests/journeys/test_officer_week.py


def test_every_page_of_an_office(site: Site, visit: Visit, password_hash: str) -> None:
    account(site, password_hash, "hong", "Vũ Thị Hồng", "auditor")
    account(site, password_hash, "hien", "Đỗ Thu Hiền", "secretary")
    frozen = _worked_in(site)
    course, units, people = site.staged.course_id, site.cast.units, site.cast.people
    ward, cell = units["ward_a"], units["cell_a1"]
    figures = f"/reports/{course}/units/{ward}"
    walks = {
        "dung": [
            "/reports/",
            *(f"{figures}/{name}" for name in REPORTS if name not in SEEN_ELSEWHERE),
            f"{figures}/completion/schedules",
            f"{figures}/reminders",
            f"{figures}/reminders/print",
            f"{figures}?moment=hom+qua",
            f"/reports/frozen/{frozen}",
            f"/reports/frozen/{frozen}/compare",
            "/reports/frozen",
            f"/reports/units/{ward}/paper",
            "/certificates/registers/",
            "/rosters/slips",
            "/rooms",
            "/entry/",
            f"/admin/people/{people['lan']}/leave",
        ],
        "an": [
            f"/admin/units/{ward}?on=khong+co",
            f"/admin/units/{cell}?left=1",
            f"/admin/units/{ward}/edit",
            f"/admin/units/{ward}/rename",
            f"/admin/units/{ward}/roles",
            f"/admin/units/{ward}/move",
            f"/admin/units/{ward}/merge",
            f"/admin/units/{ward}/split",
            f"/admin/people/{people['lan']}/second",
            "/admin/audit/?who=binh&until=khong+co",
            "/admin/mail/?kind=sent",
        ],
        "hong": ["/reports/", f"/admin/units/{ward}", f"/admin/people/{people['lan']}", "/admin/audit/"],
        "hien": ["/entry/", "/reports/"],
    }
    for person, addresses in walks.items():
        page = visit(person, "desk")
        for address in addresses:
            _look_at(page, address)
        if person == "an":
            _look_before_it_is_closed(page, site)


def _look_at(page: Page, address: str) -> None:
    page.goto(address)
    _look_twice(page)
    snap(page, address.strip("/").replace("/", "_") or "home")


def _look_twice(page: Page) -> None:
    """One loading for both widths and both schemes: on a phone everything, at a desk what can differ from it."""
    for size, scheme, options in (("phone", "light", EVERYTHING), ("desk", "dark", OF_A_DESK)):
        page.set_viewport_size({"width": WIDTHS[size][0], "height": WIDTHS[size][1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        look(page, options)


def _look_before_it_is_closed(page: Page, site: Site) -> None:
    """What a change of the tree would do is said before it is done, and the focus is on it."""
    page.goto(f"/admin/units/{site.cast.units['cell_a2']}/close")
    page.fill("[name=on]", "31/02/2026")
    page.get_by_role("button", name=_("See what it would change")).click()
    expect(page.locator(".field-error")).to_be_visible()
    _look_twice(page)
    chosen = "day => { day.value = '2026-03-05'; day.dispatchEvent(new Event('change')) }"
    page.locator(".calendar").evaluate(chosen)
    expect(page.locator("[name=on]")).to_have_value("05/03/2026")  # a browser's own field would say 03/05
    page.locator("[name=on]").fill(f"{clock.now():%d/%m/%Y}")
    page.get_by_role("button", name=_("See what it would change")).click()
    expect(page.locator(":focus")).to_contain_text(_("What this would change"))
    _look_twice(page)


def _worked_in(site: Site) -> int:
    """A report is frozen; its id."""
    now, cast = clock.now(), site.cast
    with site.database.writing() as session:
        course = session.get_one(Course, site.staged.course_id)
        ward = session.get_one(Unit, cast.units["ward_a"])
        kept = freeze(
            session, REPORTS["completion"], Asked(course, ward, now), note="", by=cast.people["dung"], now=now
        )
        return kept.id
