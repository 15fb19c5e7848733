"""A small piece for the cast to play: a resolution with its module, banks of every question type, a course, an exam.

    with database.writing() as session:
        staged = stage(session, cast, NOW)

The course is open for the whole city, the exam for the next five days: two topics, `drawn` of the `questions` from the
first, together worth 7.5 points, and three single choices from the second, worth 2.5. Without other wishes these are
one question of every type of MARKED_AT_ONCE: 9 questions worth 10 points in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks.models import Bank, Citation, QuestionVersion
from lms.banks.models import Question as StoredQuestion
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.exams import paper
from lms.exams.models import BlueprintCell, Exam
from lms.organisation.models import Unit
from lms.questions.duplicates import stem_key
from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement
from lms.study import actions as study
from lms.study.models import Document, Module, Passage, Resolution, Topic
from lms.study.publishing import publish
from tests.cast import NOW, Cast
from tests.remembered import remembered

TOPICS = (("breakthroughs", "Các khâu đột phá"), ("targets_2030", "Chỉ tiêu đến năm 2030"))
# the types of questions that most tests sit with; `of_every_type` has the others too, an essay waits to be marked
MARKED_AT_ONCE = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "true_false_group",
    "short_answer",
    "numeric",
)
PASSAGES = ("Ba khâu đột phá", "Hai mươi nhóm chỉ tiêu", "Lộ trình thực hiện")


@dataclass
class Stage:
    """Ids of everything, and the questions by the id of their version."""

    resolution_id: int
    module_id: int
    module_slug: str
    course_id: int
    course_code: str
    exam_id: int
    exam_code: str
    opens_at: datetime
    closes_at: datetime
    topics: dict[str, int] = field(default_factory=dict)
    passages: list[int] = field(default_factory=list)
    banks: dict[str, int] = field(default_factory=dict)
    versions: dict[int, Question] = field(default_factory=dict)


def of_every_type(rounds: int = 1, mark: str = "") -> list[Question]:
    """`rounds` questions of each type. `mark` is part of every text that only the key's holders may see."""
    found: list[Question] = []
    for n in range(1, rounds + 1):
        why = f"Vì đoạn {n} nêu rõ như vậy {mark}."
        common: Any = {"explanation": why, "level": "recall"}
        options = tuple(Option(f"Phương án {letter} của câu {n}") for letter in ["một", "hai", "ba", "bốn"])
        found += [
            Question(
                "single_choice", f"Khâu đột phá thứ {n} là gì?", options=options, correct=(n % 4,), **common
            ),
            Question(
                "multiple_choice",
                f"Nhiệm vụ nào thuộc nhóm {n}?",
                options=options,
                correct=(0, 1 + n % 3),
                scoring="partial",
                **common,
            ),
            Question("true_false", f"Có tất cả {n} khâu đột phá.", correct=(n % 2,), **common),
            Question(
                "true_false_group",
                f"Về chỉ tiêu nhóm {n}, mỗi nhận định sau đúng hay sai?",
                statements=tuple(Statement(f"Nhận định {k} của nhóm {n}", k % 2 == n % 2) for k in range(4)),
                **common,
            ),
            Question("short_answer", f"Từ còn thiếu thứ {n}?", answers=(f"Đột phá {n}{mark}",), **common),
            Question("numeric", f"Chỉ tiêu {n} là bao nhiêu?", answers=(f"{n}2.345",), unit="USD", **common),
            Question(
                "matching",
                f"Ghép việc của nhóm {n} với thời gian.",
                pairs=tuple(Pair(f"Việc {k} của nhóm {n}", f"Quý {k} năm 202{n}") for k in (1, 2, 3)),
                scoring="partial",
                **common,
            ),
            Question(
                "ordering",
                f"Sắp xếp các bước của nhóm {n}.",
                options=tuple(Option(f"Bước {k} của nhóm {n}") for k in ("đầu", "hai", "ba", "cuối")),
                scoring="partial",
                **common,
            ),
            Question(
                "cloze",
                f"Nhóm {n}: khâu [[1]] có [[2]] nhiệm vụ,\ndo [[3]] chủ trì.",
                blanks=(
                    Blank("text", (f"đột phá {n}{mark}",)),
                    Blank("number", (f"{n}4",)),
                    Blank("choice", options=("Ban Tổ chức", "Văn phòng", "Ban Tuyên giáo"), correct=n % 3),
                ),
                **common,
            ),
            Question(
                "essay",
                f"Đồng chí sẽ làm gì cho nhóm {n}?",
                rubric=(Criterion(f"Có việc cụ thể {mark}", "5"),),
                least_words=20,
                most_words=500,
                guide=f"Chấm cao bài có số liệu {mark}",
                **common,
            ),
        ]
    return found


