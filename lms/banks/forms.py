"""The editor's form: one for all types. What a type asks for is in templates/questions/<type>/edit.html.

Fields that occur once are WTForms fields named like those of a question. Options, statements and accepted answers
are rows: inputs that repeat under the name of the question's field (`options`, `statements`, `answers`), with
`correct` and `fixed` holding row numbers from 0 and `truth-<row>` the judgement of a statement. Which of the
three lists is posted says which the type has, so that a new type with these fields needs nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.banks.models import QuestionVersion
from lms.banks.problems import sentence
from lms.banks.rules import LEVEL_NAMES, SCORING_NAMES
from lms.kit.i18n import N_, _
from lms.questions.problem import Problem, error, has_errors
from lms.questions.question import Option, Statement
from lms.questions.question import Question as Body
from lms.questions.types import TYPES
from lms.study.models import Passage
from lms.web.forms import Form

LISTS = {"options": 1000, "statements": 1000, "answers": 300}  # the most characters of a row
FEWEST_ROWS = {"options": 4, "statements": 4, "answers": 2}
MOST_ROWS = 20
_GO = re.compile(r"(add|up|remove)(?:-(\d{1,2}))?")
_TOO_LONG = N_("This is too long.")


class CheckListField(SelectMultipleField):
    """Many of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(slots=True)
class Row:
    """One option, statement or accepted answer as it stands in the editor."""

    text: str = ""
    correct: bool = False
    fixed: bool = False
    truth: bool | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        return bool(self.text.strip() or self.correct or self.fixed or self.truth is not None)


