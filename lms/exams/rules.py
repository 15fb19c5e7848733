"""Rules of exams: their window and state, the size of the pool of papers, what publishing asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.courses.rules import Refusal, ends_after_hours, inner_refusals
from lms.exams import parallel
from lms.exams.policy import Policy
from lms.kit.i18n import N_
from lms.questions import blueprint

STATE_NAMES = {"draft": N_("In preparation"), "published": N_("Published"), "closed": N_("Closed")}

FEWEST_PAPERS, MOST_PAPERS = 40, 200
MOST_PARALLEL = parallel.MOST_PAPERS
BY_PERSON = blueprint.BY_PERSON
PAPERS_KINDS = {
    "random": N_("Random: every attempt gets a paper drawn by the blueprint"),
    "parallel": N_("Parallel: a number of equally hard papers, built beforehand by the blueprint"),
    "fixed": N_("Fixed: one paper, its questions picked by hand"),
}


@dataclass(frozen=True, slots=True)
class Phase:
    """Where an exam stands at a moment: draft, not_yet, open or closed; and the sentence that says so.

    `message` is an English msgid, `moments` its parameters.
    """

    name: str
    message: str
    moments: tuple[tuple[str, datetime], ...] = ()


def phase(*, state: str, opens_at: datetime, closes_at: datetime, now: datetime) -> Phase:
    """The window is half open: at `opens_at` the exam is open, at `closes_at` it is closed."""
    if state == "draft":
        return Phase("draft", N_("The exam has not been published yet."))
    if now >= closes_at:
        return Phase("closed", N_("The exam closed at {closes}."), (("closes", closes_at),))
    if state == "closed":
        return Phase("closed", N_("The exam has been closed by its organiser."))
    if now < opens_at:
        return Phase(
            "not_yet", N_("The exam opens at {opens}. It is {now} now."), (("opens", opens_at), ("now", now))
        )
    return Phase("open", N_("The exam is open until {closes}."), (("closes", closes_at),))


def exam_refusals(
    *, window: tuple[datetime, datetime], course: tuple[datetime, datetime], minutes: int | None
) -> list[Refusal]:
    """What is wrong with an exam's window (opens_at, closes_at) inside its course's."""
    message = N_("The exam must lie within the course, which runs from {opens} to {closes}.")
    found = inner_refusals(window, course, message)
    if window[0] < window[1] and minutes and window[1] - window[0] < timedelta(minutes=minutes):
        found.append(Refusal("closes_at", N_("The window is shorter than the time for one attempt.")))
    return found


def extension_refusals(
    *, before: datetime, after: datetime, course_closes_at: datetime, now: datetime
) -> list[Refusal]:
    """What is wrong with moving the closing time of a published exam: it may only become later."""
    if after <= before:
        return [
            Refusal(
                "closes_at",
                N_("The new closing time must come after the present one, {closes}."),
                (("closes", before),),
            )
        ]
    if after <= now:
        return [Refusal("closes_at", N_("The new closing time is already over."))]
    if after > course_closes_at:
        message = N_("The course closes at {closes}. Move its closing time first.")
        return [Refusal("closes_at", message, (("closes", course_closes_at),))]
    return []


def pool_size(people: int, attempts_allowed: int) -> int:
    """How many papers to draw before opening: one an attempt, but within bounds; more are drawn when needed."""
    return min(max(people * attempts_allowed, FEWEST_PAPERS), MOST_PAPERS)


def papers_refusal(kind: str, parallel_papers: int | None) -> str | None:
    """What is wrong with a way of making papers, as a msgid; None for nothing."""
    if kind not in PAPERS_KINDS:
        return N_("Choose how the papers are made.")
    if kind == "parallel" and not 1 <= (parallel_papers or 0) <= MOST_PARALLEL:
        return N_("Enter how many parallel papers: from 1 to 50.")
    return None


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """What is known of an exam when it is to be published."""

    state: str
    course_state: str
    people: int
    questions: int  # that the blueprint asks for
    missing: int  # of them, that the banks cannot give
    foreign: int  # of them, on topics whose module is not in the course
    unexplained: int  # questions that may be drawn and have no explanation
    uncited: int  # ... no citation
    marked: int  # questions that may be drawn and have to be marked by a person
    opens_at: datetime
    closes_at: datetime
    course_opens_at: datetime
    course_closes_at: datetime
    minutes: int
    now: datetime
    policy: Policy | None = None
    stages_apart: int = 0  # stages of the course whose window has nothing in common with the exam's


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check list: `severity` good, warning or error; an English msgid and its parameters."""

    severity: str
    message: str
    numbers: tuple[tuple[str, int], ...] = ()
    moments: tuple[tuple[str, datetime], ...] = ()