def marked_at_once() -> list[Question]:
    """One question of each type of MARKED_AT_ONCE."""
    return [question for question in of_every_type() if question.type in MARKED_AT_ONCE]


def right_answer(slot: paper.Slot) -> Any:
    """The answer in displayed positions that earns everything; of an essay any text."""
    key = slot.type.key(slot.question, slot.order)
    if isinstance(key, Mapping):
        return {row: said[0] if isinstance(said, tuple) else said for row, said in key.items()}
    if slot.question.type == "essay":
        return "Tôi sẽ học tập.\n\nTôi sẽ làm theo."
    return key[0] if isinstance(key, tuple) else key


def singles(count: int) -> list[Question]:
    """Single choices for the second topic."""
    options = tuple(Option(text) for text in ("10%", "11%", "12%", "Cả ba phương án trên"))
    return [
        Question(
            "single_choice",
            f"Tốc độ tăng trưởng giai đoạn {n}?",
            options=options,
            correct=(n % 4,),
            level="recall",
        )
        for n in range(count)
    ]


def stage(
    session: Session,
    cast: Cast,
    now: datetime,
    *,
    attempts_allowed: int = 2,
    minutes: int = 30,
    papers: int = 6,
    release: str = "after_last",
    pass_percent: Decimal = Decimal(50),
    questions: list[Question] | None = None,
    drawn: int = 6,
) -> Stage:
    """Build everything; nothing is committed."""
    more: dict[str, Any] = {
        "attempts_allowed": attempts_allowed,
        "minutes": minutes,
        "papers": papers,
        "release": release,
        "pass_percent": pass_percent,
        "questions": questions,
        "drawn": drawn,
    }

    def build() -> Stage:
        return _stage(session, cast, now, **more)

    return remembered(session, ("stage", repr(more)), build) if now == NOW else build()


def _stage(
    session: Session,
    cast: Cast,
    now: datetime,
    *,
    attempts_allowed: int,
    minutes: int,
    papers: int,
    release: str,
    pass_percent: Decimal,
    questions: list[Question] | None,
    drawn: int,
) -> Stage:
    resolution = Resolution(
        slug="hanoi_xviii", title="Nghị quyết Đại hội lần thứ XVIII", term="2025–2030", position=1
    )
    session.add(resolution)
    session.flush()
    module, passages = _module(session, resolution, now)
    course = _course(session, cast, module, now)
    exam = Exam(
        code="hn18-kt1",
        course_id=course.id,
        title="Bài kiểm tra tìm hiểu Nghị quyết",
        state="published",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=5),
        minutes=minutes,
        attempts_allowed=attempts_allowed,
        pass_percent=pass_percent,
        shuffle=True,
        release=release,
        created_by=cast.people["tuan"],
        created_at=now,
        published_at=now,
    )
    session.add(exam)
    session.flush()
    staged = Stage(
        resolution.id, module.id, module.slug, course.id, course.code, exam.id, exam.code,
        exam.opens_at, exam.closes_at, passages=[passage.id for passage in passages],
    )  # fmt: skip
    _fill_banks(session, staged, (questions or marked_at_once(), singles(8)), passages, now)
    essays = max(drawn - sum(question.type != "essay" for question in questions or marked_at_once()), 0)
    for topic, level, type_, count, points in (
        ("breakthroughs", "", "", drawn - essays, Decimal("7.5") / drawn),
        ("breakthroughs", "", "essay", essays, Decimal("7.5") / drawn),  # no cell draws one without naming it
        ("targets_2030", "recall", "", 2, Decimal("1")),
        ("targets_2030", "", "", 1, Decimal("0.5")),
    ):
        if not count:
            continue
        session.add(
            BlueprintCell(
                exam_id=exam.id,
                topic_id=staged.topics[topic],
                level=level,
                type=type_,
                count=count,
                points=points,
            )
        )
        session.flush()
    paper.fill_pool(session, exam, papers, now)
    return staged


def second_exam(session: Session, staged: Stage, now: datetime, *, code: str = "hn18-kt2") -> int:
    """Another exam of the course with the same blueprint and policy; returns its id."""
    first = session.get_one(Exam, staged.exam_id)
    wanted = (
        "course_id",
        "opens_at",
        "closes_at",
        "minutes",
        "attempts_allowed",
        "pass_percent",
        "shuffle",
        "release",
    )
    exam = Exam(
        code=code,
        title="Bài kiểm tra thứ hai",
        state="published",
        created_at=now,
        published_at=now,
        **{name: getattr(first, name) for name in wanted},
    )
    session.add(exam)
    session.flush()
    for cell in session.scalars(select(BlueprintCell).where(BlueprintCell.exam_id == first.id)).all():
        session.add(
            BlueprintCell(
                exam_id=exam.id,
                topic_id=cell.topic_id,
                level=cell.level,
                type=cell.type,
                count=cell.count,
                points=cell.points,
            )
        )
    session.flush()
    paper.fill_pool(session, exam, 3, now)
    return exam.id


