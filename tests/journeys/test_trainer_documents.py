"""From a resolution in Word to a module that people read, to questions on its passages, and to the next edition."""

from __future__ import annotations

import io
import re
from copy import deepcopy

import docx
import pytest
from docx.document import Document
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Select, select

from lms.banks.models import Citation, Question, QuestionVersion
from lms.study.models import Document as Stored
from lms.study.models import Passage, PassageTopic
from tests.journeys.conftest import Site, Visit, look, snap

pytestmark = pytest.mark.browser
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE = "Nghị quyết về nước sạch và cây xanh"
TEXT = """\
I. TÌNH HÌNH
# Kết quả đạt được
Trong nhiệm kỳ qua, toàn xã đã trồng 1.200 cây xanh ở các tuyến đường, hoàn thành 14 công trình nước sạch cho các thôn \
và mở 3 lớp học buổi tối cho người lớn tuổi; tỷ lệ hộ dùng nước sạch đạt 92%.
# Hạn chế
Việc thu gom rác ở hai thôn xa trung tâm còn chậm; đường vào thôn thứ năm chưa được chiếu sáng, và thư viện của xã chỉ \
mở cửa ba buổi trong tuần nên ít người đến đọc sách, nhất là người cao tuổi.
II. MỤC TIÊU ĐẾN NĂM 2030
# Chỉ tiêu đến năm 2030
Phấn đấu đến năm 2030 có 100% số hộ dùng nước sạch, trồng thêm 5.000 cây xanh, và mỗi thôn có một tủ sách; thu nhập \
bình quân đầu người đạt 95 triệu đồng, tỷ lệ đường được chiếu sáng đạt 98%.
# Các khâu đột phá
Xã xác định ba khâu đột phá: mở rộng đường liên thôn, đào tạo nghề cho thanh niên, và đưa dịch vụ của xã lên mạng để \
người dân làm giấy tờ tại nhà; mỗi khâu có một tổ giúp việc và báo cáo hằng quý.
"""
FIGURES = "Chỉ tiêu đến năm 2030"  # the heading of the passage that the questions are on


def resolution(old: str = "", new: str = "") -> bytes:
    """The resolution as a Word file whose sections Word numbers itself, perhaps with `new` for the words `old`."""
    document = docx.Document()
    document.add_paragraph("NGHỊ QUYẾT")
    document.add_paragraph(TITLE.removeprefix("Nghị quyết "))
    for line in TEXT.replace(old, new).splitlines() if old else TEXT.splitlines():
        if line.startswith("# "):
            _numbered(document, line[2:])
        elif line.isupper():
            document.add_heading(line, 1)
        else:
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _numbered(document: Document, heading: str) -> None:
    """A heading of the second level with the automatic number of a list."""
    numbering = document.styles["List Number"].element.pPr.numPr
    document.add_heading(heading, 2)._p.get_or_add_pPr().append(deepcopy(numbering))


def test_from_a_resolution_to_a_module_to_questions_to_the_next_edition(site: Site, visit: Visit) -> None:
    page = visit("tuan", "desk")
    document = _upload_and_put_in_force(page)
    _confirm_topics_by_keyboard(site, page, document)
    module = _compose(page)
    _a_cadre_reads(visit("lan", "phone"), module)
    codes = _take_two_drafts(site, page)
    _begin_a_question_from_the_passage(page)
    _compare_and_apply_the_next_edition(page, document)
    _say_that_the_question_is_still_right(site, page, codes)
    _look_at_everything_on_a_phone(visit("tuan", "phone"), document, module)


def _upload(page: Page, data: bytes, button: str) -> None:
    page.set_input_files("input[type=file]", {"name": "nghi-quyet.docx", "mimeType": WORD, "buffer": data})
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r"/workshop/documents/editions/\d+$"))
    expect(page.get_by_role("button", name="Cho bản này có hiệu lực")).to_be_visible(timeout=40_000)


