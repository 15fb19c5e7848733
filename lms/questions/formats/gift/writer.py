"""Questions as GIFT. All text is `[plain]`, so that no sign in it means anything; line ends are `\\n`."""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence

from lms.questions.formats.gift.blocks import escape
from lms.questions.formats.gift.comments import can_stand, comment
from lms.questions.formats.shared import losses
from lms.questions.formats.shared.carried import as_matching, to_tags, with_source
from lms.questions.formats.shared.categories import category_of
from lms.questions.formats.shared.plain_numbers import plain
from lms.questions.formats.shared.weights import share
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Pair, Question
from lms.questions.reading import ReadQuestion

TYPES = {
    "single_choice", "multiple_choice", "true_false", "true_false_group", "short_answer", "numeric", "matching",
    "essay",
}  # fmt: skip
_ARROW = "->"


def gift_losses(questions: Sequence[ReadQuestion]) -> list[Problem]:
    """What GIFT cannot carry of these questions."""
    differ = losses.stimuli_differ(questions)
    found: list[Problem] = []
    for read in questions:
        refused = losses.refused(read, TYPES) or list(_refused(read.question))
        found += losses.placed(refused or _parts(read, read.number in differ), read)
    return found


def _refused(q: Question) -> Iterator[Problem]:
    """An option that is only a picture; a short answer with an arrow, which is a matching unless it is the only one."""
    for place, option in enumerate(q.options):
        if not option.text:
            yield error("option_not_written", "options", place)
    if q.type == "short_answer" and len(q.answers) > 1:
        for place, answer in enumerate(q.answers):
            if _ARROW in answer:
                yield error("answer_not_written", "answers", place, text=answer[:80])


def _parts(read: ReadQuestion, differs: bool) -> Iterator[Problem]:
    q = read.question
    yield from losses.of_moodle(read)
    yield from losses.of_pictures(q)
    yield from losses.of_essay(q)
    if q.stimulus and (differs or q.stimulus.images):
        yield warning("stimulus_not_written", "stimulus")
    yield from (warning("tag_not_written", tag=tag) for tag in read.tags if tag.endswith("\\"))
    if not can_stand(read.id):
        yield warning("tag_not_written", "id", tag=read.id)


def write_gift(questions: Sequence[ReadQuestion]) -> bytes:
    """A GIFT file."""
    left_out = losses.left_out(gift_losses(questions))
    return "\n".join(_Writer().blocks([read for read in questions if read.number not in left_out])).encode()


class _Writer:
    def __init__(self) -> None:
        self.topic = ""
        self.stimuli: set[str] = set()

    def blocks(self, questions: Sequence[ReadQuestion]) -> Iterator[str]:
        for read in questions:
            if read.topic != self.topic:
                self.topic = read.topic
                yield f"$CATEGORY: {category_of(read.topic.replace(chr(10), ' '))}\n"
            stimulus = read.question.stimulus
            if stimulus and stimulus.key not in self.stimuli:
                self.stimuli.add(stimulus.key)
                yield comment("", [f"stimulus:{stimulus.key}"]) + f"[plain]{escape(stimulus.text)}\n"
            yield _block(read)


def _block(read: ReadQuestion) -> str:
    q = read.question
    tags = [tag for tag in to_tags(read, points=True, units=True) if can_stand(tag)]
    own_id = read.id if can_stand(read.id) else ""
    title = f"::{escape(own_id)}::" if own_id else ""
    feedback = with_source(q)
    inside = [*_answers(q), *([f"####{_text(feedback)}"] if feedback else [])]
    body = "".join(f"\n\t{line}" for line in inside) + "\n" if inside else ""
    if q.type == "numeric":
        body = f"#{body}"
    return f"{comment(own_id, tags)}{title}[plain]{escape(q.stem)} {{{body}}}\n"


def _answers(q: Question) -> list[str]:
    """The lines between the braces, without feedback; none for an essay."""
    writer = _WRITERS.get(q.type)
    return list(writer(q)) if writer else []


def _one(q: Question) -> Iterator[str]:
    for place, option in enumerate(q.options):
        yield ("=" if place in q.correct else "~") + _text(option.text)


def _true_false(q: Question) -> Iterator[str]:
    yield "TRUE" if q.correct == (0,) else "FALSE"


def _short(q: Question) -> Iterator[str]:
    texts = [_text(answer.replace("*", "\\*")) for answer in q.answers]
    mark = "" if len(texts) == 1 and _ARROW in texts[0] else "="
    return (mark + text for text in texts)


def _numbers(q: Question) -> Iterator[str]:
    return (f"={plain(answer, q.unit)}:{plain(q.tolerance)}" for answer in q.answers)


def _weighed(q: Question) -> Iterator[str]:
    right = share(len(q.correct))
    wrong = f"%-{right}%" if q.scoring == "partial" else ""
    for place, option in enumerate(q.options):
        yield f"~{f'%{right}%' if place in q.correct else wrong}{_text(option.text)}"


def _pair(pair: Pair) -> str:
    """The first arrow divides, so one in the left side hides as HTML."""
    left = _text(pair.left)
    if _ARROW in pair.left:
        markup = html.escape(pair.left, quote=False).replace("\n", "<br>")
        left = f"[html]{escape(markup)}"
    return f"={left} -> {escape(pair.right)}"


def _text(text: str) -> str:
    """A text that neither a format nor a weight at its start can be taken for."""
    return ("[plain]" if text.startswith(("[", "%")) else "") + escape(text)


_WRITERS: dict[str, Callable[[Question], Iterable[str]]] = {
    "single_choice": _one,
    "multiple_choice": _weighed,
    "true_false": _true_false,
    "true_false_group": lambda q: map(_pair, as_matching(q).pairs),
    "matching": lambda q: map(_pair, q.pairs),
    "short_answer": _short,
    "numeric": _numbers,
}
