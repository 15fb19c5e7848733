"""A well-formed question of every type, and strategies that make more of them."""

import random
from decimal import Decimal

from hypothesis import strategies as st

from lms.questions.answer import Answer
from lms.questions.question import Option, Question, Statement
from lms.vietnamese.numbers import format_number


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


SAMPLES = {
    "single_choice": Question(
        "single_choice",
        "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?",
        options=options("20", "43", "51", "30"),
        correct=(1,),
        level="recall",
        explanation="43 chỉ tiêu chủ yếu.",
        cites=("p03",),
    ),
    "multiple_choice": Question(
        "multiple_choice",
        "Những cụm từ nào có trong phương châm Đại hội?",
        options=options("Đoàn kết", "Sáng tạo", "Đột phá", "Phát triển"),
        correct=(0, 2, 3),
        scoring="partial",
    ),
    "true_false": Question("true_false", "Đại hội có 550 đại biểu.", correct=(0,)),
    "true_false_group": Question(
        "true_false_group",
        "Về mục tiêu đến năm 2030, mỗi nhận định sau đúng hay sai?",
        statements=(
            Statement("GRDP bình quân đầu người đạt 12.000 USD.", True),
            Statement("Tăng trưởng bình quân từ 11%/năm trở lên.", True),
            Statement("Có 20 chỉ tiêu chủ yếu.", False),
            Statement("Có 5 khâu đột phá.", False),
        ),
    ),
    "short_answer": Question(
        "short_answer", "Cụm từ nào thay cho “Sáng tạo” trong phương châm?", answers=("Đột phá",)
    ),
    "numeric": Question(
        "numeric", "GRDP bình quân đầu người năm 2030?", answers=("12.000",), tolerance="0", unit="USD"
    ),
}

words = st.text(alphabet="abcdeghiklmnopđêôơưáàạ ", min_size=1, max_size=12).filter(str.strip)
lists = st.lists(words, min_size=2, max_size=6, unique_by=lambda text: "".join(text.split()).casefold())


@st.composite
def single_choice(draw: st.DrawFn) -> Question:
    texts = draw(lists)
    right = draw(st.integers(0, len(texts) - 1))
    return Question("single_choice", draw(words), options=options(*texts), correct=(right,))


@st.composite
def multiple_choice(draw: st.DrawFn) -> Question:
    texts = draw(lists)
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    fixed = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    return Question(
        "multiple_choice",
        draw(words),
        options=tuple(Option(text, keep) for text, keep in zip(texts, fixed, strict=True)),
        correct=tuple(sorted(right)),
        scoring=draw(st.sampled_from(["all_or_nothing", "partial"])),
    )


@st.composite
def true_false(draw: st.DrawFn) -> Question:
    return Question("true_false", draw(words), correct=draw(st.sampled_from([(0,), (1,)])))


@st.composite
def true_false_group(draw: st.DrawFn) -> Question:
    statements = tuple(Statement(text, draw(st.booleans())) for text in draw(lists))
    return Question("true_false_group", draw(words), statements=statements)


@st.composite
def short_answer(draw: st.DrawFn) -> Question:
    answers = draw(st.lists(words, min_size=1, max_size=3))
    return Question("short_answer", draw(words), answers=tuple(answers), fold=draw(st.booleans()))


@st.composite
def numeric(draw: st.DrawFn) -> Question:
    values = draw(st.lists(st.decimals(-10_000, 10_000, places=2), min_size=1, max_size=3))
    tolerance = draw(st.decimals(0, 5, places=1))
    return Question(
        "numeric",
        draw(words),
        answers=tuple(format_number(value) for value in values),
        tolerance=format_number(tolerance),
        unit=draw(st.sampled_from(["", "%", "USD", "đảng viên"])),
    )


MADE = {
    "single_choice": single_choice(),
    "multiple_choice": multiple_choice(),
    "true_false": true_false(),
    "true_false_group": true_false_group(),
    "short_answer": short_answer(),
    "numeric": numeric(),
}
questions = st.one_of(*MADE.values())


def some_answer(q: Question, rng: random.Random) -> Answer:
    """An answer to the question as if displayed in its original order, or None."""
    if rng.random() < 0.1:
        return None
    match q.type:
        case "single_choice":
            return rng.randrange(len(q.options))
        case "multiple_choice":
            chosen = [i for i in range(len(q.options)) if rng.random() < 0.5]
            return chosen or None
        case "true_false":
            return rng.random() < 0.5
        case "true_false_group":
            judged = {str(i): rng.random() < 0.5 for i in range(len(q.statements)) if rng.random() < 0.8}
            return judged or None
        case "numeric":
            return format_number(Decimal(rng.randrange(-100, 100)) / 4)
        case _:
            return rng.choice([*q.answers, "khác"])


def right_answer(q: Question) -> Answer:
    """The answer that earns everything, as if displayed in original order."""
    match q.type:
        case "single_choice":
            return q.correct[0]
        case "multiple_choice":
            return list(q.correct)
        case "true_false":
            return q.correct == (0,)
        case "true_false_group":
            return {str(i): statement.correct for i, statement in enumerate(q.statements)}
        case "numeric":
            return f"{q.answers[-1]} {q.unit}"
        case _:
            return q.answers[-1]


def displayed(q: Question, arrangement: tuple[int, ...], answer: Answer) -> Answer:
    """The same choice when the question is displayed in `arrangement`."""
    place = {original: position for position, original in enumerate(arrangement)}
    match q.type, answer:
        case "single_choice", int(original):
            return place[original]
        case "multiple_choice", list(originals):
            return sorted(place[original] for original in originals)
        case "true_false_group", dict(judged):
            return {str(place[int(original)]): truth for original, truth in judged.items()}
        case _:
            return answer
