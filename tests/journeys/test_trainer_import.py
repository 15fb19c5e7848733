"""A trainer's sitting: a Word file of 50 questions becomes an approved bank, with a colleague who approves it."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.document import Document
from docx.shared import RGBColor
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from lms.banks.models import Bank, ImportedQuestion, Question, QuestionImport
from lms.study.models import Resolution, Topic
from tests.journeys.conftest import Site, Visit, look, snap

pytestmark = pytest.mark.browser
COUNT = 50
RED = 15  # from this question on the key is red, before it is underlined
KEYLESS = (35, 42)  # nothing is marked at these
TWICE, FIRST = 37, 3  # the first asks again what the second asks
TABLED = 38  # its key stands only in the table at the end, and says C
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
THINGS = (
    "nước sạch", "cây xanh", "thư viện", "đường liên thôn", "trường mầm non", "trạm y tế", "chợ quê", "tủ sách",
    "đèn đường", "bãi xe", "sân bóng", "nhà văn hóa", "lớp học buổi tối", "đàn bò", "vườn rau", "hồ cá", "cầu tre",
    "giếng khoan", "xe buýt", "bưu điện", "kênh mương", "rừng phòng hộ", "lò gốm", "xưởng may", "làng nghề", "đội kèn",
    "cung thiếu nhi", "bến phà", "trạm bơm", "kho lúa", "đồi chè", "vườn thú", "quảng trường", "bảo tàng", "lò bánh",
    "tổ đan lát", "nông trại", "phố đi bộ", "lễ hội", "đội cứu hỏa", "bể bơi", "câu lạc bộ cờ", "công viên", "rạp hát",
    "phòng đọc", "khu cắm trại", "đài phát thanh", "trại giống", "xóm chài", "nhà ga",
)  # fmt: skip
ASKED = (
    "Đến năm 2030, {thing} được giao cho ai?",
    "Ai chịu trách nhiệm mở rộng {thing}?",
    "Bộ phận nào báo cáo về {thing} hằng quý?",
    "Kinh phí của {thing} lấy từ đâu?",
    "Việc sửa chữa {thing} bắt đầu khi nào?",
)
MARKS = ("desk", "phone", "plain")  # the same file asks other things with another mark
OPTIONS = ("Đảng ủy", "Ủy ban nhân dân", "Mặt trận Tổ quốc", "Đoàn Thanh niên", "Hội Nông dân", "Hội Phụ nữ")


def right(number: int) -> int:
    """The place of the right option of a question of the file."""
    return number % 4


def fifty_questions(mark: str) -> bytes:
    """A Word file as many people type it; `mark` makes it ask other things."""
    document = docx.Document()
    document.add_heading("Câu hỏi tìm hiểu Nghị quyết", 1)
    for number in range(1, COUNT + 1):
        _question(document, number, mark)
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate((("Câu", "Đáp án"), (str(TABLED), "C"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _question(document: Document, number: int, mark: str) -> None:
    asked = FIRST if number == TWICE else number
    words = ASKED[(asked + MARKS.index(mark)) % len(ASKED)].format(thing=THINGS[asked - 1])
    document.add_paragraph(f"Câu {number}: {words}")
    for place, letter in enumerate("ABCD"):
        run = document.add_paragraph().add_run(f"{letter}. {OPTIONS[(asked + place) % len(OPTIONS)]}")
        if place != right(asked) or number in (*KEYLESS, TABLED):
            continue
        if number < RED:
            run.underline = True
        else:
            run.font.color.rgb = RGBColor(0xFF, 0, 0)
    document.add_paragraph(f"Nguồn: Nghị quyết, mục {1 + number % 4}")


def bank_for(site: Site, mark: str) -> str:
    """Slug of a new bank of a resolution of its own, so that no other journey meets these questions."""
    with site.database.writing() as session:
        resolution = Resolution(
            slug=f"import_{mark}", title=f"Nghị quyết số {MARKS.index(mark)}", term="", position=9
        )
        session.add(resolution)
        session.flush()
        topic = Topic(resolution_id=resolution.id, slug="commune", name="Việc của xã", position=1)
        session.add(topic)
        session.flush()
        bank = Bank(slug=f"{resolution.slug}/{topic.slug}", topic_id=topic.id, name=topic.name)
        session.add(bank)
        return bank.slug


def uploaded(page: Page, mark: str) -> str:
    """Upload the 50 questions from the page of importing, wait for the worker; the address of the import."""
    page.set_input_files(
        "input[type=file]",
        {"name": f"50 câu {mark}.docx", "mimeType": WORD, "buffer": fifty_questions(mark)},
    )
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_url(re.compile(r"/banks/import/\d+$"))
    expect(page.get_by_role("heading", name="Nhận diện 50 câu hỏi")).to_be_visible(timeout=40_000)
    return page.url


def stored(site: Site, address: str) -> list[Question]:
    """The questions that an import has put into its bank."""
    import_id = int(address.rsplit("/", 1)[-1])
    ids = select(ImportedQuestion.question_id).where(ImportedQuestion.import_id == import_id)
    with site.database.reading() as session:
        return list(session.scalars(select(Question).where(Question.id.in_(ids)).order_by(Question.id)))


def article(page: Page, number: int) -> Locator:
    return page.locator(f"article#q{number}")


def key_of(page: Page, number: int) -> Locator:
    """The button that says which option of a question is right."""
    return article(page, number).locator(f"button[value=key-{right(number)}]")


def correct_what_is_doubtful(page: Page) -> None:
    """Go from doubt to doubt by key and by link; set the missing keys by a click, leave the repeated one out."""
    page.keyboard.press("n")
    expect(article(page, KEYLESS[0])).to_be_focused()
    page.keyboard.press("n")
    expect(article(page, TWICE)).to_be_focused()
    page.keyboard.press("p")
    expect(article(page, KEYLESS[0])).to_be_focused()
    article(page, TWICE).locator("[data-next]").click()
    expect(page).to_have_url(re.compile(rf"#q{KEYLESS[1]}$"))
    page.evaluate("window.stayed = true")  # gone as soon as the page is loaded again
    counts = page.locator("#import-bar [data-part=counts]")
    for done, number in enumerate(KEYLESS, 1):
        key_of(page, number).click()
        expect(key_of(page, number)).to_have_attribute("aria-pressed", "true")
        expect(key_of(page, number)).to_be_focused()
        expect(article(page, number)).to_have_attribute("data-status", "complete")
        expect(counts).to_have_text(f"{48 + done} trong 50 câu sẽ được lưu")
    article(page, TWICE).get_by_role("button", name="Bỏ lại").click()
    expect(counts).to_have_text("49 trong 50 câu sẽ được lưu")
    assert page.evaluate("window.stayed"), "a decision loads its question and nothing else"


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_from_a_word_file_to_an_approved_bank(site: Site, visit: Visit, colleague: str, width: str) -> None:
    page, bank = visit("tuan", width), bank_for(site, width)
    page.goto(f"/banks/{bank}")
    look(page)
    snap(page, f"bank-{width}")
    page.get_by_role("link", name="Nhập câu hỏi").click()
    look(page)
    snap(page, f"import-start-{width}")
    address = uploaded(page, width)
    look(page)
    snap(page, f"import-review-{width}")
    statuses = page.get_by_role("navigation", name="Xem câu hỏi theo mức độ chắc chắn")
    for name, count in (("Đầy đủ", 47), ("Chưa có đáp án", 2), ("Trùng", 1)):
        expect(statuses.get_by_role("link", name=f"{name} {count}", exact=True)).to_be_visible()
    correct_what_is_doubtful(page)
    expect(statuses.get_by_role("link", name="Đầy đủ 49", exact=True)).to_be_visible()
    expect(statuses.get_by_role("link", name="Chưa có đáp án")).to_be_hidden()
    look(page)
    snap(page, f"import-decided-{width}")
    statuses.get_by_role("link", name="Trùng 1", exact=True).click()
    expect(page.locator(".import-question")).to_have_count(1)
    look(page)

    with site.database.reading() as session:
        at = session.get_one(QuestionImport, int(address.rsplit("/", 1)[-1]))
        assert at.state == "read"
        assert not stored(site, address), "nothing is stored before it is confirmed"
    page.get_by_role("button", name="Lưu 49 câu").click()
    expect(page.get_by_text("Đã lưu 49 câu hỏi vào ngân hàng.")).to_be_visible()
    look(page)
    snap(page, f"import-stored-{width}")
    page.get_by_role("button", name="Gửi duyệt tất cả").click()
    expect(page.get_by_role("button", name="Gửi duyệt tất cả")).to_have_count(0)
    look(page)
    snap(page, f"import-sent-{width}")
    own = stored(site, address)
    assert len(own) == COUNT - 1
    assert {each.state for each in own} == {"in_review"}
    _nobody_approves_their_own(page, bank, own)
    snap(page, f"question-own-{width}")
    _a_colleague_approves_all(visit(colleague, width), bank, width)
    assert {each.state for each in stored(site, address)} == {"approved"}


def in_review(page: Page, bank: str) -> None:
    """The bank's questions that wait for their approval, as one finds them."""
    page.goto(f"/banks/{bank}")
    more = page.locator(".bank-filter-more")
    if more.get_attribute("open") is None:
        more.locator("summary").click()
    page.get_by_label("Trạng thái", exact=True).select_option("in_review")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Tìm thấy 49 câu hỏi")).to_be_visible()


