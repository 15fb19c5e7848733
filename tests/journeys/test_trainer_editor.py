"""A trainer in the editor: the phone follows, work is kept, rows move by keys, pictures and blanks come and go."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import select

from lms.banks.models import Picture, Question, QuestionVersion, UnsavedEdit
from tests.journeys.conftest import Site, Visit, look, look_at_colours

pytestmark = pytest.mark.browser
TYPES = (
    "single_choice", "multiple_choice", "true_false", "true_false_group", "short_answer", "numeric",
    "matching", "ordering", "cloze", "essay",
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_left(site: Site) -> None:
    with site.database.writing() as session:
        for each in session.scalars(select(UnsavedEdit)):
            session.delete(each)


def new(site: Site, kind: str) -> str:
    slug = next(iter(site.staged.banks))
    return f"/banks/hanoi_xviii/{slug}/new?type={kind}"


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((200, 120)).convert("RGB").save(out, "PNG")
    return out.getvalue()


def snap(page: Page, name: str) -> None:
    """A picture of the page for people to look at, when a folder for them is named."""
    if folder := os.environ.get("LMS_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def versions(site: Site) -> int:
    with site.database.reading() as session:
        return len(session.scalars(select(QuestionVersion.id)).all())


@pytest.mark.parametrize("kind", TYPES)
def test_the_editor_of_every_type_can_be_used_by_everybody(
    kind: str, site: Site, visit: Visit, width: str
) -> None:
    page = visit("tuan", width)
    page.goto(new(site, kind))
    look(page)
    snap(page, f"{kind}-{width}-light")
    look_at_colours(page)
    snap(page, f"{kind}-{width}-dark")


def test_the_phone_beside_the_form_follows_what_is_typed(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "single_choice"))
    phone = page.locator(".phone")
    expect(phone).to_be_visible()
    assert 355 <= phone.evaluate("each => each.clientWidth") <= 365
    page.get_by_label("Nội dung câu hỏi").fill("Có <b>bao nhiêu</b> khâu?")
    page.get_by_label("Phương án 1", exact=True).fill("Ba khâu")
    expect(phone.get_by_text("Có <b>bao nhiêu</b> khâu?")).to_be_visible()
    expect(phone.get_by_text("Ba khâu")).to_be_visible()
    assert phone.locator("input:enabled").count() == 0
    look(page)
    snap(page, "followed-desk")


def test_the_phone_stays_readable_while_its_answer_is_on_the_way(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.route("**/banks/preview", lambda _: None)  # never answered
    page.goto(new(site, "cloze"))
    expect(page.locator('.phone[aria-busy="true"]')).to_be_visible()
    look(page)
    page.unroute_all(behavior="ignoreErrors")


def test_on_a_phone_the_preview_opens_by_its_button(site: Site, visit: Visit) -> None:
    page = visit("tuan", "phone")
    page.goto(new(site, "true_false"))
    expect(page.locator(".phone")).to_be_hidden()
    page.get_by_label("Nội dung câu hỏi").fill("Có ba khâu đột phá.")
    page.get_by_role("button", name="Xem trước").last.click()
    expect(page.locator(".phone").get_by_text("Có ba khâu đột phá.")).to_be_visible()
    look(page)
    snap(page, "opened-phone")


def test_without_scripts_the_preview_button_does_it(site: Site, visit: Visit) -> None:
    page = visit("tuan", "phone", javascript=False)
    page.goto(new(site, "true_false"))
    page.get_by_label("Nội dung câu hỏi").fill("Có ba khâu đột phá.")
    page.get_by_role("button", name="Xem trước").last.click()
    expect(page.locator(".phone").get_by_text("Có ba khâu đột phá.")).to_be_visible()


def test_rows_move_by_keys_and_ctrl_enter_stores(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "ordering"))
    page.get_by_label("Nội dung câu hỏi").fill("Sắp xếp theo thời gian.")
    for number, text in enumerate(("1945", "1930", "1975"), 1):
        page.get_by_label(f"Mục {number}", exact=True).fill(text)
    page.get_by_label("Mục 2", exact=True).press("Alt+ArrowUp")
    expect(page.get_by_label("Mục 1", exact=True)).to_have_value("1930")
    expect(page.get_by_label("Mục 1", exact=True)).to_be_focused()
    page.get_by_label("Mục 1", exact=True).press("Alt+ArrowUp")
    expect(page.get_by_label("Mục 2", exact=True)).to_have_value("1945")
    page.get_by_label("Mục 2", exact=True).press("Alt+ArrowDown")
    expect(page.get_by_label("Mục 3", exact=True)).to_have_value("1945")
    page.get_by_label("Mục 3", exact=True).press("Control+Enter")
    page.wait_for_url(re.compile(r"/banks/question/\d+$"))
    with site.database.reading() as session:
        newest = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()
        assert newest
        assert newest.body["options"] == ["1930", "1975", "1945"]
        assert not session.scalars(select(UnsavedEdit)).all(), "what is stored is no longer kept as unsaved"


def test_a_blank_is_put_where_the_cursor_stands(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "cloze"))
    stem = page.get_by_label("Nội dung câu hỏi")
    stem.fill("Nghị quyết có  khâu.")
    stem.evaluate("each => each.setSelectionRange(14, 14)")
    page.get_by_role("button", name="Chèn chỗ trống").click()
    expect(stem).to_have_value("Nghị quyết có [[1]] khâu.")
    first = page.get_by_label("Đáp án chấp nhận 1: Chỗ trống 1")
    expect(first).to_be_focused()
    first.fill("ba")
    page.get_by_label("một trong danh sách").or_(
        page.locator("[name='blank-0-kind'][value=choice]")
    ).first.check()
    expect(first).to_be_hidden()
    page.locator("[name='blank-0-options']").first.fill("hai")
    look(page)
    snap(page, "cloze-choice-desk")
    page.locator("[name='blank-0-kind'][value=text]").check()
    expect(first).to_have_value("ba")


def test_work_is_kept_and_offered_again(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "true_false"))
    status = page.locator("[data-kept]")
    assert status.get_attribute("role") == "status"
    page.get_by_label("Nội dung câu hỏi").fill("Viết dở thế này")
    expect(status).to_have_text(re.compile(r"Đã lưu nháp lúc \d\d:\d\d"))
    page.goto("/banks/")  # nothing is unsent, so nothing holds the page back
    page.goto(new(site, "true_false"))
    expect(page.get_by_text("Đồng chí có bản đang viết dở lúc")).to_be_visible()
    look(page)
    snap(page, "offered-desk")
    page.get_by_label("Nội dung câu hỏi").fill("Đè lên")
    expect(status).to_have_text(re.compile("Đồng chí chọn ở trên trước"))
    with site.database.reading() as session:
        (left,) = session.scalars(select(UnsavedEdit))
        assert left.fields["stem"] == ["Viết dở thế này"], "what was left is not written over"
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Dùng tiếp").click()
    expect(page.get_by_label("Nội dung câu hỏi")).to_have_value("Viết dở thế này")
    page.get_by_label("Đúng", exact=True).check()
    before = versions(site)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(re.compile(r"/banks/question/\d+$"))
    assert versions(site) == before + 1
    with site.database.reading() as session:
        assert not session.scalars(select(UnsavedEdit)).all()


def test_without_a_connection_it_says_so_asks_before_leaving_and_tries_again(
    site: Site, visit: Visit
) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "true_false"))
    page.context.set_offline(True)
    page.get_by_label("Nội dung câu hỏi").fill("Mất mạng")
    status = page.locator("[data-kept]")
    expect(status).to_have_text("Chưa lưu được, sẽ thử lại")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("location.href = '/banks/'")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect(status).to_have_text(re.compile("Đã lưu nháp"), timeout=15_000)


def test_a_picture_is_taken_shown_described_and_removed(site: Site, visit: Visit, width: str) -> None:
    page = visit("tuan", width)
    page.goto(new(site, "single_choice"))
    page.get_by_label("Nội dung câu hỏi").fill("Trong ảnh là gì?")
    page.get_by_text("Hình ảnh dưới câu dẫn").click()
    page.set_input_files("#images-file", {"name": "a.png", "mimeType": "image/png", "buffer": a_picture()})
    expect(page.locator("[name=images-image]")).to_have_count(1)
    page.get_by_label("Ảnh cho thấy gì", exact=True).fill("Một dải màu xám")
    page.get_by_text("Ảnh của phương án này").first.click()
    page.set_input_files("#options-0-file", {"name": "b.png", "mimeType": "image/png", "buffer": a_picture()})
    expect(page.locator("[name=options-image]").first).to_have_value(re.compile(r"^[0-9a-f]{64}\.png$"))
    page.locator("#options-alt-0").fill("Phương án bằng ảnh")
    look(page)
    snap(page, f"pictures-{width}")
    shown = page.locator(".picture-row img").first
    assert shown.evaluate("each => each.naturalWidth") == 200
    with site.database.reading() as session:
        assert session.scalars(select(Picture)).all()
    page.get_by_role("button", name=re.compile("^Bỏ ảnh")).first.click()
    expect(page.locator("[name=images-image]")).to_have_count(0)
    page.locator("details#more-images:not([open]) summary").click() if page.locator(
        "details#more-images:not([open])"
    ).count() else None
    page.set_input_files(
        "#images-file", {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='x'/>"}
    )
    expect(page.locator("#images-file-error")).to_contain_text("Không nhận hình SVG")


def test_a_passage_is_found_without_marks_and_in_any_order(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    page.goto(new(site, "true_false"))
    search = page.locator("#cites-search")
    total = page.locator(".bank-cites .choice").count()
    if total < 6:
        expect(search).to_be_hidden()
        page.evaluate("document.querySelector('.cites-search').hidden = false")
    title = page.locator(".bank-cites .choice").first.inner_text().strip()
    wanted = " ".join(reversed(title.split()[-2:]))
    search.fill(wanted.upper())
    expect(page.locator(".bank-cites .choice").first).to_be_visible()
    search.fill("không có đoạn nào như vậy")
    expect(page.locator(".bank-cites .choice:visible")).to_have_count(0)
    expect(page.locator("[data-none]")).to_be_visible()
    with site.database.reading() as session:
        assert session.scalars(select(Question)).first()
