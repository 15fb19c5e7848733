"""Questions as Moodle XML. Texts are HTML with a <br> for each line end; typed answers are plain text."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lms.questions.formats.moodle_xml.essays import rubric_as_html, text_as_html
from lms.questions.formats.moodle_xml.kinds import OUR_GRADING
from lms.questions.formats.shared import losses
from lms.questions.formats.shared.carried import as_matching, to_tags, with_source
from lms.questions.formats.shared.categories import category_of
from lms.questions.formats.shared.cloze_text import gap, written
from lms.questions.formats.shared.names import name_of
from lms.questions.formats.shared.plain_numbers import plain, spelled
from lms.questions.formats.shared.weights import share
from lms.questions.problem import Problem, warning
from lms.questions.question import Image, Pair, Question
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import clean

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = re.compile(r"\[\[(\d+)\]\]")
_MOST_FILES = 3  # that can be handed in with one essay


def moodle_xml_losses(questions: Sequence[ReadQuestion]) -> list[Problem]:
    """What Moodle XML cannot carry of these questions."""
    differ = losses.stimuli_differ(questions)
    found: list[Problem] = []
    for read in questions:
        refused = losses.refused(read, _WRITERS.keys())
        found += losses.placed(refused or _parts(read, read.number in differ), read)
    return found


def _parts(read: ReadQuestion, differs: bool) -> Iterator[Problem]:
    q = read.question
    yield from losses.of_moodle(read)
    if differs:
        yield warning("stimulus_not_written", "stimulus")
    if clean(read.id) != read.id:
        yield warning("tag_not_written", "id", tag=read.id)
    if any("\n" in text for blank in q.blanks for text in (*blank.answers, *blank.options)):
        yield warning("line_ends_lost", "blanks")
    told = json.dumps([q.to_json(), read.id, read.topic, read.tags], ensure_ascii=False)
    if _FORBIDDEN.search(told):
        yield warning("characters_lost")


def write_moodle_xml(questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]) -> bytes:
    """A Moodle XML file, with the pictures that the questions name."""
    left_out = losses.left_out(moodle_xml_losses(questions))
    held = [read for read in questions if read.number not in left_out]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<quiz>",
        *_Writer(pictures).elements(held),
        "</quiz>",
        "",
    ]
    return _FORBIDDEN.sub("", "\n".join(lines)).encode()


class _Writer:
    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self.pictures = pictures
        self.topic = ""
        self.stimuli: set[str] = set()

    def elements(self, questions: Iterable[ReadQuestion]) -> Iterator[str]:
        for read in questions:
            if read.topic != self.topic:
                self.topic = read.topic
                yield _question("category", [f"<category>{_text(category_of(read.topic))}</category>"])
            stimulus = read.question.stimulus
            if stimulus and stimulus.key not in self.stimuli:
                self.stimuli.add(stimulus.key)
                asked = self._marked("questiontext", text_as_html(stimulus.text), stimulus.images)
                name = f"<name>{_text(stimulus.key)}</name>"
                yield _question("description", [name, asked, _tags([f"stimulus:{stimulus.key}"])])
            yield self._of(read)

    def _of(self, read: ReadQuestion) -> str:
        q = read.question
        kind, parts = _WRITERS[q.type](self, q)
        stem = _cloze_stem(q) if q.type == "cloze" else text_as_html(q.stem)
        points = (
            f"<defaultgrade>{spelled(read.points).replace(',', '.')}</defaultgrade>"
            if read.points is not None
            else ""
        )
        head = [
            f"<name>{_text(name_of(read))}</name>",
            self._marked("questiontext", stem, q.images),
            _html("generalfeedback", text_as_html(with_source(q))),
            points,
            "<penalty>0</penalty>",
            "<hidden>0</hidden>",
            f"<idnumber>{_escaped(read.id)}</idnumber>" if read.id else "",
        ]
        tags = to_tags(read, points=False, units=False)
        return _question(kind, [*head, *parts, _tags(tags)])

    def _marked(self, name: str, markup: str, images: Sequence[Image], attributes: str = "") -> str:
        """An element with HTML and pictures below it."""
        if images:
            markup = f"<p>{markup}</p>" if markup else ""
            markup += "".join(f"<p>{_img(image)}</p>" for image in images)
        files = "".join(self._file(image.name) for image in images if image.name in self.pictures)
        return f'<{name}{attributes} format="html">{_text(markup)}{files}</{name}>'

    def _file(self, name: str) -> str:
        encoded = base64.b64encode(self.pictures[name]).decode()
        return f'<file name="{html.escape(name)}" path="/" encoding="base64">{encoded}</file>'

    def one(self, q: Question) -> tuple[str, list[str]]:
        weights = ["100" if place in q.correct else "0" for place in range(len(q.options))]
        return "multichoice", ["<single>true</single>", *self._options(q, weights)]

    def several(self, q: Question) -> tuple[str, list[str]]:
        right = share(len(q.correct))
        wrong = f"-{right}" if q.scoring == "partial" else "0"
        weights = [right if place in q.correct else wrong for place in range(len(q.options))]
        return "multichoice", ["<single>false</single>", *self._options(q, weights)]

    def _options(self, q: Question, weights: Sequence[str]) -> Iterator[str]:
        yield "<shuffleanswers>1</shuffleanswers><answernumbering>ABCD</answernumbering>"
        yield from self._answers(q, weights)

    def _answers(self, q: Question, weights: Sequence[str]) -> Iterator[str]:
        for option, weight in zip(q.options, weights, strict=True):
            images = [option.image] if option.image else []
            yield self._marked("answer", text_as_html(option.text), images, f' fraction="{weight}"')

    def true_false(self, q: Question) -> tuple[str, list[str]]:
        weights = ("100", "0") if q.correct == (0,) else ("0", "100")
        return "truefalse", [
            _answer(word, weight) for word, weight in zip(("true", "false"), weights, strict=True)
        ]

    def short_answer(self, q: Question) -> tuple[str, list[str]]:
        answers = [_answer(answer.replace("*", "\\*"), "100") for answer in q.answers]
        return "shortanswer", ["<usecase>0</usecase>", *answers]

    def numeric(self, q: Question) -> tuple[str, list[str]]:
        tolerance = f"<tolerance>{plain(q.tolerance)}</tolerance>"
        answers = [_answer(plain(answer, q.unit), "100", tolerance) for answer in q.answers]
        if not q.unit:
            return "numerical", [*answers, "<showunits>3</showunits>"]
        unit = f"<unit><multiplier>1</multiplier><unit_name>{_escaped(q.unit)}</unit_name></unit>"
        return "numerical", [
            *answers,
            f"<units>{unit}</units><unitgradingtype>0</unitgradingtype><showunits>0</showunits>",
        ]

    def matching(self, q: Question) -> tuple[str, list[str]]:
        return "matching", ["<shuffleanswers>true</shuffleanswers>", *(_pair(pair) for pair in q.pairs)]

    def group(self, q: Question) -> tuple[str, list[str]]:
        return self.matching(as_matching(q))

    def ordering(self, q: Question) -> tuple[str, list[str]]:
        grading = "ALL_OR_NOTHING" if q.scoring == "all_or_nothing" else OUR_GRADING
        places = [str(place) for place in range(1, len(q.options) + 1)]
        settings = f"<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>{grading}</gradingtype>"
        return "ordering", [settings, *self._answers(q, places)]

    def cloze(self, q: Question) -> tuple[str, list[str]]:
        return "cloze", []

    def essay(self, q: Question) -> tuple[str, list[str]]:
        endings = ",".join(f".{kind}" for kind in q.file_types)
        told = text_as_html(q.guide)
        rubric = rubric_as_html(q)
        return "essay", [
            "<responseformat>editor</responseformat><responserequired>1</responserequired>",
            f"<minwordlimit>{q.least_words or ''}</minwordlimit><maxwordlimit>{q.most_words or ''}</maxwordlimit>",
            f"<attachments>{_MOST_FILES if endings else 0}</attachments><filetypeslist>{endings}</filetypeslist>",
            _html("graderinfo", f"<p>{told}</p>{rubric}" if rubric and told else told + rubric),
        ]


_WRITERS: dict[str, Callable[[_Writer, Question], tuple[str, list[str]]]] = {
    "single_choice": _Writer.one,
    "multiple_choice": _Writer.several,
    "true_false": _Writer.true_false,
    "true_false_group": _Writer.group,
    "short_answer": _Writer.short_answer,
    "numeric": _Writer.numeric,
    "matching": _Writer.matching,
    "ordering": _Writer.ordering,
    "cloze": _Writer.cloze,
    "essay": _Writer.essay,
}


def _question(kind: str, parts: Iterable[str]) -> str:
    inside = "".join(f"\n    {part}" for part in parts if part)
    return f'  <question type="{kind}">{inside}\n  </question>'


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _text(text: str) -> str:
    """<text> with its content, in CDATA where it has markup, as Moodle writes it."""
    marked_up = ("<" in text or "&" in text) and "]]>" not in text
    return f"<text><![CDATA[{text}]]></text>" if marked_up else f"<text>{_escaped(text)}</text>"


def _html(name: str, markup: str) -> str:
    return f'<{name} format="html">{_text(markup)}</{name}>' if markup else ""


def _img(image: Image) -> str:
    alt = html.escape(image.alt).replace("{", "&#123;")  # what looks like a gap of a cloze is none
    return f'<img src="@@PLUGINFILE@@/{html.escape(image.name)}" alt="{alt}">'


def _answer(text: str, weight: str, more: str = "") -> str:
    return f'<answer fraction="{weight}" format="plain_text">{_text(text)}{more}</answer>'


def _pair(pair: Pair) -> str:
    right = f"<answer>{_text(pair.right)}</answer>"
    return f'<subquestion format="html">{_text(text_as_html(pair.left))}{right}</subquestion>'


def _tags(tags: Sequence[str]) -> str:
    inside = "".join(f"<tag>{_text(tag)}</tag>" for tag in tags)
    return f"<tags>{inside}</tags>" if tags else ""


def _cloze_stem(q: Question) -> str:
    """The stem with its gaps; what only looks like one is text."""

    def shown(part: str, *, is_mark: bool) -> str:
        place = int(part) - 1 if is_mark else -1
        if is_mark and not 0 <= place < len(q.blanks):
            part, is_mark = f"[[{part}]]", False
        return gap(q.blanks[place]) if is_mark else written(part).replace("\n", "<br>")

    parts = _MARK.split(q.stem)
    return "".join(shown(part, is_mark=bool(place % 2)) for place, part in enumerate(parts))
