"""What is right by an item: from its right responses, its mapping and its rules, with what could not be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.questions.formats.qti.conditions import Judged, Processing
from lms.questions.formats.qti.responses import Entry, Response, decimal, typed
from lms.questions.formats.shared.plain_numbers import spelled
from lms.questions.problem import Problem, warning

_MOST_SHOWN = 8  # of the entries of a mapping, in a message


@dataclass(frozen=True, slots=True)
class Typed:
    """Answers that are typed, as questions keep them."""

    answers: tuple[str, ...]
    tolerance: str = "0"


class Keys:
    """The keys of one item; what is doubtful about them gathers in `problems`."""

    def __init__(self, processing: Processing) -> None:
        self.processing = processing
        self.problems: list[Problem] = []

    def chosen(self, response: Response) -> tuple[str, ...]:
        """The identifiers (or pairs of them) that are right."""
        judged = self._judged(response)
        correct = _once([*response.correct, *judged.accepted])
        mapped = "map" in judged.ways or not (judged.ways or correct)
        if mapped and response.mapping:
            earns = response.best if response.cardinality == "single" else response.right
            correct = correct or tuple(entry.key for entry in earns)
            self._weigh(response, correct)
        return correct

    def partial(self, response: Response) -> bool:
        """Whether a part of the right answer earns a part of the points."""
        judged = self.processing.of(response.identifier)
        return judged.parts or ("map" in judged.ways and (len(response.right) > 1 or bool(response.wrong)))

    def typed(self, response: Response) -> Typed:
        """The accepted texts or numbers, and the tolerance of numbers."""
        judged = self._judged(response)
        mapped = "map" in judged.ways or not (response.correct or judged.accepted)
        entries = response.best if mapped else ()
        if mapped:
            self._weigh_texts(response, entries)
        texts = _once([*self._stated(response, entries), *judged.accepted, *(e.key for e in entries)])
        if not response.is_number:
            return Typed(texts)
        return Typed(_once(typed(text) for text in texts), self._tolerance(judged, texts))

    def doubts(self, responses: Sequence[Response]) -> list[Problem]:
        """Everything doubtful, once the keys were asked for."""
        found = list(dict.fromkeys(problem.code for problem in self.problems))
        said = [next(problem for problem in self.problems if problem.code == code) for code in found]
        if self.processing.unknown:
            said.append(warning("processing_unknown", rule=", ".join(self.processing.unknown)))
        elif any(self._unscored(response) for response in responses):
            said.append(warning("no_processing"))
        return said

    def _judged(self, response: Response) -> Judged:
        return self.processing.of(response.identifier)

    def _unscored(self, response: Response) -> bool:
        """Whether there is a key that no rule asks about."""
        judged = self._judged(response)
        has_key = response.correct or response.right
        return bool(has_key) and not (judged.ways - {"point"} or judged.accepted or judged.parts)

    @staticmethod
    def _stated(response: Response, entries: Sequence[Entry]) -> Iterable[str]:
        """The right response, unless the mapping gives it less than another answer."""
        best = {entry.key for entry in entries}
        mapped = {entry.key for entry in response.mapping}
        return (text for text in response.correct if text in best or text not in mapped or not entries)

    def _weigh(self, response: Response, correct: Sequence[str]) -> None:
        """Whether the points of choices are what counting right minus wrong gives."""
        right, wrong = response.right, response.wrong
        values = {round(entry.value, 2) for entry in right}
        even = len(values) <= 1 and {entry.key for entry in right} == set(correct)
        unpunished = not wrong and response.default >= 0
        punished = (
            {round(-entry.value, 2) for entry in wrong} <= values
            and response.default == 0
            and (response.lower is not None and response.lower >= 0)
        )
        if not even or not (unpunished or punished):
            self._not_kept(response)

    def _weigh_texts(self, response: Response, best: Sequence[Entry]) -> None:
        if len(best) < len(response.right) or response.wrong:
            self._not_kept(response)
        if any(entry.case_sensitive for entry in best):
            self.problems.append(warning("capitals_not_compared"))

    def _not_kept(self, response: Response) -> None:
        said = "; ".join(
            f"{entry.key}: {entry.value.normalize():f}" for entry in response.mapping[:_MOST_SHOWN]
        )
        self.problems.append(warning("weights_not_kept", "correct", text=said[:200]))

    def _tolerance(self, judged: Judged, texts: Sequence[str]) -> str:
        if judged.relative:
            numbers = [value for value in map(decimal, texts) if value is not None]
            found = {abs(value) * share / 100 for value in numbers for share in judged.tolerances}
        else:
            found = judged.tolerances or {Decimal(0)}
        smallest = spelled(min(found, default=Decimal(0)))
        if len(found) > 1:
            self.problems.append(warning("tolerances_differ", "tolerance", tolerance=smallest))
        return smallest


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
