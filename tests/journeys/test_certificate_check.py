"""A paper's QR code is scanned: the page opens, and its own script proves the paper or finds it out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from lms.certificates import actions
from lms.certificates.models import Certificate
from lms.certificates.seal import keys
from lms.courses import following
from lms.kit import clock
from lms.kit.i18n import _
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from lms.vietnamese.dates import local
from tests.journeys.conftest import Site, Visit, look, look_at_colours, snap
from tests.lms.certificates.test_certificates import let_pass

pytestmark = pytest.mark.browser
BAD = _(
    "The signature in the QR code is wrong. The paper was changed, or the code on it belongs to another certificate."
)
OFFLINE = _(
    "The list of our keys could not be loaded, so the signature in the QR code was not checked. Look at the connection "
    "and open the page again."
)


class Folder:
    """Where the served product keeps its key."""

    def __init__(self, folder: Path) -> None:
        self.data_dir, self.signing_key = folder, None


@pytest.fixture(scope="module")
def papers(site: Site) -> tuple[Certificate, Certificate]:
    """Certificates of two people, sealed by the served product's own key."""
    made = []
    for name in ("Tôn Nữ Thị Huyền Trân", "Vi Văn Mỗ"):  # of their own: other journeys sit the exam
        now = clock.now()
        with site.database.writing() as session:
            person = organisation.create_person(
                session,
                full_name=name,
                unit=session.get_one(Unit, site.cast.units["cell_a1"]),
                by=None,
                now=now,
                since=now.date(),
                born="1975",
                position="Bí thư chi bộ",
            ).id
            following.follow(session, [person], now=now)
        let_pass(site.database, site.staged, person)
        with site.database.writing() as session:
            key = keys.enter(session, keys.own_key(Folder(site.folder)), now)
            made.append(
                actions.issue(
                    session, site.staged.exam_id, person, base_url=site.url, by=None, now=now, key=key
                )
            )
    one, other = made
    assert one
    assert other
    return one, other


def scan(page: Page, address: str) -> str:
    """The page as it is after its script has spoken."""
    page.goto("about:blank")
    page.goto(address)
    verdict = page.locator("[data-verdict]")
    expect(verdict).not_to_be_empty()
    return verdict.inner_text()


def test_a_scanned_paper_is_proved_and_a_changed_one_found_out(
    visit: Visit, site: Site, papers: tuple[Certificate, Certificate]
) -> None:
    one, other = papers
    address, digits = str(one.facts["check_url"]).split("#")
    page = visit(None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    key = keys.own_key(Folder(site.folder))
    right = _("The signature in the QR code is right: our key {key} has signed exactly this.", key=key.id)
    assert scan(page, f"{address}#{digits}") == right
    told = page.locator("[data-fact]:visible").all_inner_texts()
    facts = one.facts
    assert [told[0], told[2], told[3]] == [facts["name"], facts["grade"], facts["number"]]
    assert told[4] == f"{local(clock.now()):%d/%m/%Y}"
    assert len(told) == 5, "no term, no line of it"
    shown = page.locator(".fact-list").first.inner_text()
    for fact in (facts["issuer"], facts["header"]["parent"], facts["name"], facts["born"], facts["position"]):
        assert str(fact) in shown
    for fact in (*facts["units"], facts["exam"], facts["result"], facts["number"], facts["code"]):
        assert str(fact) in shown
    assert "Lịch sử" in page.locator("main").inner_text()
    look(page)
    look_at_colours(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    scan(page, f"{address}#{digits}")
    look(page)
    snap(page, "check-sealed")
    assert not [url for url in asked if digits[:60] in url], "what stands behind the # goes nowhere"

    changed = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    another = str(other.facts["check_url"]).split("#")[1]
    for forged in (changed, another, "7" * 300):
        assert scan(page, f"{address}#{forged}") == BAD
        assert page.locator("[data-facts]").is_hidden()
        assert page.locator("[data-seal] + .verdict-warn").is_visible(), "what is wrong stands first"
    look(page)
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("[data-seal]").is_hidden(), "typed by hand: there is nothing to prove"


def test_another_s_key_proves_nothing_and_without_the_keys_nothing_is_claimed(
    visit: Visit, site: Site, papers: tuple[Certificate, Certificate], tmp_path: Path
) -> None:
    address = str(papers[0].facts["check_url"])
    own, foreign = keys.own_key(Folder(site.folder)), keys.own_key(Folder(tmp_path))
    page = visit(None)
    listed = json.loads(page.request.get("/c/keys.json").text())

    def answer(name: str, public: bytes) -> str:
        text = base64.urlsafe_b64encode(public).decode().rstrip("=")
        return json.dumps(listed | {"keys": [{"id": name, "public": text}]})

    def serve(body: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(body=body, content_type="application/json")

    def cut(route: Route) -> None:
        route.abort()

    wrong = [serve(answer(name, foreign.public)) for name in (own.id, foreign.id)]
    for answering, verdict in ((wrong[0], BAD), (wrong[1], BAD), (cut, OFFLINE)):
        page.unroute_all()
        page.route("**/c/keys.json", answering)
        assert scan(page, address) == verdict
    page.unroute_all()
    page.add_init_script(
        "if (crypto.subtle) crypto.subtle.importKey = () => Promise.reject(new Error('unknown'))"
    )
    unable = "This browser cannot check the signature in the QR code by itself. What our register says stands above."
    assert scan(page, address) == _(unable)
