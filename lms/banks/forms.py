"""The editor's form: one for all types. What a type asks for is in templates/questions/<type>/edit.html.

Fields that occur once are WTForms fields named like those of a question. What repeats (rows, blanks, pictures) is
in lms/banks/draft.py, which says how its inputs are named; a new type with fields known there needs nothing here.
The form is filled from what was posted, from what was kept unsaved, or from a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.banks.draft import LISTS, Draft, Fields, Row, read_draft, show_draft
from lms.banks.models import QuestionVersion
from lms.banks.problems import sentence
from lms.banks.rules import LEVEL_NAMES, LONGEST_TAG, MOST_TAGS, level_names, read_tags, scoring_names
from lms.kit.i18n import N_, _
from lms.questions.problem import Problem, error, has_errors
from lms.questions.question import Image, Stimulus
from lms.questions.question import Question as Body
from lms.questions.types import TYPES
from lms.questions.types.essay import FILE_TYPES
from lms.study.models import Passage
from lms.vietnamese.dates import DateUnreadable, format_date, parse_date
from lms.vietnamese.text import clean
from lms.web.forms import Form

_TOO_LONG = N_("This is too long.")
NEW_STIMULUS = "new"  # in the list of stimuli: one that is written here


class CheckListField(SelectMultipleField):
    """Many of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a question in its bank: what may be cited, which texts are asked about, its scheme of levels."""

    passages: Sequence[Passage] = ()
    stimuli: Mapping[str, Stimulus] = field(default_factory=dict)
    scheme: str = "four"


class QuestionForm(Form):
    stem = TextAreaField(N_("Question text"), [Length(max=4000, message=_TOO_LONG)])
    level = SelectField(N_("Level"), default="")
    scoring = SelectField(N_("Scoring"), default="all_or_nothing")
    exact = BooleanField(N_("Diacritics must be right"))
    tolerance = StringField(N_("Accepted deviation"), default="0")
    unit = StringField(N_("Unit of measure"), [Length(max=40, message=_TOO_LONG)])
    least_words = StringField(N_("Words at least"), default="")
    most_words = StringField(N_("Words at most"), default="")
    file_types = CheckListField(N_("Files accepted"))
    guide = TextAreaField(N_("For markers"), [Length(max=4000, message=_TOO_LONG)])
    explanation = TextAreaField(N_("Explanation"), [Length(max=4000, message=_TOO_LONG)])
    source = StringField(N_("Other source"), [Length(max=4000, message=_TOO_LONG)])
    cites = CheckListField(N_("Passages that give the answer"), coerce=int)
    expires = StringField(N_("Expires"))
    tags = StringField(N_("Tags"), [Length(max=1000, message=_TOO_LONG)])
    stimulus = SelectField(N_("Shared text"), default="", validate_choice=False)
    stimulus_text = TextAreaField(N_("The text"), [Length(max=10_000, message=_TOO_LONG)])
    stimulus_shown = HiddenField()  # the choice whose text stands in stimulus_text
    started_from = HiddenField()  # the version the change starts from

    def __init__(
        self,
        kind: str,
        around: Around,
        *,
        fields: Fields | None = None,
        shown: Body | None = None,
        tags: Sequence[str] = (),
    ) -> None:
        """A form of a type with these fields; without them one that shows a question, or an empty one."""
        self.kind, self.around = kind, around
        self.warnings: list[str] = []
        self.picture_problems: dict[str, str] = {}
        self.stimulus_problems: list[str] = []
        self.draft = Draft()
        if fields is not None:
            super().__init__(formdata=MultiDict((name, one) for name, many in fields.items() for one in many))
            self.draft = read_draft(fields, kind)
        elif shown:
            super().__init__(formdata=None, data=_simple_fields(shown, around.passages, tags))
            self.draft = show_draft(shown)
        else:
            super().__init__(formdata=None)
        self._offer_choices()
        if fields is not None:
            self._take_chosen_stimulus()

    def _offer_choices(self) -> None:
        names = level_names(self.around.scheme)
        kept = {self.level.data: LEVEL_NAMES[self.level.data]} if self.level.data in LEVEL_NAMES else {}
        self.level.choices = [
            ("", _("Without a level")),
            *((key, _(name)) for key, name in {**kept, **names}.items()),
        ]
        self.file_types.choices = [(kind, f".{kind}") for kind in FILE_TYPES]
        self.scoring.choices = [(key, _(name)) for key, name in scoring_names(self.kind).items()]
        self.cites.choices = [(p.id, f"{p.number}. {p.heading}") for p in self.around.passages]
        self.stimulus.choices = [
            ("", _("None: the question stands by itself")),
            (NEW_STIMULUS, _("Write a new text")),
            *((key, _shortened(stimulus.text)) for key, stimulus in self.around.stimuli.items()),
        ]

    @property
    def go(self) -> str:
        """Which button was pressed: save, ask, preview, stimulus, or one of lms.banks.draft; "" for none."""
        return str(self._go or "")

    _go = ""

    def pressed(self, go: str) -> bool:
        """Remember the button and do what it says; True when it was one that changes rows, blanks or pictures."""
        self._go = go
        stem = self.draft.press(go, self.stem.data or "")
        if stem is not None:
            self.stem.data = stem
        self._fit_gaps()
        return stem is not None or go in ("stimulus", "upload", "more")

    @property
    def started_from_number(self) -> int:
        """The version the change starts from; 0, which no question has, for a posted value that is none."""
        text = self.started_from.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @property
    def rows(self) -> list[Row]:
        return self.draft.rows

    def rows_of(self, name: str) -> list[Row]:
        """The rows of a list with blank ones up to what is usual: for the template of a type."""
        return self.draft.rows_of(name)

    @property
    def faulty(self) -> bool:
        """Whether anything has to be corrected."""
        at_rows = any(row.problems for row in self.draft.rows)
        at_gaps = any(gap.problems for gap in self.draft.gaps)
        at_pictures = any(picture.problems for picture in self.draft.pictures)
        elsewhere = self.errors or self.picture_problems or self.stimulus_problems
        return bool(at_rows or at_gaps or at_pictures or elsewhere)

    @property
    def tag_list(self) -> list[str]:
        """The tags as typed. Raises ValueError for too many or too long ones, which `examine` has said."""
        return read_tags(self.tags.data or "")

    def _take_chosen_stimulus(self) -> None:
        """When another text was chosen than the one that stands in its field, show that one."""
        chosen, shown = self.stimulus.data or "", self.stimulus_shown.data or ""
        if not chosen:
            return  # what was written stays in its field, in case it is chosen again
        found = self.around.stimuli.get(chosen)
        if chosen != shown and (found or shown):
            self.stimulus_text.data = found.text if found else ""
            self.draft.stimulus = show_draft(Body("", "", stimulus=found)).stimulus
        if found is None:
            chosen = NEW_STIMULUS  # the questions on it are gone meanwhile; its words are not
        self.stimulus.data = self.stimulus_shown.data = chosen

    def _fit_gaps(self) -> None:
        if self.kind == "cloze":
            self.draft.fit_gaps(self.stem.data or "")

    def body(self) -> Body:
        """The question as it was filled in, blank rows left out."""
        self._fit_gaps()
        by_id = {passage.id: passage.slug for passage in self.around.passages}
        return replace(
            self.draft.fill(Body(self.kind, "")),
            stem=self.stem.data or "",
            level=self.level.data or None,
            scoring=self.scoring.data or "all_or_nothing",
            fold=not self.exact.data,
            tolerance=self.tolerance.data or "0",
            unit=self.unit.data or "",
            least_words=_count(self.least_words.data) or 0,
            most_words=_count(self.most_words.data) or 0,
            file_types=tuple(self.file_types.data or ()),
            guide=self.guide.data or "",
            explanation=self.explanation.data or "",
            source=self.source.data or "",
            cites=tuple(by_id[chosen] for chosen in self.cites.data or () if chosen in by_id),
            stimulus=self._stimulus(),
            expires=_iso_date(self.expires.data),
        ).tidied()

    def _stimulus(self) -> Stimulus | None:
        if not self.stimulus.data:
            return None
        images = tuple(Image(picture.name, picture.alt) for picture in self.draft.stimulus)
        return Stimulus(self.stimulus.data, self.stimulus_text.data or "", images)

    def cited(self) -> list[Passage]:
        return [passage for passage in self.around.passages if passage.id in (self.cites.data or ())]

    def examine(self, body: Body) -> bool:
        """Check the form and the question; put every finding at its field. Whether it can be stored."""
        well = bool(self.validate()) and not self.picture_problems
        for name in ("least_words", "most_words"):
            if _count(self[name].data) is None:
                self.put_problem(name, _("Write a whole number, or nothing for no limit."))
                well = False
        try:
            read_tags(self.tags.data or "")
        except ValueError:
            words = _(
                "At most {most} tags, each of at most {longest} characters.",
                most=MOST_TAGS,
                longest=LONGEST_TAG,
            )
            self.put_problem("tags", words)
            well = False
        found = [*TYPES[self.kind].check(body), *self._check_rows()]
        for problem in found:
            self._place(problem)
        for number, gap in enumerate(self.draft.gaps, 1):
            if not gap.has_key:
                gap.problems.append(_of_gap(number, _("Mark the right option.")))
                well = False
        return well and not has_errors(found)

    def _check_rows(self) -> Iterable[Problem]:
        for index, row in enumerate(self.draft.rows):
            if self.draft.listed == "statements" and row.truth is None:
                yield error("no_truth", "statements", index)
            longest = LISTS[self.draft.listed].longest
            if max(len(row.text), len(row.second)) > longest:
                yield error("text_too_long", self.draft.listed, index, longest=longest)

    def _place(self, problem: Problem) -> None:
        name, index = str(problem.where.get("field", "")), problem.where.get("index")
        parts: Mapping[str, Sequence[Any]] = {
            self.draft.listed: self.draft.rows,
            "blanks": self.draft.gaps,
            "images": self.draft.images,
        }
        entries = parts.get(name, ()) if name else ()
        if problem.severity == "warning":
            self.warnings.append(sentence(problem))
        elif isinstance(index, int) and index < len(entries):
            words = sentence(problem)
            entries[index].problems.append(
                _of_gap(index + 1, words) if name == "blanks" and problem.code == "no_key" else words
            )
        elif name == "stimulus":
            self.stimulus_problems.append(sentence(problem))
        elif name in self._fields:
            self.put_problem(name, sentence(problem))
        else:
            self.form_errors.append(sentence(problem))

    def start_again_from(self, version: QuestionVersion) -> None:
        """Keep what was typed, but as a change of this newer version."""
        self.started_from.data = str(version.number)


def _of_gap(number: int, words: str) -> str:
    """A sentence that does not say itself which blank it is about."""
    return _("Blank {number}", number=number) + ": " + words


def _shortened(text: str) -> str:
    line = clean(text)
    return line if len(line) <= 80 else f"{line[:79]}…"


def _count(text: str | None) -> int | None:
    """A number of words; 0 for nothing, None for what is no number."""
    digits = clean(text or "").replace(".", "")
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def _iso_date(text: str | None) -> str:
    """A day as people or browsers write it, in ISO form; what is none is left as it is, for the check to refuse."""
    typed = clean(text or "")
    try:
        day = parse_date(typed).as_date() if typed else None
    except DateUnreadable:
        return typed
    return day.isoformat() if day else typed


def _typed_day(text: str) -> str:
    """A day in ISO form as people write it; anything else as it is."""
    try:
        return format_date(date.fromisoformat(text))
    except ValueError:
        return text


def _simple_fields(shown: Body, passages: Sequence[Passage], tags: Sequence[str]) -> dict[str, Any]:
    by_slug = {passage.slug: passage.id for passage in passages}
    return {
        "stem": shown.stem,
        "level": shown.level or "",
        "scoring": shown.scoring,
        "exact": not shown.fold,
        "tolerance": shown.tolerance,
        "unit": shown.unit,
        "least_words": str(shown.least_words or ""),
        "most_words": str(shown.most_words or ""),
        "file_types": list(shown.file_types),
        "guide": shown.guide,
        "explanation": shown.explanation,
        "source": shown.source,
        "cites": [by_slug[slug] for slug in shown.cites if slug in by_slug],
        "expires": _typed_day(shown.expires),
        "tags": ", ".join(tags),
        "stimulus": shown.stimulus.key if shown.stimulus else "",
        "stimulus_text": shown.stimulus.text if shown.stimulus else "",
        "stimulus_shown": shown.stimulus.key if shown.stimulus else "",
    }
