"""What a unit's office has its papers say: looked up and changed, with an audit row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.organisation.models import Unit, UnitPaper
from lms.vietnamese.text import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """The words of `UnitPaper`, as its office writes them; empty is what follows from the unit itself."""

    superior: str = ""
    issuer: str = ""
    heading: str = ""
    symbol: str = ""
    authority: str = ""
    post: str = ""
    signer: str = ""
    prepared_by: str = ""
    recipients: str = ""  # a line each


def words_of(session: Session, unit_id: int) -> PaperWords:
    """What the papers of the unit say; all empty where nobody has written anything."""
    paper = session.get(UnitPaper, unit_id)
    names = PaperWords.__dataclass_fields__
    return PaperWords(**{name: getattr(paper, name) for name in names}) if paper else PaperWords()


def write_words(session: Session, unit: Unit, words: PaperWords, *, by: int, now: datetime) -> list[str]:
    """Change what the papers of the unit say from now on; frozen reports and issued certificates stay as they are.

    Returns the names of what changed; without any nothing is written.
    """
    new = {name: _tidy(text) for name, text in asdict(words).items()}
    before = asdict(words_of(session, unit.id))
    changed = [name for name, text in new.items() if text != before[name]]
    if not changed:
        return []
    paper = session.get(UnitPaper, unit.id)
    if paper is None:
        paper = UnitPaper(unit_id=unit.id)
        session.add(paper)
    for name, text in new.items():
        setattr(paper, name, text)
    session.flush()
    session.refresh(unit, ["paper"])
    record(session, "unit.paper", "unit", unit.id, actor_id=by, now=now, unit_id=unit.id, fields=changed)
    return changed


def _tidy(text: str) -> str:
    """One space between words, no empty lines; the lines stay."""
    lines = (" ".join(nfc(line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
