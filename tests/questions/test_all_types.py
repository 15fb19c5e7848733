"""What holds for every type of question, whatever the question."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions import score
from lms.questions.answer import REFUSALS, AnswerRefused
from lms.questions.problem import MESSAGES, Problem, has_errors
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.questions.samples import MADE, SAMPLES, displayed, questions, right_answer, some_answer

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
    assert sorted(arrangement) == list(range(len(q.options or q.statements)))
    assert all(arrangement[i] == i for i, option in enumerate(q.options) if option.fixed)
    if not shuffle:
        assert arrangement == tuple(range(len(arrangement)))


@given(questions, seeds)
def test_the_score_does_not_depend_on_the_arrangement(q: Question, seed: int) -> None:
    rng, kind = random.Random(seed), TYPES[q.type]
    answer = some_answer(q, rng)
    plain, mixed = kind.arrange(q, rng, False), kind.arrange(q, rng, True)
    elsewhere = displayed(q, mixed, answer)
    assert kind.score(q, mixed, elsewhere) == kind.score(q, plain, answer)
    assert set(kind.describe(q, mixed, elsewhere)) == set(kind.describe(q, plain, answer))


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
    assert kind.score(q, arrangement, displayed(q, arrangement, key)).correctness == 1


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
            values = [f"{position}:{'true' if truth else 'false'}" for position, truth in answer.items()]
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


@pytest.mark.parametrize("name", TYPES)
def test_a_candidate_never_receives_the_key(name: str) -> None:
    """Every field that tells something of the key carries a canary; none may come through."""
    q = replace(
        SAMPLES[name], explanation="CANARY-E", source="CANARY-S", cites=("CANARY-C",), level="analysis"
    )
    if q.answers:
        q = replace(q, answers=("CANARY-A",), tolerance="CANARY-T")
    kind = TYPES[name]
    asked = kind.ask(q, kind.arrange(q, random.Random(1), True))
    sent = json.dumps(asked.to_json()) + repr(asked)
    assert "CANARY" not in sent
    assert "analysis" not in sent
    assert set(asked.to_json()) == {"type", "stem", "choices", "statements", "unit"}


@given(questions, seeds)
def test_two_questions_that_differ_in_the_key_alone_are_asked_alike(q: Question, seed: int) -> None:
    kind, rng = TYPES[q.type], random.Random(seed)
    other = replace(
        q,
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


@given(questions)
def test_the_key_can_be_told_in_words(q: Question) -> None:
    told = TYPES[q.type].describe_key(q)
    assert len(told) == len(q.correct or q.statements or q.answers)
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


@pytest.mark.parametrize("q", list(broken()))
def test_every_finding_has_its_sentence(q: Question) -> None:
    found: list[Problem] = TYPES[q.type].check(q)
    assert all(MESSAGES[problem.code].format(**problem.message_params) for problem in found)


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