def _upload_and_put_in_force(page: Page) -> str:
    """Returns the address of the document."""
    page.goto("/workshop/documents/")
    look(page)
    snap(page, "documents-desk")
    page.get_by_label("Tên văn bản").fill(TITLE)
    page.locator("[name=resolution]").select_option("hanoi_xviii")
    _upload(page, resolution(), "Đọc văn bản")
    look(page)
    snap(page, "edition-first-desk")
    expect(page.get_by_role("heading", name=FIGURES)).to_be_visible()
    page.get_by_role("button", name="Cho bản này có hiệu lực").click()
    page.wait_for_url(re.compile(r"/workshop/documents/\d+$"))
    expect(page.get_by_text("4 đoạn đang có hiệu lực")).to_be_visible()
    expect(page.get_by_text("mục II.3")).to_be_visible()
    look(page)
    snap(page, "document-desk")
    return page.url


def _confirm_topics_by_keyboard(site: Site, page: Page, document: str) -> None:
    passages = page.locator(".workshop-passage")
    page.keyboard.press("j")
    for place in range(4):
        passage = passages.nth(place)
        boxes = passage.locator("input[type=checkbox]")
        expect(passage).to_be_focused()
        if not any(box.is_checked() for box in boxes.all()):
            page.keyboard.press("1")
            expect(boxes.nth(0)).to_be_checked()
        page.keyboard.press("Enter")
        expect(passage).to_have_attribute("data-settled", "")
    look(page)
    snap(page, "document-settled-desk")
    with site.database.reading() as session:
        ids = select(Passage.id).where(Passage.document_id == int(document.rsplit("/", 1)[-1]))
        rows = session.scalars(select(PassageTopic).where(PassageTopic.passage_id.in_(ids))).all()
    assert rows
    assert "suggested" not in {row.state for row in rows}


def _compose(page: Page) -> str:
    """A module of two passages and a text of one's own; returns its slug."""
    page.goto("/workshop/modules/")
    look(page)
    snap(page, "modules-desk")
    page.get_by_label("Tên chuyên đề").fill("Nước sạch cho mọi nhà")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    page.wait_for_url(re.compile("/workshop/modules/[^/]+$"))
    slug = page.url.rsplit("/", 1)[-1]
    for heading in ("Kết quả đạt được", FIGURES):
        page.get_by_role("checkbox", name=re.compile(heading)).check()
    page.get_by_role("button", name="Đưa các đoạn đã chọn vào").click()
    expect(page.locator(".workshop-chosen > li")).to_have_count(2)
    page.get_by_role("link", name="Tự viết một đoạn").click()
    look(page)
    snap(page, "own-desk")
    page.fill("[name=heading]", "Việc của chi bộ ta")
    page.fill("[name=body]", "Mỗi đảng viên trồng **hai cây** và chăm sóc trong một năm.")
    page.get_by_role("button", name="Lưu bản nháp").click()
    chosen = page.locator(".workshop-chosen > li")
    expect(chosen).to_have_count(3)
    page.get_by_role("button", name=re.compile("^Lên.*Việc của chi bộ ta")).click()
    expect(chosen.nth(1)).to_contain_text("Việc của chi bộ ta")
    look(page)
    snap(page, "compose-desk")
    page.get_by_role("link", name="Xem trước").click()
    expect(page.locator("strong", has_text="hai cây")).to_be_visible()
    look(page)
    snap(page, "preview-desk")
    page.go_back()
    page.get_by_role("button", name="Xuất bản").click()
    expect(page.get_by_text("Đã xuất bản phiên bản 1").first).to_be_visible()
    look(page)
    return slug


def _a_cadre_reads(page: Page, slug: str) -> None:
    page.goto("/study/")
    look(page)
    snap(page, "study-phone")
    page.get_by_role("link", name=re.compile("^Nước sạch cho mọi nhà")).first.click()
    page.locator(".module-start a").first.click()
    page.get_by_role("button", name=re.compile("^Đã đọc")).click()
    expect(page.get_by_role("heading", name="Việc của chi bộ ta")).to_be_visible()
    look(page)
    page.goto("/study/")
    page.get_by_role("searchbox").fill("chi tieu nuoc sach")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile(FIGURES))).to_be_visible()
    look(page)
    snap(page, "search-phone")


def _open_the_passage(page: Page) -> None:
    """By the coverage map, where nobody asks about it yet."""
    page.goto("/banks/")
    page.locator("a[href$='/coverage/hanoi_xviii']", has_text="Độ phủ").click()
    look(page)
    snap(page, "coverage-desk")
    page.get_by_role("row").get_by_role("link", name=re.compile(FIGURES)).click()


