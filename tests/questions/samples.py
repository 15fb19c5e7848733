"""A well-formed question of every type, and strategies that make more of them."""

import random
from decimal import Decimal

from hypothesis import strategies as st

from lms.questions.answer import Answer, Said
from lms.questions.options import same_words
from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement
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
    "matching": Question(
        "matching",
        "Ghép mỗi sự kiện với thời gian của nó.",
        pairs=(
            Pair("Khai mạc Đại hội", "15/10/2025"),
            Pair("Bế mạc Đại hội", "17/10/2025"),
            Pair("Họp báo sau bế mạc", "17/10/2025"),
            Pair("", "20/10/2025"),
        ),
    ),
    "ordering": Question(
        "ordering",
        "Sắp xếp các bước học tập nghị quyết.",
        options=options(
            "Nghiên cứu văn bản", "Thảo luận ở chi bộ", "Viết bài thu hoạch", "Đăng ký việc làm theo"
        ),
        scoring="partial",
    ),
    "cloze": Question(
        "cloze",
        "Khâu [[1]] thứ nhất là [[2]], với [[3]] nhóm chỉ tiêu và [[4]].",
        blanks=(
            Blank("text", ("đột phá",)),
            Blank("choice", options=("thể chế", "hạ tầng", "nhân lực"), correct=0),
            Blank("number", ("20",), unit="nhóm"),
            Blank("choice", options=("lộ trình", "kế hoạch"), correct=1),
        ),
    ),
    "essay": Question(
        "essay",
        "Đồng chí sẽ làm gì để thực hiện Nghị quyết tại đơn vị?",
        rubric=(Criterion("Nêu được việc cụ thể", "6"), Criterion("Có thời hạn", "4")),
        least_words=100,
        most_words=500,
        file_types=("docx", "pdf"),
        guide="Chấm cao bài có số liệu.",
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


@st.composite
def matching(draw: st.DrawFn) -> Question:
    lefts, rights = draw(lists), draw(lists)
    pairs = [Pair(left, draw(st.sampled_from(rights))) for left in lefts]
    distractors = [Pair("", right) for right in rights]  # so that there is something to choose
    made = draw(st.permutations(pairs + distractors))
    return Question(
        "matching",
        draw(words),
        pairs=tuple(made),
        scoring=draw(st.sampled_from(["all_or_nothing", "partial"])),
    )


@st.composite
def ordering(draw: st.DrawFn) -> Question:
    scoring = draw(st.sampled_from(["all_or_nothing", "partial"]))
    return Question("ordering", draw(words), options=options(*draw(lists)), scoring=scoring)


@st.composite
def blank(draw: st.DrawFn) -> Blank:
    match draw(st.sampled_from(["text", "number", "choice"])):
        case "text":
            return Blank(
                "text", tuple(draw(st.lists(words, min_size=1, max_size=3))), fold=draw(st.booleans())
            )
        case "number":
            values = draw(st.lists(st.decimals(-100, 100, places=1), min_size=1, max_size=2))
            return Blank(
                "number",
                tuple(format_number(value) for value in values),
                unit=draw(st.sampled_from(["", "%"])),
            )
        case _:
            texts = draw(lists)
            return Blank("choice", options=tuple(texts), correct=draw(st.integers(0, len(texts) - 1)))


@st.composite
def cloze(draw: st.DrawFn) -> Question:
    blanks = draw(st.lists(blank(), min_size=1, max_size=5))
    order = draw(st.permutations(range(1, len(blanks) + 1)))
    return Question(
        "cloze", draw(words) + " ".join(f"{draw(words)} [[{n}]]" for n in order), blanks=tuple(blanks)
    )


@st.composite
def essay(draw: st.DrawFn) -> Question:
    lines = draw(st.lists(words, max_size=3))
    least = draw(st.integers(0, 500))
    return Question(
        "essay",
        draw(words),
        rubric=tuple(Criterion(line, draw(st.sampled_from(["1", "2,5", "10"]))) for line in lines),
        least_words=least,
        most_words=draw(st.sampled_from([0, least + 1])),
        file_types=tuple(draw(st.sampled_from([(), ("docx",), ("pdf", "jpg")]))),
        guide=draw(st.sampled_from(["", "Chấm theo số liệu"])),
    )


MADE = {
    "single_choice": single_choice(),
    "multiple_choice": multiple_choice(),
    "true_false": true_false(),
    "true_false_group": true_false_group(),
    "short_answer": short_answer(),
    "numeric": numeric(),
    "matching": matching(),
    "ordering": ordering(),
    "cloze": cloze(),
    "essay": essay(),
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
        case "matching":
            rows, count = len(rows_of(q)), len(choices_of(q))
            matched = {str(row): rng.randrange(count) for row in range(rows) if rng.random() < 0.8}
            return matched or None
        case "ordering":
            return rng.sample(range(len(q.options)), len(q.options))
        case "cloze":
            filled = {str(at): some_filling(b, rng) for at, b in enumerate(q.blanks) if rng.random() < 0.8}
            return filled or None
        case "essay":
            return rng.choice(["Một việc.", "Một việc\n\nHai việc"])
        case _:
            return rng.choice([*q.answers, "khác"])


def rows_of(q: Question) -> list[Pair]:
    return [pair for pair in q.pairs if pair.left]


def choices_of(q: Question) -> list[str]:
    """The words of the choices of a matching, sorted."""
    return sorted({same_words(pair.right) for pair in q.pairs})


def some_filling(gap: Blank, rng: random.Random) -> Said:
    if gap.kind == "choice":
        return rng.randrange(len(gap.options))
    return rng.choice([*gap.answers, "khác"])


def right_answer(q: Question) -> Answer:
    """The answer that earns everything, as if displayed in original order; None if only a person can tell."""
    match q.type:
        case "essay":
            return None
        case "matching":
            return {str(n): choices_of(q).index(same_words(pair.right)) for n, pair in enumerate(rows_of(q))}
        case "ordering":
            return list(range(len(q.options)))
        case "cloze":
            return {
                str(n): b.correct if b.kind == "choice" else b.answers[-1] for n, b in enumerate(q.blanks)
            }
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
        case "ordering", list(originals):
            return [place[original] for original in originals]
        case "matching", dict(matched):
            return {row: place[int(choice)] for row, choice in matched.items()}
        case "cloze", dict(filled):
            starts = [sum(len(b.options) for b in q.blanks[:n]) for n in range(len(q.blanks))]
            return {
                row: place[starts[int(row)] + said] - starts[int(row)] if isinstance(said, int) else said
                for row, said in filled.items()
            }
        case "true_false_group", dict(judged):
            return {str(place[int(original)]): truth for original, truth in judged.items()}
        case _:
            return answer
