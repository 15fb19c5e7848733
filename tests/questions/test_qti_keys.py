"""Keys of QTI items: templates, rules of their own, points of single options."""

import pytest
from lxml import etree

from lms.questions.formats.qti.names import normalise
from lms.questions.formats.qti.processing import read_processing
from lms.questions.formats.qti.responses import read_declarations
from lms.questions.reading import ReadQuestion
from tests.questions.qti_files import (
    HEADER,
    MAP,
    ORDINARY,
    QTI22,
    by,
    choices,
    codes,
    declared,
    entry,
    item,
    mapped,
    only,
    read,
    unzipped,
)
from tests.questions.strategies import PICTURES


@pytest.mark.parametrize(
    "template",
    [
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
        "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct.xml",
        "rptemplates/CC2_match.xml",
        "CC2_match_basic",
    ],
)
def test_a_template_is_known_by_the_end_of_its_address(template: str) -> None:
    reading = read(item(declared("A"), choices("a", "b"), by(template)))
    assert reading.problems == ()


def test_an_unknown_template_is_named() -> None:
    reading = read(item(declared("A"), choices("a", "b"), by("http://x.example/own_rule.xml")))
    assert reading.questions[0].question.correct == (0,)
    assert [(found.code, found.message_params["rule"]) for found in reading.problems] == [
        ("processing_unknown", "own_rule")
    ]


RULE = """<responseProcessing><responseCondition><responseIf>{condition}
  <setOutcomeValue identifier="SCORE"><baseValue baseType="float">{points}</baseValue></setOutcomeValue>
  </responseIf><responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue>
  </setOutcomeValue></responseElse></responseCondition></responseProcessing>"""
IS_RIGHT = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'


def test_a_rule_that_asks_for_the_right_response_is_understood() -> None:
    reading = read(item(declared("A"), choices("a", "b"), RULE.format(condition=IS_RIGHT, points="5")))
    assert reading.problems == ()


def test_any_other_rule_is_named() -> None:
    odd = '<gt><variable identifier="duration"/><baseValue baseType="float">3</baseValue></gt>'
    reading = read(item(declared("A"), choices("a", "b"), RULE.format(condition=odd, points="1")))
    assert [found.code for found in reading.problems] == ["processing_unknown"]
    assert "gt(" in str(reading.problems[0].message_params["rule"])


def test_numbers_in_rules_are_answers_with_their_tolerance() -> None:
    def equal(value: str) -> str:
        return (
            '<equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="RESPONSE"/>'
            f'<baseValue baseType="float">{value}</baseValue></equal>'
        )

    rule = RULE.format(condition=f"<or>{equal('10')}{equal('20')}</or>", points="1")
    question = only(item(declared("10", base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("10", "20"), "0,5")


def test_bounds_in_a_rule_are_a_number_with_a_tolerance() -> None:
    bounds = "".join(
        f'<{side}><variable identifier="RESPONSE"/><baseValue baseType="float">{value}</baseValue></{side}>'
        for side, value in (("gte", "7"), ("lte", "8"))
    )
    rule = RULE.format(condition=f"<and>{bounds}</and>", points="1")
    question = only(item(declared(base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("7,5",), "0,5")


def test_a_relative_tolerance_is_a_share_of_the_number() -> None:
    condition = (
        '<equal toleranceMode="relative" tolerance="10 10"><variable identifier="RESPONSE"/>'
        '<correct identifier="RESPONSE"/></equal>'
    )
    rule = RULE.format(condition=condition, points="1")
    question = only(item(declared("50", base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("50",), "5")


def test_without_a_rule_the_right_response_is_taken_and_that_is_said() -> None:
    reading = read(item(declared("A"), choices("a", "b"), ""))
    assert reading.questions[0].question.correct == (0,)
    assert codes(reading) == {"no_processing"}


def test_without_any_key_that_is_said() -> None:
    reading = read(item(declared(), choices("a", "b")))
    assert codes(reading) == {"no_key"}
    assert reading.statuses() == {1: "no_key"}


def test_a_key_that_names_nothing_is_said() -> None:
    assert "key_names_nothing" in codes(read(item(declared("Z"), choices("a", "b"))))


def test_a_gap_without_a_key_cannot_be_stored_as_it_is() -> None:
    body = (
        "<p>x <inlineChoiceInteraction responseIdentifier='RESPONSE'><inlineChoice identifier='a'>a</inlineChoice>"
        "<inlineChoice identifier='b'>b</inlineChoice></inlineChoiceInteraction></p>"
    )
    reading = read(item(declared(), body))
    assert {"no_key", "blank_key_out_of_range"} <= codes(reading)
    assert not reading.usable


@pytest.mark.parametrize(
    ("entries", "attributes", "scoring", "said"),
    [
        ({"A": "1", "C": "1"}, 'defaultValue="0"', "partial", set()),
        ({"A": "0.5", "C": "0.5", "B": "-0.5"}, 'defaultValue="0" lowerBound="0"', "partial", set()),
        ({"A": "0.333333", "C": "0.333334"}, 'defaultValue="0"', "partial", set()),
        ({"A": "1", "C": "2"}, 'defaultValue="0"', "partial", {"weights_not_kept"}),
        ({"A": "1", "C": "1"}, 'defaultValue="-1"', "partial", {"weights_not_kept"}),
        ({"A": "1", "C": "1", "B": "-1"}, 'defaultValue="0"', "partial", {"weights_not_kept"}),
    ],
)
def test_points_of_single_options_are_kept_or_named(
    entries: dict[str, str], attributes: str, scoring: str, said: set[str]
) -> None:
    key = declared("A", "C", cardinality="multiple", mapping=mapped(entries, attributes))
    reading = read(item(key, choices("một", "hai", "ba", most=0), by(MAP)))
    assert reading.questions[0].question.correct == (0, 2)
    assert reading.questions[0].question.scoring == scoring
    assert codes(reading) == said


def test_texts_that_earn_less_are_no_answers() -> None:
    points = mapped({"York": "1", "Yorck": "0.5", "York city": "1"})
    reading = read(item(declared("York", base_type="string", mapping=points), f"<p>? {entry()}</p>", by(MAP)))
    assert reading.questions[0].question.answers == ("York", "York city")
    assert codes(reading) == {"weights_not_kept"}


def test_an_order_that_is_scored_by_places_is_scored_in_parts() -> None:
    back = only(QTI22.write(HEADER, [ReadQuestion(1, "", ORDINARY[7])], {}), "x.zip")
    assert back.scoring == "partial"


def test_every_rule_that_is_written_is_understood() -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    for name, data in unzipped(QTI22.write(HEADER, questions, PICTURES)).items():
        if name.startswith("items/"):
            root = normalise(etree.fromstring(data))
            assert not read_processing(root, read_declarations(root)).unknown
