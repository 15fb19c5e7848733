"""What is written as Word is read back: equal, or named before."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.formats.shared.examples import EXAMPLES
from lms.questions.formats.word import FORMAT
from lms.questions.formats.word.template import template
from lms.questions.question import Option, Question, Stimulus
from lms.questions.reading import BankHeader, ReadQuestion
from tests.questions.samples import SAMPLES
from tests.questions.strategies import PICTURES, questions, read_questions

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu chủ yếu")


def again(asked: tuple[ReadQuestion, ...]) -> tuple[ReadQuestion, ...]:
    return FORMAT.read(FORMAT.write(HEADER, asked, PICTURES), "bank.docx").questions


def test_the_template_is_read_as_its_examples_and_nothing_is_said() -> None:
    reading = FORMAT.read(template(), "mau.docx")
    assert reading.questions == EXAMPLES
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    assert [problem.code for problem in reading.problems if "question" not in problem.where] == []


def test_the_examples_lose_nothing() -> None:
    assert FORMAT.losses(EXAMPLES) == []
    assert again(EXAMPLES) == EXAMPLES


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_of_every_type_comes_back(name: str) -> None:
    asked = (ReadQuestion(1, "", replace(SAMPLES[name], cites=())),)
    assert FORMAT.losses(asked) == []
    assert again(asked) == asked


def test_cited_passages_are_named_as_lost() -> None:
    asked = (ReadQuestion(1, "", replace(SAMPLES["true_false"], cites=("p03",))),)
    assert [(p.code, p.where["question"]) for p in FORMAT.losses(asked)] == [("cites_not_written", 1)]


def test_a_text_that_looks_like_the_layout_is_named_before_it_is_written() -> None:
    asked = (
        ReadQuestion(1, "", Question("short_answer", "Đọc kỹ.\nĐáp án: 5\nBao nhiêu?", answers=("6",))),
        ReadQuestion(2, "", Question("short_answer", "Bao nhiêu đại biểu?", answers=("550",))),
    )
    said = FORMAT.losses(asked)
    assert {problem.where["question"] for problem in said} == {1}
    assert {problem.code for problem in said} <= {"read_differently", "not_read_again"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(read_questions(questions, most=3))
def test_every_difference_is_named_whatever_the_text(given_questions: tuple[ReadQuestion, ...]) -> None:
    lost = {problem.where["question"] for problem in FORMAT.losses(given_questions)}
    unharmed = [one for one in given_questions if one.number not in lost]
    if len(unharmed) == len(given_questions):
        assert again(given_questions) == given_questions
    for one in unharmed:
        alone = (replace(one, number=1),)
        assert again(alone) == alone


# Ordinary sentences, as trainers write them: with capitals, figures and punctuation, without anything like a label.
_WORDS = ("Nghị", "quyết", "đại", "hội", "mục", "tiêu", "năm", "2030", "tăng", "trưởng", "11%", "Hà", "Nội", "phát",
          "triển", "12.000", "USD", "(lần thứ XVIII)", "“Kỷ cương”", "và", "của", "với", "công",
          "nghiệp;", "đô", "thị,")  # fmt: skip
sentences = st.lists(st.sampled_from(_WORDS), min_size=2, max_size=12).map(
    lambda words: ("Nội dung " + " ".join(words)).rstrip(",; ") + "."
)


@st.composite
def ordinary(draw: st.DrawFn) -> tuple[ReadQuestion, ...]:
    """Questions of all types whose every text is an ordinary sentence."""
    given_questions = draw(read_questions(questions, most=3))
    pool = iter(draw(st.lists(sentences, min_size=120, max_size=120)))
    count = iter(range(10_000))

    def say(text: str) -> str:
        return f"{next(pool)[:-1]} số {next(count)}." if text else ""

    def plain(q: Question) -> Question:
        gaps = "".join(f" chỗ [[{n}]]" for n in range(1, len(q.blanks) + 1))
        return replace(
            q,
            stem=say(q.stem) + gaps,
            options=tuple(Option(say("x"), option.fixed) for option in q.options),
            statements=tuple(replace(statement, text=say("x")) for statement in q.statements[:8]),
            answers=q.answers if q.type == "numeric" else tuple(say("x") for _ in q.answers),
            pairs=tuple(replace(pair, left=say(pair.left), right=say("x")) for pair in q.pairs),
            blanks=tuple(
                replace(
                    blank,
                    answers=blank.answers
                    if blank.kind == "number"
                    else tuple(say("x") for _ in blank.answers),
                    options=tuple(say("x") for _ in blank.options),
                )
                for blank in q.blanks
            ),
            rubric=tuple(replace(line, text=say("x")) for line in q.rubric),
            guide=say(q.guide),
            explanation=say(q.explanation),
            source=say(q.source),
            cites=(),
            images=(),
            stimulus=q.stimulus and Stimulus(q.stimulus.key, "Một đoạn văn chung cho các câu.\nĐoạn sau."),
            expires="2026-12-31" if q.expires else "",
        )

    return tuple(replace(one, question=plain(one.question)) for one in given_questions)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ordinary())
def test_ordinary_questions_of_all_types_lose_nothing(given_questions: tuple[ReadQuestion, ...]) -> None:
    assert again(given_questions) == given_questions
    assert FORMAT.losses(given_questions) == []
