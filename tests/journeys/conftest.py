"""A real browser against the product as it is served: granian, the worker, SQLite, all in processes of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lms.accounts.models import Credential
from lms.config import PROJECT
from lms.kit import clock, migrations
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from tests.cast import PASSWORD, Cast, gather
from tests.stage import Stage, stage

WIDTHS = {"phone": (360, 740), "desk": (1280, 900)}
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
]


@dataclass(frozen=True)
class Site:
    """The running product and what is in it."""

    url: str
    database: Database
    cast: Cast
    staged: Stage
    folder: Path
    cookies: dict[str, Any] = field(default_factory=dict)  # of those at a desk who have signed in


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the journeys are skipped loudly, or fail where they are required (CI)."""
    path = os.environ.get("LMS_CHROMIUM") or shutil.which("chromium")
    if not path:
        if os.environ.get("LMS_REQUIRE_BROWSER"):
            pytest.fail("no Chromium was found, and the browser journeys are required")
        pytest.skip("NO CHROMIUM: the browser journeys did not run")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    url, port = f"sqlite:///{folder / 'lms.db'}", _free_port()
    migrations.upgrade(url)
    database = Database(url)
    with database.writing() as session:
        cast = gather(session, password_hash)
        staged = stage(session, cast, clock.now(), attempts_allowed=3)
    env = {
        **os.environ,
        "LMS_DATA_DIR": str(folder),
        "LMS_DATABASE_URL": url,
        "LMS_SECRET_KEY": secrets.token_hex(32),
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
        "LMS_LOG_FORMAT": "console",
    }
    with (folder / "log").open("wb") as log:
        commands = (["serve", "--port", str(port), "--workers", "1"], ["worker", "--processes", "1"])
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "lms", *command], env=env, cwd=PROJECT, stdout=log, stderr=log
            )
            for command in commands
        ]
        try:
            _wait(env["LMS_BASE_URL"], folder / "log")
            yield Site(env["LMS_BASE_URL"], database, cast, staged, folder)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=20)
            database.engine.dispose()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(url: str, log: Path) -> None:
    for _try in range(300):
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=1).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def colleague(site: Site, password_hash: str) -> str:
    """Sign-in name of a second trainer, because whoever wrote a question does not approve it."""
    account(site, password_hash, "mai", "Phan Thị Mai", "trainer")
    return "mai"


def account(site: Site, password_hash: str, sign_in_name: str, full_name: str, role: str) -> None:
    """Somebody new of the city who can sign in, with the role over it."""
    with site.database.writing() as session:
        city, now = session.get_one(Unit, site.cast.units["city"]), clock.now()
        person = organisation.create_person(
            session,
            full_name=full_name,
            unit=city,
            by=None,
            now=now,
            since=date(2025, 7, 1),
            born="1975",
        )
        organisation.grant_role(session, person, role=role, unit=city, by=None, now=now)
        session.add(
            Credential(
                person_id=person.id,
                sign_in_name=sign_in_name,
                password_hash=password_hash,
                must_change=False,
                changed_at=now,
            )
        )


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a browser for somebody of the cast, signed in by the form; nobody with None.

    Whoever works at a desk signs in once and stays signed in: a sign-in tells devices apart only in a sitting.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_(person: str | None, width: str = "phone", *, javascript: bool = True) -> Page:
        size = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=javascript,
            base_url=site.url,
        )
        context.set_default_timeout(30_000)
        kept = site.cookies.get(person or "") if width == "desk" and javascript else None
        if kept:
            context.add_cookies(kept)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if person is not None and not kept:
            page.goto("/sign-in")
            page.fill("[name=sign_in_name]", person)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(f"{site.url}/")
            if width == "desk":
                site.cookies[person] = context.cookies()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults, f"scripts failed: {faults}"


def snap(page: Page, name: str) -> None:
    """Pictures of the page for people to look at, light and dark, when a folder for them is named."""
    if folder := os.environ.get("LMS_SCREENSHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(200)
            page.screenshot(path=Path(folder) / f"{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")


# axe tells of what it does not object to as well, place by place: of a long table that takes most of its time
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}


def objections(page: Page, options: dict[str, Any] = EVERYTHING) -> str:
    """What axe objects to, a line a place. A place inside a shadow tree is a list of selectors."""
    return "\n".join(
        f"{page.url} {violation['id']}: {node['target']} {node['html']} {node['failureSummary']}"
        for violation in Axe().run(page, options=options).response["violations"]
        for node in violation["nodes"]
    )


def look_at_colours(page: Page) -> None:
    """The page in dark: what can differ from the light one that `look` has seen."""
    page.emulate_media(color_scheme="dark")
    page.reload()  # so that no colour is looked at on its way
    assert not (found := objections(page, COLOURS)), found


def look(page: Page, options: dict[str, Any] = EVERYTHING) -> None:
    """What every page must hold: nothing axe objects to, no sideways scrolling, a title, one main heading."""
    assert not (found := objections(page, options)), found
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} scrolls sideways by {overflow} px"
    assert page.locator("h1").count() == 1, page.url
    assert page.title(), page.url
