"""What holds for every type of question, whatever the question."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions import score
from lms.questions.answer import REFUSALS, Answer, AnswerRefused
from lms.questions.problem import MESSAGES, Problem, has_errors
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.question_type import Key
from lms.questions.types import TYPES
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.samples import (
    MADE,
    SAMPLES,
    choices_of,
    displayed,
    ordering,
    questions,
    right_answer,
    rows_of,
    some_answer,
)

SENTENCES = MESSAGES | OF_TYPES
seeds = st.integers(0, 2**32)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


def test_every_listed_type_has_a_sample_and_its_own_name() -> None:
    assert set(SAMPLES) == set(MADE) == set(TYPES)
    assert all(kind.name == name for name, kind in TYPES.items())


@pytest.mark.parametrize("name", TYPES)
def test_the_samples_are_well_formed(name: str) -> None:
    assert TYPES[name].check(SAMPLES[name]) == []


@given(questions)
def test_made_questions_have_no_errors(q: Question) -> None:
    assert not has_errors(TYPES[q.type].check(q))


@given(questions, seeds, st.booleans())
def test_an_arrangement_names_every_entry_once(q: Question, seed: int, shuffle: bool) -> None:
    arrangement = TYPES[q.type].arrange(q, random.Random(seed), shuffle)
    assert sorted(arrangement) == list(range(entries(q)))
    assert all(arrangement[i] == i for i, option in enumerate(q.options) if option.fixed)
    if not shuffle and q.type != "ordering":
        assert arrangement == tuple(range(len(arrangement)))


def entries(q: Question) -> int:
    """How many entries are displayed in an order."""
    if q.type == "matching":
        return len(choices_of(q))
    return len(q.options or q.statements) + sum(len(blank.options) for blank in q.blanks)


@given(questions, seeds)
def test_the_key_in_displayed_positions_earns_everything(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    arrangement = kind.arrange(q, random.Random(seed), True)
    key = answer_of(kind.key(q, arrangement))
    if q.type == "essay":
        assert key is None
        return
    assert kind.score(q, arrangement, key).correctness == 1
    if not isinstance(key, str):
        assert kind.read_answer(kind.ask(q, arrangement), json.loads(json.dumps(key))) is not None


def answer_of(key: Key) -> Answer:
    """A key as an answer: the first where several are accepted."""
    if isinstance(key, Mapping):
        return {row: said[0] if isinstance(said, tuple) else said for row, said in key.items()}
    return key[0] if isinstance(key, tuple) else key


@given(questions, seeds)
def test_the_score_does_not_depend_on_the_arrangement(q: Question, seed: int) -> None:
    rng, kind = random.Random(seed), TYPES[q.type]
    answer = some_answer(q, rng)
    plain, mixed = kind.arrange(q, rng, False), kind.arrange(q, rng, True)
    here, elsewhere = displayed(q, plain, answer), displayed(q, mixed, answer)
    assert kind.score(q, mixed, elsewhere) == kind.score(q, plain, here)
    assert set(kind.describe(q, mixed, elsewhere)) == set(kind.describe(q, plain, here))


@given(questions, seeds)
def test_correctness_lies_between_nothing_and_all(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    arrangement = kind.arrange(q, random.Random(seed), True)
    result = kind.score(q, arrangement, displayed(q, arrangement, some_answer(q, random.Random(seed))))
    assert 0 <= result.correctness <= 1
    assert result.reasons
    assert result == kind.score(
        q, arrangement, displayed(q, arrangement, some_answer(q, random.Random(seed)))
    )


@given(questions, seeds)
def test_the_key_itself_earns_everything(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    arrangement = kind.arrange(q, random.Random(seed), True)
    key = right_answer(q)
    earned = kind.score(q, arrangement, displayed(q, arrangement, key)).correctness
    assert earned == (0 if q.type == "essay" else 1)


@pytest.mark.parametrize("name", TYPES)
def test_no_answer_is_none_everywhere(name: str) -> None:
    q, kind = SAMPLES[name], TYPES[name]
    arrangement = kind.arrange(q, random.Random(1), True)
    asked = kind.ask(q, arrangement)
    assert kind.read_answer(asked, None) is None
    assert kind.read_form(asked, []) is None
    assert kind.read_form(asked, [""]) is None
    assert kind.score(q, arrangement, None) == score.NOT_ANSWERED
    assert kind.describe(q, arrangement, None) == ()


@given(questions, seeds)
def test_an_answer_is_plain_json_and_reading_it_again_changes_nothing(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    asked = kind.ask(q, kind.arrange(q, random.Random(seed), True))
    answer = kind.read_answer(asked, some_answer(q, random.Random(seed)))
    assert kind.read_answer(asked, json.loads(json.dumps(answer))) == answer


@given(questions, seeds)
def test_a_form_gives_the_same_answer_as_json(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    asked = kind.ask(q, kind.arrange(q, random.Random(seed), True))
    answer = kind.read_answer(asked, some_answer(q, random.Random(seed)))
    match answer:
        case None:
            values = []
        case bool():
            values = ["true" if answer else "false"]
        case dict():
            values = [f"{row}:{json.dumps(s) if isinstance(s, bool) else s}" for row, s in answer.items()]
        case list() if q.type == "ordering":
            values = [f"{item}:{place}" for place, item in enumerate(answer)]
        case list():
            values = [str(position) for position in answer]
        case _:
            values = [str(answer)]
    assert kind.read_form(asked, values) == answer


def told(refused: AnswerRefused) -> None:
    assert REFUSALS[refused.reason].format(**refused.params) == str(refused)


@given(st.sampled_from(sorted(TYPES)), anything)
def test_whatever_a_browser_sends_is_read_or_refused_with_a_reason(name: str, raw: object) -> None:
    q, kind = SAMPLES[name], TYPES[name]
    asked = kind.ask(q, kind.arrange(q, random.Random(1), False))
    try:
        answer = kind.read_answer(asked, raw)
    except AnswerRefused as refused:
        told(refused)
    else:
        json.dumps(answer, ensure_ascii=False).encode()
        assert 0 <= kind.score(q, kind.arrange(q, random.Random(1), False), answer).correctness <= 1


@given(st.sampled_from(sorted(TYPES)), st.lists(st.text(max_size=8), max_size=4))
def test_whatever_a_form_sends_is_read_or_refused_with_a_reason(name: str, values: list[str]) -> None:
    q, kind = SAMPLES[name], TYPES[name]
    asked = kind.ask(q, kind.arrange(q, random.Random(1), False))
    try:
        answer = kind.read_form(asked, values)
    except AnswerRefused as refused:
        told(refused)
    else:
        assert kind.read_answer(asked, answer) == answer


SHOWN = {  # what each type tells a page beside the stem
    "single_choice": {"choices"},
    "multiple_choice": {"choices"},
    "true_false": set(),
    "true_false_group": {"statements"},
    "short_answer": {"unit"},
    "numeric": {"unit"},
    "matching": {"statements", "choices"},
    "ordering": {"choices"},
    "cloze": {"blanks"},
    "essay": {"least_words", "most_words", "file_types"},
}


@pytest.mark.parametrize("name", TYPES)
def test_a_candidate_never_receives_the_key(name: str) -> None:
    """Every field that tells something of the key carries a canary; none may come through."""
    q = replace(
        SAMPLES[name], explanation="CANARY-E", source="CANARY-S", cites=("CANARY-C",), level="analysis"
    )
    if q.answers:
        q = replace(q, answers=("CANARY-A",), tolerance="CANARY-T")
    secret = Blank("text", ("CANARY-B",), tolerance="CANARY-T")
    q = replace(q, blanks=tuple(b if b.options else secret for b in q.blanks), guide="CANARY-G")
    q = replace(q, rubric=tuple(replace(line, text="CANARY-R", points="CANARY-P") for line in q.rubric))
    kind = TYPES[name]
    asked = kind.ask(q, kind.arrange(q, random.Random(1), True))
    sent = json.dumps(asked.to_json()) + repr(asked)
    assert "CANARY" not in sent
    assert "analysis" not in sent
    told = {field for field, value in asked.to_json().items() if value}
    assert told <= {"type", "stem", *SHOWN[name]}


@given(questions.filter(lambda q: q.type != "ordering"), seeds)
def test_two_questions_that_differ_in_the_key_alone_are_asked_alike(q: Question, seed: int) -> None:
    kind, rng = TYPES[q.type], random.Random(seed)
    rights = [pair.right for pair in q.pairs]
    rng.shuffle(rights)
    other = replace(
        q,
        pairs=tuple(replace(pair, right=right) for pair, right in zip(q.pairs, rights, strict=True)),
        blanks=tuple(
            replace(b, correct=rng.randrange(len(b.options))) if b.options else replace(b, answers=("1",))
            for b in q.blanks
        ),
        rubric=(),
        guide="",
        correct=(rng.randrange(len(q.options) or 2),) if q.correct else (),
        statements=tuple(replace(s, correct=rng.random() < 0.5) for s in q.statements),
        answers=("1",) if q.answers else (),
        tolerance="7" if q.answers else "0",
    )
    one = kind.ask(q, kind.arrange(q, random.Random(seed), True))
    assert kind.ask(other, kind.arrange(other, random.Random(seed), True)) == one


@given(questions)
def test_a_question_survives_json(q: Question) -> None:
    assert Question.from_json(json.loads(json.dumps(q.to_json()))) == q


@given(ordering(), ordering(), seeds)
def test_how_an_ordering_is_displayed_says_nothing_of_its_order(
    q: Question, other: Question, seed: int
) -> None:
    kind, other = TYPES["ordering"], replace(other, options=other.options[: len(q.options)])
    q = replace(q, options=q.options[: len(other.options)])
    displayed_as = {
        kind.arrange(one, random.Random(seed), shuffle) for one in (q, other) for shuffle in (True, False)
    }
    assert len(displayed_as) == 1


@given(questions)
def test_the_key_can_be_told_in_words(q: Question) -> None:
    told = TYPES[q.type].describe_key(q)
    lines = q.options if q.type == "ordering" else rows_of(q) or q.blanks or q.rubric
    assert len(told) == len(lines or q.correct or q.statements or q.answers)
    assert all(isinstance(line, str) for line in told)


@pytest.mark.parametrize("name", TYPES)
def test_an_arrangement_of_another_question_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        TYPES[name].ask(SAMPLES[name], (0, 0, 7))


def broken() -> Iterator[Question]:
    """Questions with everything wrong that can be."""
    for q in SAMPLES.values():
        yield replace(q, stem=" \u200b", level="hard", scoring="none", fold=False, unit="x", tolerance="x")
        yield replace(q, options=(), correct=(), statements=(), answers=())
        yield replace(q, options=q.options * 4, correct=(9, 0, 0, 99, -1), statements=q.statements * 3)
        yield replace(
            q, answers=(" ", "x", "x", "y" * 400), options=q.options[:1], statements=q.statements[:1]
        )
        yield replace(q, options=tuple(replace(option, text=" ") for option in q.options))
        yield replace(q, statements=tuple(replace(statement, text="") for statement in q.statements))
        yield replace(
            q, pairs=(Pair("", ""), Pair("a", " "), Pair("a.", "b")), blanks=(), rubric=q.rubric * 2
        )
        yield replace(q, pairs=q.pairs[:1])
        yield replace(q, pairs=q.pairs * 9, blanks=q.blanks * 9, options=q.options * 9)
        yield replace(
            q, pairs=(Pair("a", "b"), Pair("c", "B.")), stem="[[1]] [[1]] [[2]] [[7]] [[x", least_words=-1
        )
        yield replace(
            q,
            blanks=(Blank("pick"), Blank("text"), Blank("number", ("x", "1" * 70), unit="y", tolerance="-1")),
            rubric=(Criterion(" ", "-1"), Criterion("x", "5%"), Criterion("x", "")),
            file_types=("exe", "pdf", "pdf"),
            least_words=500,
            most_words=100,
        )
        yield replace(
            q,
            blanks=(
                Blank("text", (" ", "x" * 400), options=("a",)),
                Blank("choice", ("a",), correct=-1),
                Blank("choice", options=("a", "A.", " ") * 5, correct=99),
            ),
            least_words=99_999,
        )
        yield replace(q, images=(Image("x.svg", " "),), expires="31/12/2026", stimulus=Stimulus("s", " "))


@pytest.mark.parametrize("q", list(broken()))
def test_every_finding_has_its_sentence(q: Question) -> None:
    found: list[Problem] = TYPES[q.type].check(q)
    assert all(SENTENCES[problem.code].format(**problem.message_params) for problem in found)


def test_every_sentence_of_the_types_is_found_by_some_check() -> None:
    found = {problem.code for q in broken() for problem in TYPES[q.type].check(q)}
    assert set(OF_TYPES) - found == {"pictures_elsewhere"}  # said of files


short = st.text(alphabet="a1[]. %,-\n\u200b", max_size=6)
images = st.builds(Image, short, short)
ill_formed = st.builds(
    Question,
    st.sampled_from(sorted(TYPES)),
    st.lists(st.sampled_from(["[[1]]", "[[2]]", "[[", "từ "])).map("".join),
    options=st.lists(st.builds(Option, short, st.booleans(), st.none() | images), max_size=3).map(tuple),
    correct=st.lists(st.integers(-2, 4), max_size=3).map(tuple),
    statements=st.lists(st.builds(Statement, short, st.booleans()), max_size=3).map(tuple),
    answers=st.lists(short, max_size=3).map(tuple),
    tolerance=short,
    unit=short,
    pairs=st.lists(st.builds(Pair, short, short), max_size=4).map(tuple),
    blanks=st.lists(
        st.builds(
            Blank,
            st.sampled_from(["text", "number", "choice", "x"]),
            st.lists(short, max_size=2).map(tuple),
            st.lists(short, max_size=3).map(tuple),
            st.integers(-1, 3),
            st.booleans(),
            short,
            short,
        ),
        max_size=3,
    ).map(tuple),
    rubric=st.lists(st.builds(Criterion, short, short), max_size=2).map(tuple),
    least_words=st.integers(-1, 3),
    most_words=st.integers(-1, 3),
    file_types=st.lists(short, max_size=2).map(tuple),
    images=st.lists(images, max_size=2).map(tuple),
    stimulus=st.none() | st.builds(Stimulus, short, short, st.lists(images, max_size=1).map(tuple)),
    expires=short,
)


@given(ill_formed, seeds)
def test_a_check_never_raises_and_what_it_passes_can_be_asked(q: Question, seed: int) -> None:
    kind = TYPES[q.type]
    found = kind.check(q)
    assert all(SENTENCES[problem.code].format(**problem.message_params) for problem in found)
    if not has_errors(found):
        arrangement = kind.arrange(q, random.Random(seed), True)
        assert kind.score(q, arrangement, answer_of(kind.key(q, arrangement))).correctness in (0, 1)


PICTURE = Image("a" * 64 + ".png", "Sơ đồ tổ chức")


@pytest.mark.parametrize("name", TYPES)
def test_every_type_shows_its_pictures_and_what_it_is_about(name: str) -> None:
    about = Stimulus("s1", "Trích báo cáo chính trị.", (PICTURE,))
    q = replace(SAMPLES[name], images=(PICTURE,), stimulus=about, expires="2026-12-31")
    assert TYPES[name].check(q) == []
    asked = TYPES[name].ask(q, TYPES[name].arrange(q, random.Random(1), True))
    assert (asked.images, asked.stimulus) == ((PICTURE,), about)


@pytest.mark.parametrize("name", ["single_choice", "multiple_choice", "ordering"])
def test_pictures_of_options_are_displayed_in_the_order_of_the_options(name: str) -> None:
    first, *others = SAMPLES[name].options
    q = replace(SAMPLES[name], options=(replace(first, text="", image=PICTURE), *others))
    kind = TYPES[name]
    assert kind.check(q) == []
    arrangement = kind.arrange(q, random.Random(3), True)
    asked = kind.ask(q, arrangement)
    assert asked.choice_images == tuple(PICTURE if index == 0 else None for index in arrangement)
    assert "Sơ đồ tổ chức" in {*kind.describe_key(replace(q, correct=(0,) if q.correct else ()))}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"images": (replace(PICTURE, alt=" "),)}, ("no_alt_text", "images")),
        ({"images": (replace(PICTURE, name="../x.png"),)}, ("bad_picture_name", "images")),
        ({"stimulus": Stimulus("s", " ")}, ("empty_stimulus", "stimulus")),
        ({"stimulus": Stimulus("s", "x", (replace(PICTURE, alt=""),))}, ("no_alt_text", "stimulus")),
        ({"expires": "31/12/2026"}, ("bad_expiry", "expires")),
        ({"expires": "2026-02-30"}, ("bad_expiry", "expires")),
        ({"expires": "20261231"}, ("bad_expiry", "expires")),
    ],
)
@pytest.mark.parametrize("name", TYPES)
def test_what_is_wrong_in_any_type_is_named(
    name: str, change: dict[str, Any], found: tuple[str, str]
) -> None:
    (problem,) = TYPES[name].check(replace(SAMPLES[name], **change))
    assert (problem.severity, problem.code, problem.where["field"]) == ("error", *found)


def test_a_blank_stem_an_unknown_level_and_a_foreign_field_are_errors() -> None:
    q = replace(SAMPLES["true_false"], stem=" ", level="hard", unit="USD")
    found = [(p.severity, p.code, p.where["field"]) for p in TYPES["true_false"].check(q)]
    assert found == [
        ("error", "no_stem", "stem"),
        ("error", "unknown_level", "level"),
        ("error", "field_not_used", "unit"),
    ]


def test_a_share_repeats_exactly_and_is_never_negative() -> None:
    assert score.share(1, 3) == Decimal("0.333333")
    assert score.share(2, 3) == Decimal("0.666667")
    assert score.share(-1, 3) == 0
    assert score.share(3, 3) == 1


def test_a_score_outside_nothing_and_all_cannot_be() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        score.Score(Decimal("1.1"))


def test_a_reason_without_its_values_cannot_be() -> None:
    with pytest.raises(KeyError):
        score.Reason("options_right")
