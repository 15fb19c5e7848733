"""One certificate, asked for by the one whom it names: a warm process, each time another person's."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.diplomas import Bare, facts, graduates
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent, timed
from lms.certificates import document

GOALS = (at_most("value", 45),)


def certificate(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds of one, beside bare WeasyPrint."""
    count = ground.size.single_certificates
    some, bare = facts(graduates(ground), count), Bare()

    def ours() -> Spent:
        return spent(lambda: [document.certificate_pdf(one) for one in some], times=count)

    def floor() -> Spent:
        return spent(lambda: bare.render(some), times=count)

    first = timed(lambda: document.certificate_pdf(some[0]))
    bare.render(some[:1])
    runs, floors = in_turns(ground.size.runs, ours, floor)
    size_kb = len(document.certificate_pdf(some[0])) / 1024
    yield "certificate", spending("ms", runs, floors, goals=GOALS, first_ms=first, kb=size_kb)