def _take_two_drafts(site: Site, page: Page) -> list[str]:
    """Returns the codes of the questions."""
    _open_the_passage(page)
    expect(page.get_by_text("Chưa ai hỏi về đoạn này.")).to_be_visible()
    look(page)
    snap(page, "passage-desk")
    drafts = page.locator("input[name=draft]")
    page.locator("#bank-drafts").select_option("hanoi_xviii/targets_2030")
    drafts.nth(0).check()
    drafts.nth(1).check()
    page.get_by_role("button", name="Lưu các câu đã chọn làm bản nháp").click()
    expect(page.get_by_text("Đã lưu 2 câu hỏi").first).to_be_visible()
    look(page)
    snap(page, "passage-asked-desk")
    with site.database.reading() as session:
        found = session.scalars(_citing(FIGURES)).all()
    assert {each.state for each in found} == {"draft"}
    assert len(found) == 2
    return [each.code for each in found]


def _citing(heading: str) -> Select[Question]:
    return (
        select(Question)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .join(Passage, Passage.id == Citation.passage_id)
        .join(Stored, Stored.id == Passage.document_id)
        .where(Passage.heading == heading, Stored.title == TITLE, QuestionVersion.number == Question.version)
    )


def _begin_a_question_from_the_passage(page: Page) -> None:
    page.locator("#bank-new").select_option("hanoi_xviii/targets_2030")
    page.get_by_label("Loại", exact=False).last.select_option("true_false")
    page.get_by_role("button", name="Soạn câu hỏi").click()
    page.wait_for_url(re.compile("/targets_2030/new"))
    cited: Locator = page.locator(".bank-cites .choice", has_text=FIGURES)
    expect(cited.locator("input")).to_be_checked()
    look(page)
    snap(page, "editor-cites-desk")
    page.evaluate("window.onbeforeunload = null")


def _compare_and_apply_the_next_edition(page: Page, document: str) -> None:
    page.goto(document)
    _upload(page, resolution("5.000 cây", "6.000 cây"), "Đọc bản mới")
    expect(page.locator("del")).to_contain_text(["5"])
    expect(page.locator("ins")).to_contain_text(["6"])
    expect(page.get_by_text("số liệu khác: 5.000, 6.000")).to_be_visible()
    expect(page.locator(".workshop-change", has_text="Giữ nguyên")).to_have_count(3)
    look(page)
    snap(page, "edition-next-desk")
    page.set_viewport_size({"width": 360, "height": 740})
    look(page)
    snap(page, "edition-next-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Cho bản này có hiệu lực").click()
    page.wait_for_url(document)


def _say_that_the_question_is_still_right(site: Site, page: Page, codes: list[str]) -> None:
    page.goto("/banks/hanoi_xviii/targets_2030")
    page.get_by_role("link", name=re.compile("Cần xem lại")).click()
    for code in codes:
        expect(page.get_by_role("link", name=code, exact=True)).to_be_visible()
    expect(page.locator("ins", has_text="6").first).to_be_visible()
    look(page)
    snap(page, "checks-desk")
    page.get_by_role("button", name=f"Vẫn đúng {codes[0]}").click()
    expect(page.get_by_role("link", name=codes[0], exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name=codes[1], exact=True)).to_be_visible()
    look(page)


def _look_at_everything_on_a_phone(page: Page, document: str, module: str) -> None:
    for name, address in {
        "documents": "/workshop/documents/",
        "document": document,
        "modules": "/workshop/modules/",
        "compose": f"/workshop/modules/{module}",
        "own": f"/workshop/modules/{module}/own",
        "preview": f"/workshop/modules/{module}/preview",
        "coverage": "/banks/coverage/hanoi_xviii",
        "topics": "/banks/topics/hanoi_xviii",
        "export": "/banks/hanoi_xviii/targets_2030/export?format=aiken&state=approved&state=draft",
        "checks": "/banks/hanoi_xviii/targets_2030/checks",
    }.items():
        page.goto(address)
        look(page)
        snap(page, f"{name}-phone")
    page.goto("/banks/coverage/hanoi_xviii")
    page.get_by_role("row").get_by_role("link", name=re.compile(FIGURES)).click()
    look(page)
    snap(page, "passage-phone")
    page.goto(document)
    page.get_by_role("link", name=re.compile("Bản thứ 2")).click()
    look(page)
    snap(page, "edition-phone")
