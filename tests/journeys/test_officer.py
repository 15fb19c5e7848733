"""An officer's Friday: one number, who is missing, the report in three formats, the certificates of the unit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site, Visit, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_from_the_number_to_the_files(site: Site, visit: Visit, width: str) -> None:
    page = visit("dung", width)
    page.goto(f"/reports/{site.staged.course_id}/units/{site.cast.units['ward_a']}")
    look(page)
    expect(page.locator(".figure-number")).to_contain_text("%")
    expect(page.get_by_text("Chi bộ số 1").first).to_be_visible()
    for format_, head in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF-")):
        with page.expect_download() as download:
            page.locator(f".downloads a[href*='completion.{format_}']").click()
        assert download.value.path().read_bytes().startswith(head), format_
    page.get_by_role("link", name="Chi bộ số 1").first.click()
    page.wait_for_load_state()
    look(page)
    page.goto(f"/reports/{site.staged.course_id}/units/{site.cast.units['ward_b']}")
    expect(page.get_by_role("heading", name=re.compile("Không tìm thấy"))).to_be_visible()


def test_the_certificates_of_the_unit_come_in_one_file(site: Site, visit: Visit) -> None:
    from lms.kit import clock
    from tests.lms.certificates.test_certificates import let_pass

    person_id = site.cast.people["dung"]
    with site.database.reading() as session:
        from lms.attempts.models import Standing

        known = session.get(Standing, (site.staged.exam_id, person_id))
    if known is None:
        let_pass(site.database, site.staged, person_id, number=99)
    assert clock.now()
    page = visit("dung", "desk")
    page.goto(f"/certificates/courses/{site.staged.course_id}/units/{site.cast.units['ward_a']}")
    look(page)
    page.get_by_role("button", name="Một tệp PDF để in").click()
    page.wait_for_url("**/jobs/*")
    look(page)
    download_link = page.locator("a[href$='/file']")
    expect(download_link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        download_link.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
