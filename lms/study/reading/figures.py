"""Figures of a passage as draft questions: numbers with their units, dates, years, numbers of documents, lists.

Everything offered is a draft for a trainer to read: the sentence of the passage with the figure blanked. Wrong options
are near the right one, written in the same notation and unit, possible (no 110%, no 31/4), and never another true
figure of the passage with the same unit. The same passage always gives the same drafts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.questions.question import Option, Question
from lms.study.reading.distractors import near_dates, near_documents, near_numbers, near_words, near_years
from lms.study.reading.found_figures import (
    CLAUSE,
    NUMBER,
    WORDS,
    Figure,
    figures_of,
    lists_of,
    once,
    sentences,
)
from lms.study.reading.markdown import plain
from lms.vietnamese.text import fold

MOST = 12  # offers for a passage
LONGEST_SENTENCE = 60  # words shown in a stem
_BLANK = "……"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked about one figure or list: the sentence, and draft questions to choose from, the best first."""

    figure: str
    sentence: str
    questions: tuple[Question, ...]


def offer(passage_id: str, text: str, source: str = "") -> list[Offer]:
    """Draft questions for the figures of a passage in reading order. `text`: its Markdown, `source`: its reference."""
    told = list(sentences(plain(text)))
    found = [(sentence, figures) for sentence in told if (figures := list(figures_of(sentence)))]
    true = [figure for _sentence, figures in found for figure in figures]
    drafts = _Drafts(passage_id, source, true)
    offers = [drafts.of_figure(sentence, figure) for sentence, figures in found for figure in once(figures)]
    offers += drafts.of_lists(plain(text))
    return [each for each in offers if each and each.questions][:MOST]


class _Drafts:
    def __init__(self, passage_id: str, source: str, true: Sequence[Figure]) -> None:
        self.passage_id = passage_id
        self.source = source
        self.true = true

    def of_figure(self, sentence: str, figure: Figure) -> Offer | None:
        shown = _shortened(sentence, figure)
        if shown is None:
            return None
        wrong = self._wrong(figure, sentence)
        questions = [self._typed(shown, figure)]
        if len(wrong) >= 3:
            questions.insert(0, self._choice(shown, figure, wrong[:3]))
        if wrong:
            questions.append(self._judged(shown, figure, wrong[0]))
        return Offer(f"{figure.text} {figure.unit}".strip().replace(" %", "%"), shown, tuple(questions))

    def _wrong(self, figure: Figure, sentence: str) -> list[str]:
        true = [other.text for other in self.true if _same_measure(other, figure)]
        if figure.kind in ("number", "count"):  # "17 trong số 21 chỉ tiêu": 17 is true as well
            true += re.findall(NUMBER, sentence)
        return _NEAR[figure.kind](
            figure.text, figure.unit, true, _draw(f"{self.passage_id} {sentence} {figure.text}")
        )

    def _choice(self, sentence: str, figure: Figure, wrong: Sequence[str]) -> Question:
        texts = sorted([figure.text, *wrong], key=_order)
        options = tuple(Option(_with_unit(text, figure)) for text in texts)
        stem = f"Chọn phương án đúng điền vào chỗ trống: “{_blanked(sentence, figure)}”"
        return self._question(
            "single_choice", stem, sentence, options=options, correct=(texts.index(figure.text),)
        )

    def _typed(self, sentence: str, figure: Figure) -> Question:
        stem = f"Điền {_asked(figure)} còn thiếu: “{_blanked(sentence, figure, unit=False)}”"
        if figure.kind in ("number", "count", "year") and re.fullmatch(NUMBER, figure.text):
            unit = figure.unit if figure.kind != "year" else ""
            return self._question("numeric", stem, sentence, answers=(figure.text,), unit=_answer_unit(unit))
        answers = [figure.text]
        if figure.kind == "word" and figure.text.lower() in WORDS:
            answers.append(str(WORDS.index(figure.text.lower()) + 1))
        return self._question("short_answer", stem, sentence, answers=tuple(answers))

    def _judged(self, sentence: str, figure: Figure, wrong: str) -> Question:
        """True or false: by the passage's own words, half of them are changed."""
        true = _draw(f"{self.passage_id} {sentence} {figure.text} judged") % 2 == 0
        stem = sentence if true else _replaced(sentence, figure, wrong)
        return self._question("true_false", stem, sentence, correct=(0,) if true else (1,))

    def of_lists(self, text: str) -> list[Offer]:
        """Short lists behind a colon: one member is left out and asked for."""
        found = []
        for lead, items in lists_of(text):
            at = _draw(f"{self.passage_id} {lead}") % len(items)
            shown = "; ".join(_BLANK if place == at else item for place, item in enumerate(items))
            sentence = f"{lead} {'; '.join(items)}"
            stem = f"Điền nội dung còn thiếu: “{lead} {shown}”"
            question = self._question("short_answer", stem, sentence, answers=(items[at],))
            found.append(Offer(items[at], sentence, (question,)))
        return found

    def _question(self, type_: str, stem: str, sentence: str, **fields: object) -> Question:
        return Question(
            type=type_,
            stem=stem,
            level="recall",
            explanation=f"Văn bản nêu: “{sentence}”",
            source=self.source,
            cites=(self.passage_id,),
            **fields,  # type: ignore[arg-type]
        )