def checklist(facts: PublishFacts) -> list[Check]:
    """What stands in the way of publishing (errors), what should be looked at (warnings), what is in order."""
    return [
        *_course_checks(facts),
        *_window_checks(facts),
        *_policy_checks(facts),
        *_blueprint_checks(facts),
        *_question_checks(facts),
    ]


def ready(checks: Iterable[Check]) -> bool:
    """Whether nothing stands in the way."""
    return all(check.severity != "error" for check in checks)


def _course_checks(facts: PublishFacts) -> list[Check]:
    if facts.course_state != "open":
        return [Check("error", N_("The course is not open yet. Open it first, so that people are enrolled."))]
    if not facts.people:
        return [Check("error", N_("Nobody is enrolled in the course."))]
    return [
        Check("good", N_("The course is open; {people} people are enrolled."), (("people", facts.people),))
    ]


def _window_checks(facts: PublishFacts) -> list[Check]:
    if facts.closes_at <= facts.now:
        return [
            Check(
                "error",
                N_("The exam's window ended at {closes}. Set a later one."),
                moments=(("closes", facts.closes_at),),
            )
        ]
    wrong = exam_refusals(
        window=(facts.opens_at, facts.closes_at),
        course=(facts.course_opens_at, facts.course_closes_at),
        minutes=facts.minutes,
    )
    if wrong:
        return [Check("error", refusal.message, moments=refusal.moments) for refusal in wrong]
    window = (("opens", facts.opens_at), ("closes", facts.closes_at))
    found = [Check("good", N_("The exam runs from {opens} to {closes}."), moments=window)]
    if facts.opens_at <= facts.now:
        found.append(
            Check(
                "warning", N_("The opening time is already over: the exam opens as soon as it is published.")
            )
        )
    if ends_after_hours(facts.closes_at):
        found.append(Check("warning", N_("The exam closes outside office hours.")))
    return found


def _policy_checks(facts: PublishFacts) -> list[Check]:
    found, policy = [], facts.policy
    if facts.stages_apart:
        message = N_("In {count} stages of the course nobody can sit the exam: their windows lie apart.")
        found.append(Check("warning", message, (("count", facts.stages_apart),)))
    if not facts.minutes:
        message = N_(
            "An attempt lasts until the exam closes: right for a bài thu hoạch, but a test should have minutes."
        )
        found.append(Check("warning", message))
    if policy is None:
        return found
    if policy.attempts_allowed > 1 and "after_attempt" in (policy.release, policy.release_explanation):
        message = N_("The key is shown after each attempt, and there are {count}: the next one is easy.")
        found.append(Check("warning", message, (("count", policy.attempts_allowed),)))
    if policy.release_score == "never":
        found.append(Check("warning", N_("Nobody who sits the exam will be told the score.")))
    return found


def _blueprint_checks(facts: PublishFacts) -> list[Check]:
    if not facts.questions:
        return [Check("error", N_("The blueprint is empty."))]
    if facts.foreign:
        message = N_("The blueprint asks {count} questions on topics that the course does not study.")
        return [Check("error", message, (("count", facts.foreign),))]
    if facts.missing:
        message = N_("The question banks lack {missing} of the {count} questions of the blueprint.")
        return [Check("error", message, (("missing", facts.missing), ("count", facts.questions)))]
    message = N_("The blueprint is complete: {count} questions, and the banks can fill it.")
    return [Check("good", message, (("count", facts.questions),))]


def _question_checks(facts: PublishFacts) -> list[Check]:
    if not facts.questions:
        return []
    found = []
    if facts.unexplained:
        message = N_("{count} questions that may be drawn have no explanation.")
        found.append(Check("warning", message, (("count", facts.unexplained),)))
    if facts.uncited:
        message = N_("{count} questions that may be drawn cite no passage to read again.")
        found.append(Check("warning", message, (("count", facts.uncited),)))
    if not found:
        found.append(Check("good", N_("Every question that may be drawn has an explanation and a citation.")))
    if facts.marked:
        message = N_("{count} questions that may be drawn have to be marked by a person: results come later.")
        found.append(Check("warning", message, (("count", facts.marked),)))
    return found
