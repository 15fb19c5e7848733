"""Hypothesis strategies for valid questions of all ten types, with text that breaks formats, and for whole files.

Every question is as it is stored (`tidied`) and free of errors by `TYPES[type].check`.
"""

import hashlib
import io
import re
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st
from PIL import Image as Pixels

from lms.questions.options import MOST_OPTIONS, same_words
from lms.questions.question import (
    LEVELS,
    SCORINGS,
    Blank,
    Criterion,
    Image,
    Option,
    Pair,
    Question,
    Statement,
    Stimulus,
)
from lms.questions.reading import ReadQuestion
from lms.questions.types.short_answer import comparable
from lms.vietnamese.numbers import format_number
from lms.vietnamese.text import clean, fold_words, tidy

NASTY = (
    *"{}=~#:%$\\<>&\"'/*[]().,;!?-_|^`",
    "::", "//", "$CATEGORY: x", "->", "####", "\\n", "\\\\", "\\}", "~=", "=%50%", "%-50%", "<b>", "</p>", "<br>",
    "<!-- x -->", "]]>", "<![CDATA[", "&amp;", "&lt;", "&#35;", "&nbsp;", "[html]", "[plain]", "[markdown]", "[1]",
    "[[9]]x", "{1:SA:=a}", "{T}", "TRUE", "T", "1822", "1..5", "ANSWER: A", "A. ", "B) ", "Câu 1: ", "Đáp án: B",
    "Căn cứ: ", "@@PLUGINFILE@@/a.png", "\n", "\n\n", " ", "🙂", "Đảng bộ", "nghị quyết", "đột phá", "Hòa", "Ử", "…",
    "“", "”", "–", "½", "x²", "a", "b", "0",
)  # fmt: skip
_PLAIN = "abcdeghiklmnopđêôơưáàạ "
_GAP = re.compile(r"\[\[\d+\]\]")


def _picture(kind: str, shade: int) -> tuple[str, bytes]:
    held = io.BytesIO()
    Pixels.new("RGB", (3, 2), (shade, 40, 90)).save(held, kind)
    data = held.getvalue()
    ending = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}[kind]
    return f"{hashlib.sha256(data).hexdigest()}.{ending}", data


PICTURES: dict[str, bytes] = dict(
    _picture(kind, shade) for shade, kind in enumerate(("PNG", "JPEG", "GIF", "WEBP", "PNG"), start=60)
)

_pieces = st.one_of(st.sampled_from(NASTY), st.text(_PLAIN, min_size=1, max_size=6), st.text(max_size=2))


def _is_stored(text: str) -> bool:
    return tidy(text) == text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _without_gaps(text: str) -> str:
    return _GAP.sub("", text)


paragraphs = (  # text of several lines, never empty
    st.lists(_pieces, min_size=1, max_size=5)
    .map(lambda pieces: tidy("".join(pieces)))
    .filter(lambda text: _is_stored(text) and bool(same_words(text)))
)
lines = paragraphs.map(clean).filter(lambda text: _is_stored(text) and bool(same_words(text)))
words = lines.filter(lambda text: bool(fold_words(text)))  # there is a letter or digit in it
slugs = st.from_regex(r"[a-z][a-z0-9-]{1,12}", fullmatch=True)


