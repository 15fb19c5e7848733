"""How long a slow phone on a slow network waits for the exam page, in a real browser; nothing where there is none."""

from __future__ import annotations

import os
import shutil
import time

LATENCY_MS = 400
BYTES_A_SECOND = 50_000
SLOWER_PROCESSOR = 6  # times
PATIENCE_MS = 60_000
ANSWERABLE = 'html[data-mode="script"] .question:visible input:enabled'


def seconds_to_answer(port: int, cookie: str, page: str) -> float | None:
    """From asking for the page, nothing being kept from before, until its first question can be answered; None
    without Chromium or Playwright."""
    path = os.environ.get("LMS_CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if not path:
        return None
    name, _equals, value = cookie.partition("=")
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": name, "value": value, "url": address}])
        opened = context.new_page()
        throttle = context.new_cdp_session(opened)
        throttle.send("Network.enable")
        throttle.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            },
        )
        throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
        began = time.perf_counter()
        opened.goto(address + page, wait_until="commit", timeout=PATIENCE_MS)
        opened.wait_for_selector(ANSWERABLE, timeout=PATIENCE_MS)
        taken = time.perf_counter() - began
        browser.close()
        return taken
