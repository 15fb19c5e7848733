"""One item of QTI 2 or 3 as a question, or as a finding that says why it has no counterpart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti import files
from lms.questions.formats.qti.feedback import take_feedback
from lms.questions.formats.qti.filling import GAP, blank
from lms.questions.formats.qti.interactions import IN_TEXT, INTERACTIONS, extended_text
from lms.questions.formats.qti.item_parts import ItemParts, NoCounterpart
from lms.questions.formats.qti.markup import Scribe
from lms.questions.formats.qti.members import Members
from lms.questions.formats.qti.names import INTERACTION, line_of
from lms.questions.formats.qti.rubrics import take_rubrics
from lms.questions.formats.qti.stimuli import take_stimulus
from lms.questions.problem import Problem, warning
from lms.questions.question import Question
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_CUSTOM = {"customInteraction", "portableCustomInteraction"}
_SHOWN_GAP = "____"


@dataclass(frozen=True, slots=True)
class ReadItem:
    """What one item gave: a question or None, the findings, and what stands beside it."""

    id: str
    question: Question | None
    problems: tuple[Problem, ...] = ()
    points: Decimal | None = None
    original: str = ""
    line: int | None = None


def read_item(root: _Element, members: Members, place: str) -> ReadItem:
    """An assessmentItem (in names of 2.x) of the member `place`. Never raises for bad content."""
    scribe = Scribe(members, place)
    original = Scribe(members, place).told(*root.findall("itemBody")).text
    item = ItemParts(root, scribe)
    own_id = clean(root.get("identifier", ""))
    try:
        question = _question(item)
    except NoCounterpart as none:
        title = clean(root.get("title", "")) or own_id or place
        problem = warning("type_without_counterpart", type=str(none), name=title[:120])
        return ReadItem(own_id, None, (problem,), original=original)
    problems = [*item.problems, *item.keys.doubts(item.asked), *scribe.losses()]
    return ReadItem(own_id, question, tuple(problems), item.declared.points, original, line_of(root))


def _question(item: ItemParts) -> Question:
    _refuse_changing_items(item.root)
    if item.root.find("stylesheet") is not None:
        item.scribe.lost.setdefault("stylesheet")
    explanation, left_out = take_feedback(item)
    if left_out:
        item.problems.append(warning("messages_left_out", count=left_out))
    guide, rubric = take_rubrics(item)
    stimulus = take_stimulus(item)
    fields = _fields(item)
    told = item.scribe.told(item.body)
    question = Question(stem=_stem(told.text), **fields)
    if question.type == "essay":
        question = replace(question, rubric=rubric, guide="\n".join(filter(None, [guide, *item.guides])))
    elif guide:
        explanation = "\n".join(filter(None, [explanation, guide]))
    images = tuple(dict.fromkeys([*told.images, *item.images]))
    return replace(question, explanation=explanation, stimulus=stimulus, images=images).tidied()


def _refuse_changing_items(root: _Element) -> None:
    """Items that change while they are answered, or are made anew for everybody, are no fixed questions."""
    if root.get("adaptive") == "true":
        raise NoCounterpart("adaptive item")
    if root.find("templateDeclaration") is not None:
        raise NoCounterpart("item template")


def _fields(item: ItemParts) -> dict[str, Any]:
    found = [each for each in item.body.iter("*") if str(each.tag).endswith(INTERACTION)]
    names = list(dict.fromkeys(str(each.tag) for each in found))
    if not found:
        raise NoCounterpart("text without an interaction")
    foreign = [name for name in names if name not in INTERACTIONS]
    if foreign:
        raise NoCounterpart(_named(foreign[0], found[[str(e.tag) for e in found].index(foreign[0])]))
    if len(found) == 1:
        return INTERACTIONS[names[0]](item, found[0])
    if set(names) <= IN_TEXT:
        return {"type": "cloze", "blanks": tuple(blank(item, each, n) for n, each in enumerate(found, 1))}
    return _text_with_files(item, found, names)


def _text_with_files(item: ItemParts, found: list[_Element], names: list[str]) -> dict[str, Any]:
    """A text to write and files to hand in are one essay; any other mixture is several questions in one."""
    texts = [each for each in found if each.tag == "extendedTextInteraction"]
    if set(names) != {"extendedTextInteraction", "uploadInteraction"} or len(texts) != 1:
        raise NoCounterpart("composite: " + " + ".join(names))
    fields = extended_text(item, texts[0])
    types: dict[str, None] = {}
    for each in found:
        if each is not texts[0]:
            given, problems = files.endings(each.get("type", ""))
            types.update(dict.fromkeys(given))
            item.problems.extend(problems)
            item.keep_prompt(each)
    return fields | {"file_types": tuple(types)}


def _named(name: str, element: _Element) -> str:
    """A custom interaction with the name of what it is, when it says so."""
    said = element.get("customInteractionTypeIdentifier") or element.get("class") or ""
    return f"{name} ({clean(said)[:80]})" if name in _CUSTOM and said else name


def _stem(text: str) -> str:
    """A gap at the end or on a line of its own needs no mark; inside a sentence it does."""
    lines = [line for line in text.split("\n") if line.strip() != GAP]
    told = "\n".join(lines)
    return told.removesuffix(GAP).rstrip().replace(GAP, _SHOWN_GAP) if GAP in told else told
