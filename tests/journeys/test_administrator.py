"""An administrator's screens in a browser: the tree, a person, the audit trail."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site, Visit, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_units_people_roles_and_the_trail(site: Site, visit: Visit, width: str) -> None:
    page = visit("an", width)
    for path in (
        "/admin/units/",
        f"/admin/units/{site.cast.units['city']}",
        f"/admin/units/{site.cast.units['ward_a']}/new",
        f"/admin/units/{site.cast.units['cell_a1']}/people/new",
        f"/admin/people/{site.cast.people['long']}",
        f"/admin/people/{site.cast.people['long']}/edit",
        f"/admin/people/{site.cast.people['long']}/move",
        f"/admin/people/{site.cast.people['long']}/roles",
        "/admin/audit/",
        "/admin/mail/",
        "/account/password",
        "/account/sign-ins",
    ):
        page.goto(path)
        look(page)
    page.goto(f"/admin/units/{site.cast.units['city']}?q=huyen tran")
    expect(page.get_by_text("Huyền Trân").first).to_be_visible()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_that_anybody_sees(visit: Visit, width: str) -> None:
    page = visit(None, width)
    for path in ("/sign-in", "/accessibility", "/c/", "/c/khong-co", "/khong-co"):
        page.goto(path)
        look(page)