def approve_all_found(page: Page) -> None:
    bulk = page.locator(".bank-bulk")
    bulk.locator("summary").click()
    bulk.locator("[name=all]").check()
    bulk.get_by_role("button", name="Duyệt", exact=True).click()
    page.wait_for_load_state()


def _nobody_approves_their_own(page: Page, bank: str, own: list[Question]) -> None:
    in_review(page, bank)
    approve_all_found(page)
    expect(page.get_by_text("không tự duyệt câu của mình").first).to_be_visible()
    look(page)
    page.goto(f"/banks/question/{own[0].id}")
    look(page)
    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)


def _a_colleague_approves_all(page: Page, bank: str, width: str) -> None:
    page.goto("/banks/")
    look(page)
    snap(page, f"banks-{width}")
    in_review(page, bank)
    look(page)
    snap(page, f"bank-in-review-{width}")
    page.locator(".bank-question h2 a").first.click()
    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_be_visible()
    look(page)
    snap(page, f"question-hers-{width}")
    in_review(page, bank)
    approve_all_found(page)
    look(page)
    snap(page, f"bank-approved-{width}")


def test_without_scripts_a_decision_is_a_plain_form(site: Site, visit: Visit) -> None:
    page = visit("tuan", "phone", javascript=False)
    bank = bank_for(site, "plain")
    page.goto(f"/banks/{bank}/import")
    page.set_input_files(
        "input[type=file]", {"name": "50 câu.docx", "mimeType": WORD, "buffer": fifty_questions("plain")}
    )
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.get_by_role("heading", name="Nhận diện 50 câu hỏi")).to_be_visible(timeout=40_000)
    address = page.url
    key_of(page, KEYLESS[0]).click()
    page.wait_for_url(f"{address}#q{KEYLESS[0]}")
    expect(key_of(page, KEYLESS[0])).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#import-bar [data-part=counts]")).to_have_text("49 trong 50 câu sẽ được lưu")
    page.get_by_role("button", name="Gác tệp lại").click()
    page.wait_for_url(re.compile(f"/banks/{bank}/$"))
    assert not stored(site, address)
