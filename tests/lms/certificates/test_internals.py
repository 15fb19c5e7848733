"""The press leans on WeasyPrint's inside: an upgrade that changes it is named, and certificates come all the same."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from structlog.testing import capture_logs

from lms.certificates.press import internals, plates
from lms.config import PROJECT
from tests.lms.certificates.archive import violations
from tests.lms.certificates.test_press import sheet
from tests.lms.kit.paper_samples import certificate

FOLDER = PROJECT / "lms" / "certificates" / "press"


def test_weasyprint_is_as_the_press_knows_it() -> None:
    """When this fails after an upgrade: see whether lms/certificates/press still follows WeasyPrint (test_press), then
    bring `internals.USED` up to date. Until then certificates are right and fifteen times slower."""
    assert internals.changed() == []


def test_all_that_the_press_imports_is_on_the_list() -> None:
    listed = {(module, name.split(".")[0]) for module, name, _ in internals.USED}
    found = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("weasyprint"):
                found |= {(str(node.module), each.name) for each in node.names}
    modules = {f"{module}.{name}" for module, name in found} & {module for module, _ in listed}
    assert {each for each in found if ".".join(each) not in modules} <= listed
    assert len(found) > 8


def test_what_is_no_more_or_is_called_otherwise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    used = (
        ("weasyprint.draw.text", "draw_a_line", None),
        ("weasyprint.document", "Page", ("somebody_else",)),
    )
    monkeypatch.setattr(internals, "USED", used)
    assert internals.changed() == [
        "weasyprint.draw.text.draw_a_line is no more",
        "weasyprint.document.Page takes ('page_box',), not ('somebody_else',)",
    ]


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("plate.lines_of", AttributeError("a box is called otherwise")),
        ("lines.Setter.draw", ImportError("a function is elsewhere")),
        ("plate.Plate.draw", TypeError("a function takes something else")),
    ],
)
def test_a_press_out_of_order_lays_out_one_by_one_and_says_so(
    place: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = sheet(certificate("Nguyễn Văn An"))
    right = plates.alone(one)
    plates.forget()

    def failing(*_: object) -> Any:
        raise error

    monkeypatch.setattr(f"lms.certificates.press.{place}", failing)
    with capture_logs() as logs:
        made = plates.printed(one)
    plates.forget()
    assert made == right
    assert violations(made) == []
    assert [each["error"] for each in logs] == [type(error).__name__]
    assert logs[0]["event"] == "certificate_press_out_of_order"