def different(texts: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Texts of which no two say the same."""
    return st.lists(texts, min_size=least, max_size=most, unique_by=same_words)


images = st.builds(Image, st.sampled_from(sorted(PICTURES)), lines)
_some_images = st.lists(images, max_size=2, unique_by=lambda image: image.name).map(tuple)
_no_images: st.SearchStrategy[tuple[Image, ...]] = st.just(())
options = st.builds(Option, paragraphs, st.booleans(), st.none() | images) | st.builds(
    Option, st.just(""), st.booleans(), images
)  # a picture may stand for the text
_scorings = st.sampled_from(SCORINGS)
stimuli = st.builds(Stimulus, slugs, paragraphs, _some_images)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number as a Vietnamese trainer may spell it: grouped or not, with a decimal comma."""
    value = draw(st.decimals(-100_000, 100_000, places=draw(st.integers(0, 3))))
    grouped = format_number(value)
    return draw(st.sampled_from([grouped, grouped.replace(".", "")]))


tolerances = st.just("0") | st.decimals(0, 5, places=2).map(format_number)
units = st.sampled_from(["", "%", "USD", "đảng viên", "%/năm", "m²"])


@st.composite
def single_choice(draw: st.DrawFn) -> Question:
    given = _options(draw)
    return Question(
        "single_choice",
        draw(paragraphs),
        options=given,
        correct=(draw(st.integers(0, len(given) - 1)),),
    )


@st.composite
def multiple_choice(draw: st.DrawFn) -> Question:
    given = _options(draw)
    right = draw(st.sets(st.integers(0, len(given) - 1), min_size=1))
    return Question(
        "multiple_choice",
        draw(paragraphs),
        options=given,
        correct=tuple(sorted(right)),
        scoring=draw(_scorings),
    )


def _options(draw: st.DrawFn) -> tuple[Option, ...]:
    return tuple(
        draw(st.lists(options, min_size=2, max_size=6, unique_by=lambda option: same_words(option.text)))
    )


true_false = st.builds(Question, st.just("true_false"), paragraphs, correct=st.sampled_from([(0,), (1,)]))


@st.composite
def true_false_group(draw: st.DrawFn) -> Question:
    said = draw(different(paragraphs, 2, MOST_OPTIONS))
    statements = tuple(Statement(text, draw(st.booleans())) for text in said)
    return Question("true_false_group", draw(paragraphs), statements=statements)


@st.composite
def short_answer(draw: st.DrawFn) -> Question:
    fold, unit = draw(st.booleans()), draw(units)
    answers = _answers(draw, fold, unit)
    return Question("short_answer", draw(paragraphs), answers=answers, fold=fold, unit=unit)


def _answers(draw: st.DrawFn, fold: bool, unit: str = "") -> tuple[str, ...]:
    def key(text: str) -> str:
        return comparable(text, fold, unit)

    return tuple(draw(st.lists(words.filter(key), min_size=1, max_size=3, unique_by=key)))


_number_lists = st.lists(numbers(), min_size=1, max_size=3, unique_by=lambda text: text.replace(".", ""))


@st.composite
def numeric(draw: st.DrawFn) -> Question:
    return Question(
        "numeric",
        draw(paragraphs),
        answers=tuple(draw(_number_lists)),
        tolerance=draw(tolerances),
        unit=draw(units),
    )


@st.composite
def matching(draw: st.DrawFn) -> Question:
    lefts = draw(different(paragraphs, 2, 5))
    rights = draw(different(lines, len(lefts), len(lefts) + 2))
    pairs = [Pair(left, right) for left, right in zip(lefts, rights, strict=False)]
    pairs += [Pair("", right) for right in rights[len(lefts) :]]
    return Question("matching", draw(paragraphs), pairs=tuple(pairs), scoring=draw(_scorings))


@st.composite
def ordering(draw: st.DrawFn) -> Question:
    items = tuple(Option(text) for text in draw(different(paragraphs, 3, 6)))
    return Question("ordering", draw(paragraphs), options=items, scoring=draw(_scorings))


@st.composite
def blanks(draw: st.DrawFn) -> Blank:
    match draw(st.sampled_from(["text", "number", "choice"])):
        case "text":
            fold = draw(st.booleans())
            return Blank("text", answers=_answers(draw, fold), fold=fold)
        case "number":
            return Blank("number", tuple(draw(_number_lists)), tolerance=draw(tolerances), unit=draw(units))
        case _:
            choices = draw(different(words, 2, 5))
            return Blank("choice", options=tuple(choices), correct=draw(st.integers(0, len(choices) - 1)))


@st.composite
def cloze(draw: st.DrawFn) -> Question:
    held = tuple(draw(st.lists(blanks(), min_size=1, max_size=4)))
    around = paragraphs.map(_without_gaps)
    text = draw(around)
    for number in range(1, len(held) + 1):
        text += f"{draw(st.sampled_from([' ', ' - ', chr(10)]))}[[{number}]] {draw(around)}"
    return Question("cloze", tidy(text), blanks=held)


@st.composite
def essay(draw: st.DrawFn) -> Question:
    rubric = tuple(
        Criterion(text, draw(st.sampled_from(["1", "0,5", "2", "10"])))
        for text in draw(different(paragraphs, 0, 3))
    )
    least = draw(st.sampled_from([0, 0, 50, 200]))
    return Question(
        "essay",
        draw(paragraphs),
        rubric=rubric,
        least_words=least,
        most_words=draw(st.sampled_from([0, least + 1, least + 500])),
        file_types=tuple(draw(st.lists(st.sampled_from(["docx", "pdf", "jpg", "odt"]), unique=True))),
        guide=draw(st.just("") | paragraphs),
    )


BARE: dict[str, st.SearchStrategy[Question]] = {
    "single_choice": single_choice(),
    "multiple_choice": multiple_choice(),
    "true_false": true_false,
    "true_false_group": true_false_group(),
    "short_answer": short_answer(),
    "numeric": numeric(),
    "matching": matching(),
    "ordering": ordering(),
    "cloze": cloze(),
    "essay": essay(),
}


@st.composite
def _dressed(draw: st.DrawFn, bare: st.SearchStrategy[Question]) -> Question:
    """The question with what every type may have."""
    return replace(
        draw(bare),
        level=draw(st.none() | st.sampled_from(LEVELS)),
        explanation=draw(st.just("") | paragraphs),
        source=draw(st.just("") | lines),
        cites=tuple(draw(st.lists(slugs, max_size=2, unique=True))),
        images=draw(_some_images),
        stimulus=draw(st.none() | stimuli),
        expires=draw(st.just("") | st.dates().map(lambda day: day.isoformat())),
    ).tidied()


VALID: dict[str, st.SearchStrategy[Question]] = {name: _dressed(bare) for name, bare in BARE.items()}
questions = st.one_of(*VALID.values())


def plain(question: Question) -> Question:
    """The question without images, stimulus and kept places, for formats that have no room for them."""
    options_alone = tuple(Option(option.text or "hình") for option in question.options)
    return replace(question, images=(), stimulus=None, options=options_alone)


@st.composite
def read_questions(
    draw: st.DrawFn,
    asked: st.SearchStrategy[Question] = questions,
    *,
    most: int = 4,
    tags: st.SearchStrategy[str] = slugs,
) -> tuple[ReadQuestion, ...]:
    """A whole file: questions with different stems, numbered from 1, with ids, points, topics and tags."""
    held = draw(st.lists(asked, min_size=1, max_size=most))
    held = _told_apart(held)
    ids = draw(st.lists(slugs, min_size=len(held), max_size=len(held), unique=True))
    return tuple(
        ReadQuestion(
            number,
            draw(st.sampled_from(["", own_id])),
            question,
            points=draw(st.none() | st.sampled_from([Decimal(1), Decimal("0.25"), Decimal(10)])),
            topic=draw(st.sampled_from(["", "Chỉ tiêu", "Đột phá/Thể chế", "Văn hóa & con người"])),
            tags=tuple(draw(st.lists(tags, max_size=2, unique=True))),
        )
        for number, (own_id, question) in enumerate(zip(ids, held, strict=True), start=1)
    )


def _told_apart(held: list[Question]) -> list[Question]:
    """No two ask the same, and each key of a stimulus has one text."""
    first: dict[str, Stimulus] = {}
    apart = []
    for place, question in enumerate(held):
        stimulus = question.stimulus and first.setdefault(question.stimulus.key, question.stimulus)
        apart.append(replace(question, stem=f"q{place} {question.stem}", stimulus=stimulus))
    return apart
