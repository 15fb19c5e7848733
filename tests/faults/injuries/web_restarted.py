"""A new version is rolled out in the middle of the exam: the server is stopped and started."""

from __future__ import annotations

from tests.faults.ground import Ground


def web_restarted(ground: Ground) -> None:
    """SIGTERM, wait for the end, start on the same port."""
    ground.server.stop()
    ground.server.start()
