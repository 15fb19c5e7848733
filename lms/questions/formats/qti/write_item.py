"""One question as an item, in names of QTI 2.x: declarations, body, how it is scored, feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.questions.formats.qti import scoring
from lms.questions.formats.qti.bodies import WRITERS, Draft
from lms.questions.formats.qti.build import make
from lms.questions.formats.qti.rubrics import RUBRIC
from lms.questions.formats.qti.versions import XML, Version
from lms.questions.question import Question
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_TITLE = 80


def item(question: Question, identifier: str, version: Version, stimulus: _Element | None) -> _Element:
    """The assessmentItem of a question. `stimulus`: what names its stimulus."""
    draft = WRITERS[question.type](question)
    if question.guide or question.rubric:
        draft.body.append(_rubric(question, version))
    root = make(
        "assessmentItem",
        identifier=identifier,
        title=clean(question.stem)[:_LONGEST_TITLE] or identifier,
        adaptive="false",
        timeDependent="false",
    )
    root.set(f"{{{XML}}}lang", "vi")
    root.extend(scored.declaration() for scored in draft.scored)
    root.extend(_outcomes(question, draft, version))
    if stimulus is not None and stimulus.tag == "assessmentStimulusRef":
        root.append(stimulus)
        stimulus = None
    body = make("itemBody", stimulus, *draft.body)
    if draft.mark:
        body.set("class", draft.mark)
    root.append(body)
    if not draft.by_hand:
        root.append(scoring.processing(draft.scored, version))
    if question.explanation:
        root.append(_feedback(question.explanation, version))
    return root


def _outcomes(question: Question, draft: Draft, version: Version) -> list[_Element]:
    score = make("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if draft.by_hand and version.name != "2.1":
        score.set("externalScored", "human")
    score.append(make("defaultValue", make("value", text="0")))
    told = make("outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")
    told.append(make("defaultValue", make("value", text="explanation")))
    return [score, told] if question.explanation else [score]


def _feedback(text: str, version: Version) -> _Element:
    content = make("p", text=text)
    return make(
        "modalFeedback",
        make("contentBody", content) if version.three else content,
        outcomeIdentifier="FEEDBACK",
        identifier="explanation",
        showHide="show",
    )


def _rubric(q: Question, version: Version) -> _Element:
    """The guide and the rubric for markers."""
    rows = [make("tr", make("td", text=line.text), make("td", text=line.points)) for line in q.rubric]
    parts = [make("table", make("tbody", *rows), class_=RUBRIC)] if rows else []
    if q.guide:
        parts.append(make("p", text=q.guide))
    held = [make("contentBody", *parts)] if version.three else parts
    return make("rubricBlock", *held, view="scorer", use="scoring")
