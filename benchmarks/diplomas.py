"""People who have passed, for certificates; and WeasyPrint with nothing around it, to measure beside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from benchmarks.ground import Ground
from benchmarks.population import QUESTIONS
from benchmarks.world import TAB, World
from lms.attempts import finishing
from lms.certificates.designs import DEFAULT, DESIGNS
from lms.certificates.jobs import issue_earned
from lms.certificates.models import Certificate
from lms.certificates.rules import from_json
from lms.kit import clock, pdf
from lms.kit.fonts import faces
from lms.kit.press import FOLDER

TEMPLATE = DESIGNS[DEFAULT].template
VARIANT = "pdf/a-3b"


def graduates(ground: Ground, count: int | None = None) -> World:
    """A world in which so many people (`certificates` of the size) have passed and have their certificates, and one
    has done nothing."""
    wanted = count or ground.size.certificates
    return ground.once(f"graduates.{wanted}", lambda: _graduates(ground, wanted))


def _graduates(ground: Ground, count: int) -> World:
    world = World(ground, "sqlite", count + 1)
    candidates, now = world.take(count), clock.now()
    begun = world.begin(candidates, knows=1.0)
    with world.database.writing() as session:
        for attempt_id, candidate in zip(begun, candidates, strict=True):
            person_id = candidate.person_id
            finishing.submit(
                session, attempt_id, person_id, tab=TAB, last_seq=QUESTIONS, key=world.key, now=now
            )
    issued = issue_earned(world.database, now, world.settings)
    if issued != len(candidates):
        raise RuntimeError(f"{len(candidates)} people passed, {issued} certificates were issued")
    return world


def certificates(world: World, count: int) -> list[Certificate]:
    """The first certificates."""
    with world.database.reading() as session:
        return list(session.scalars(select(Certificate).order_by(Certificate.id).limit(count)))


class Bare:
    """WeasyPrint on the same HTML and style sheets, warm, fonts and sheets kept; without the ground under the page."""

    def __init__(self) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.fonts = FontConfiguration()
        self.base = (FOLDER / TEMPLATE).as_uri()
        styles = [(FOLDER / name).read_text(encoding="utf-8") for name in pdf.PAPERS[TEMPLATE].styles]
        self.styles = [
            CSS(
                string=css.replace("lms-official", f'"{faces().official}"').replace(
                    "lms-display", f'"{faces().display}"'
                ),
                base_url=self.base,
                font_config=self.fonts,
            )
            for css in styles
        ]

    def render(self, many: Sequence[Certificate]) -> None:
        from weasyprint import HTML

        for one in many:
            html = pdf.render_html(TEMPLATE, {"facts": from_json(one.facts)})
            HTML(string=html, base_url=self.base).write_pdf(
                stylesheets=self.styles, font_config=self.fonts, pdf_variant=VARIANT, pdf_tags=True
            )
