"""One certificate, asked for by the one whom it names: a warm process, each time another person's."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.diplomas import Bare, certificates, graduates
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent, timed
from lms.certificates import document
from lms.certificates.press import plates
from lms.kit.qr import qr_code

GOALS = (at_most("value", 45),)
STAMPED_GOALS = (at_least("ratio", 10),)


def certificate(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds of one that WeasyPrint lays out alone, and of one stamped on a plate, beside bare WeasyPrint."""
    count = ground.size.single_certificates
    some, bare = certificates(graduates(ground), count), Bare()

    def alone() -> Spent:
        qr_code.cache_clear()
        return spent(lambda: [plates.alone(document.sheet_of(one)) for one in some], times=count)

    def stamped() -> Spent:
        qr_code.cache_clear()
        return spent(lambda: [document.certificate_pdf(one) for one in some], times=count)

    def floor() -> Spent:
        qr_code.cache_clear()
        return spent(lambda: bare.render(some), times=count)

    first = timed(lambda: document.certificate_pdf(some[0]))
    bare.render(some[:1])
    alone()
    single, many, floors = in_turns(ground.size.runs, alone, stamped, floor)
    size_kb = len(document.certificate_pdf(some[0])) / 1024
    outside = sum(plates.drawn(document.sheet_of(one))[0] is None for one in some)
    yield "certificate", spending("ms", single, floors, goals=GOALS, first_ms=first)
    yield (
        "certificate.stamped",
        spending("ms", many, floors, goals=STAMPED_GOALS, kb=size_kb, share_alone=outside / count),
    )