_NEAR = {
    "number": near_numbers,
    "count": near_numbers,
    "word": near_words,
    "date": near_dates,
    "period": near_years,
    "year": near_years,
    "document": near_documents,
}


def _same_measure(one: Figure, other: Figure) -> bool:
    """Figures that could be taken for each other: of one unit, or both dates or both documents."""
    groups = {"count": "count", "word": "count", "year": "year", "period": "year"}
    if groups.get(one.kind, one.kind) != groups.get(other.kind, other.kind):
        return False
    if one.kind in ("date", "year", "period", "document"):
        return True
    return _measure(one.unit) == _measure(other.unit)


def _measure(unit: str) -> str:
    return "%" if unit.startswith("%") or unit == "phần trăm" else fold(unit)


def _draw(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4])


def _asked(figure: Figure) -> str:
    return {"date": "ngày, tháng, năm", "year": "năm", "period": "thời gian", "document": "số, ký hiệu"}.get(
        figure.kind, "số"
    )


def _order(text: str) -> tuple[float, str]:
    """Options stand in the order of their values, as in a typed paper."""
    if text.lower() in WORDS:
        return float(WORDS.index(text.lower())), ""
    digits = [part.replace(".", "").replace(",", ".") for part in re.findall(NUMBER, text)]
    if re.search(r"[/.]\d{1,2}[/.]|tháng", text):  # a date: year, month, day
        parts = [int(part) for part in re.findall(r"\d+", text)]
        return float(parts[-1] * 10_000 + parts[-2] * 100 + parts[-3]), text
    return (float(digits[0]) if digits else 0.0), text


def _with_unit(text: str, figure: Figure) -> str:
    if not figure.unit:
        return text
    return f"{text}{figure.unit}" if figure.unit.startswith("%") else f"{text} {figure.unit}"


def _answer_unit(unit: str) -> str:
    return "%" if unit.startswith("%") or unit == "phần trăm" else unit


def _mentions(sentence: str, figure: Figure) -> re.Pattern[str]:
    """The figure with its unit wherever it stands in the sentence."""
    unit = rf" ?{re.escape(figure.unit)}" if figure.unit else ""
    return re.compile(rf"(?<![\w/.,]){re.escape(figure.text)}(?P<unit>{unit})(?![\d/])")


def _blanked(sentence: str, figure: Figure, *, unit: bool = True) -> str:
    """The sentence without the figure; its unit goes with it where the options show it."""
    return _mentions(sentence, figure).sub(_BLANK if unit else rf"{_BLANK}\g<unit>", sentence)


def _replaced(sentence: str, figure: Figure, wrong: str) -> str:
    return _mentions(sentence, figure).sub(lambda found: f"{wrong}{found['unit']}", sentence)


def _shortened(sentence: str, figure: Figure) -> str | None:
    """The sentence, or of a long one the clauses around the figure; None when it would still be too long."""
    if len(sentence.split()) > LONGEST_SENTENCE:
        clauses = [clause for clause in CLAUSE.split(sentence) if _mentions(clause, figure).search(clause)]
        sentence = clauses[0].rstrip(";") if clauses else sentence
    if len(sentence.split()) > LONGEST_SENTENCE or len(sentence.split()) < 4:
        return None
    return sentence if _mentions(sentence, figure).search(sentence) else None