class QuestionForm(Form):
    stem = TextAreaField(N_("Question text"), [Length(max=4000, message=_TOO_LONG)])
    level = SelectField(N_("Level"), default="")
    scoring = SelectField(N_("Scoring"), default="all_or_nothing")
    exact = BooleanField(N_("Diacritics must be right"))
    tolerance = StringField(N_("Accepted deviation"), default="0")
    unit = StringField(N_("Unit of measure"), [Length(max=40, message=_TOO_LONG)])
    explanation = TextAreaField(N_("Explanation"), [Length(max=4000, message=_TOO_LONG)])
    source = StringField(N_("Other source"), [Length(max=4000, message=_TOO_LONG)])
    cites = CheckListField(N_("Passages that give the answer"), coerce=int)
    started_from = HiddenField()  # the version the change starts from

    def __init__(self, kind: str, passages: Sequence[Passage], shown: Body | None = None) -> None:
        """An empty form of a type, the posted one, or one that shows a question."""
        self.kind, self.passages = kind, passages
        self.list = ""
        self.rows: list[Row] = []
        self.chosen: int | None = None  # true_false: 0 true, 1 false
        self.warnings: list[str] = []
        super().__init__(data=_simple_fields(shown, passages) if shown else None)
        self.level.choices = [
            ("", _("Without a level")),
            *((key, _(name)) for key, name in LEVEL_NAMES.items()),
        ]
        self.scoring.choices = [(key, _(name)) for key, name in SCORING_NAMES.items()]
        self.cites.choices = [(p.id, f"{p.number}. {p.heading}") for p in passages]
        if self.is_submitted():
            self._read_rows(request.form)
        elif shown:
            self._show_rows(shown)

    @property
    def go(self) -> str:
        """Which button was pressed: save, draft, preview, add, up-<row>, remove-<row>."""
        return request.form.get("go", "preview")

    @property
    def started_from_number(self) -> int:
        """The version the change starts from; 0, which no question has, for a posted value that is none."""
        text = self.started_from.data or ""
        return int(text) if text.isascii() and text.isdigit() else 0

    def rows_of(self, name: str) -> list[Row]:
        """The rows of the list `name`, with blank ones up to what is usual: for the template of a type."""
        blank = max(FEWEST_ROWS[name] - len(self.rows), 0)
        return self.rows + [Row() for _ in range(blank)]

    def _read_rows(self, posted: MultiDict[str, str]) -> None:
        correct, fixed = set(posted.getlist("correct")), set(posted.getlist("fixed"))
        self.list = next((name for name in LISTS if name in posted), "")
        if not self.list:
            self.chosen = {"0": 0, "1": 1}.get(posted.get("correct", ""))
        for index, text in enumerate(posted.getlist(self.list)[:MOST_ROWS] if self.list else []):
            truth = {"true": True, "false": False}.get(posted.get(f"truth-{index}", ""))
            self.rows.append(Row(text, str(index) in correct, str(index) in fixed, truth))

    def _show_rows(self, shown: Body) -> None:
        options = [Row(o.text, i in shown.correct, o.fixed) for i, o in enumerate(shown.options)]
        statements = [Row(s.text, truth=s.correct) for s in shown.statements]
        self.rows = options or statements or [Row(text) for text in shown.answers]
        self.chosen = shown.correct[0] if shown.correct and not shown.options else None

    def change_rows(self) -> bool:
        """Do what the buttons at the rows say; False when another button was pressed."""
        pressed = _GO.fullmatch(self.go)
        if pressed is None:
            return False
        act, index = pressed[1], int(pressed[2] or 0)
        if act == "add":
            self.rows.append(Row())
        elif act == "remove" and index < len(self.rows):
            del self.rows[index]
        elif act == "up" and 0 < index < len(self.rows):
            self.rows[index - 1], self.rows[index] = self.rows[index], self.rows[index - 1]
        return True

    def body(self) -> Body:
        """The question as it was filled in, blank rows left out."""
        self.rows = [row for row in self.rows if row.filled]
        by_id = {passage.id: passage.slug for passage in self.passages}
        return replace(
            self._body_of_rows(),
            stem=self.stem.data or "",
            level=self.level.data or None,
            scoring=self.scoring.data or "all_or_nothing",
            fold=not self.exact.data,
            tolerance=self.tolerance.data or "0",
            unit=self.unit.data or "",
            explanation=self.explanation.data or "",
            source=self.source.data or "",
            cites=tuple(by_id[chosen] for chosen in self.cites.data or () if chosen in by_id),
        ).tidied()

    def _body_of_rows(self) -> Body:
        texts = [row.text for row in self.rows]
        empty = Body(self.kind, "")
        if self.list == "options":
            options = tuple(Option(row.text, row.fixed) for row in self.rows)
            return replace(
                empty, options=options, correct=tuple(i for i, r in enumerate(self.rows) if r.correct)
            )
        if self.list == "statements":
            return replace(empty, statements=tuple(Statement(r.text, bool(r.truth)) for r in self.rows))
        if self.list == "answers":
            return replace(empty, answers=tuple(texts))
        return replace(empty, correct=() if self.chosen is None else (self.chosen,))

    def cited(self) -> list[Passage]:
        return [passage for passage in self.passages if passage.id in (self.cites.data or ())]

    def examine(self, body: Body) -> bool:
        """Check the form and the question; put every finding at its field. Whether it can be stored."""
        well = bool(self.validate())
        found = [*TYPES[self.kind].check(body), *self._check_rows()]
        for problem in found:
            self._place(problem)
        return well and not has_errors(found)

    def _check_rows(self) -> Iterable[Problem]:
        for index, row in enumerate(self.rows):
            if self.list == "statements" and row.truth is None:
                yield error("no_truth", "statements", index)
            if self.list and len(row.text) > LISTS[self.list]:
                yield error("text_too_long", self.list, index, longest=LISTS[self.list])

    def _place(self, problem: Problem) -> None:
        name, index = problem.where.get("field"), problem.where.get("index")
        if problem.severity == "warning":
            self.warnings.append(sentence(problem))
        elif name == self.list and isinstance(index, int) and index < len(self.rows):
            self.rows[index].problems.append(sentence(problem))
        elif isinstance(name, str) and name in self._fields:
            self.put_problem(name, sentence(problem))
        else:
            self.form_errors.append(sentence(problem))

    def start_again_from(self, version: QuestionVersion) -> None:
        """Keep what was typed, but as a change of this newer version."""
        self.started_from.data = str(version.number)


def _simple_fields(shown: Body, passages: Sequence[Passage]) -> dict[str, Any]:
    by_slug = {passage.slug: passage.id for passage in passages}
    return {
        "stem": shown.stem,
        "level": shown.level or "",
        "scoring": shown.scoring,
        "exact": not shown.fold,
        "tolerance": shown.tolerance,
        "unit": shown.unit,
        "explanation": shown.explanation,
        "source": shown.source,
        "cites": [by_slug[slug] for slug in shown.cites if slug in by_slug],
    }