def exam_apart(
    session: Session, cast: Cast, staged: Stage, questions: list[Question], now: datetime, *, code: str
) -> int:
    """An exam of exactly these questions, one point each, in a course of its own; returns its id."""
    topic = Topic(resolution_id=staged.resolution_id, slug=code, name=code, position=len(staged.topics) + 1)
    session.add(topic)
    session.flush()
    bank = Bank(slug=f"hanoi_xviii/{code}", topic_id=topic.id, name=code)
    session.add(bank)
    session.flush()
    for number, question in enumerate(questions, 1):
        _add(session, bank, f"{code}-{number:02}", question, now)
    course = _course(session, cast, session.get_one(Module, staged.module_id), now, code=code)
    exam = Exam(
        code=f"{code}-kt",
        course_id=course.id,
        title="Bài kiểm tra các dạng câu hỏi",
        state="published",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=5),
        minutes=30,
        attempts_allowed=3,
        pass_percent=Decimal(50),
        shuffle=True,
        release="after_last",
        created_at=now,
        published_at=now,
    )
    session.add(exam)
    session.flush()
    essays = sum(question.type == "essay" for question in questions)  # no cell takes them without naming them
    for type_, count in (("", len(questions) - essays), ("essay", essays)):
        if count:
            session.add(
                BlueprintCell(
                    exam_id=exam.id, topic_id=topic.id, level="", type=type_, count=count, points=Decimal(1)
                )
            )
    session.flush()
    paper.fill_pool(session, exam, 3, now)
    return exam.id


def _module(session: Session, resolution: Resolution, now: datetime) -> tuple[Module, list[Passage]]:
    document = Document(resolution_id=resolution.id, slug="module", title="Chuyên đề")
    module = Module(
        resolution_id=resolution.id,
        slug="hanoi_xviii",
        title="Chuyên đề: Nghị quyết Đại hội XVIII Đảng bộ thành phố Hà Nội",
        summary="Những nội dung cốt lõi.",
    )
    session.add_all([document, module])
    session.flush()
    passages = [
        Passage(
            document_id=document.id,
            slug=f"p0{n}",
            number=str(n),
            heading=heading,
            body=f"{heading}: nội dung của đoạn {n}.",
            source="Kinh tế & Đô thị",
            source_date="05/11/2025",
            position=n,
            content_hash=f"hash-{n}",
        )
        for n, heading in enumerate(PASSAGES, 1)
    ]
    session.add_all(passages)
    session.flush()
    for passage in passages:
        study.keep_text(session, passage, now)
    publish(session, module, passages, by=None, now=now)
    return module, passages


def _course(session: Session, cast: Cast, module: Module, now: datetime, *, code: str = "hn18") -> Course:
    course = courses.create_course(
        session,
        code=code,
        title="Học tập, quán triệt Nghị quyết",
        unit=session.get_one(Unit, cast.units["city"]),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=10),
        by=cast.people["tuan"],
        now=now,
    )
    courses.choose_modules(session, course, [module.id], by=cast.people["tuan"], now=now)
    courses.choose_units(session, course, [cast.units["city"]], by=cast.people["tuan"], now=now)
    courses.open_course(session, course, by=cast.people["tuan"], now=now)
    return course


def _fill_banks(
    session: Session, staged: Stage, banks: tuple[list[Question], ...], passages: list[Passage], now: datetime
) -> None:
    for (slug, name), questions in zip(TOPICS, banks, strict=True):
        topic = Topic(resolution_id=staged.resolution_id, slug=slug, name=name, position=len(staged.topics))
        session.add(topic)
        session.flush()
        bank = Bank(slug=f"hanoi_xviii/{slug}", topic_id=topic.id, name=name)
        session.add(bank)
        session.flush()
        staged.topics[slug], staged.banks[slug] = topic.id, bank.id
        for number, question in enumerate(questions, 1):
            passage = passages[number % len(passages)]
            version = _add(
                session, bank, f"{slug}-{number:02}", replace(question, cites=(passage.slug,)), now
            )
            session.add(
                Citation(version_id=version.id, passage_id=passage.id, passage_hash=passage.content_hash)
            )
            staged.versions[version.id] = question
    session.flush()


def _add(session: Session, bank: Bank, code: str, question: Question, now: datetime) -> QuestionVersion:
    stored = StoredQuestion(
        bank_id=bank.id,
        code=code,
        state="approved",
        version=1,
        stem_key=stem_key(question),
        type=question.type,
        level=question.level,
        created_at=now,
    )
    session.add(stored)
    session.flush()
    version = QuestionVersion(
        question_id=stored.id, number=1, body=question.to_json(), content_hash=code, created_at=now
    )
    session.add(version)
    session.flush()
    return version
