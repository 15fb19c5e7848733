"""The frame of a unit's official papers: its head, the places to sign, and who gets them.

Sources: NĐ 30/2020/NĐ-CP for state papers, HD 36-HD/VPTW (2018) under QĐ 399-QĐ/TW (2026) for Party papers. The
formulas are Vietnamese whatever the language of the screen, because the papers are. What the unit's office has written
(`UnitPaper`) counts; what it left empty follows from the unit.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from lms.kit.papers import OfficialHeader, Signature, Style, printed_number, signing_for
from lms.organisation.models import Unit, UnitPaper
from lms.vietnamese.dates import local

PREPARED_BY = "NGƯỜI LẬP BIỂU"
SIGNED = "(Ký, ghi rõ họ tên)"
SEALED = "(Ký, ghi rõ họ tên, đóng dấu)"
REPORT = "BC"  # the sign of a báo cáo in numbers


def header_of(unit: Unit, at: datetime, number: str = "") -> OfficialHeader:
    """The unit's head, dated on that day in Viet Nam. Without a number room is left to write it by hand."""
    paper = unit.paper or UnitPaper()
    return OfficialHeader(
        style=cast("Style", unit.style),
        issuer=paper.issuer or unit.name,
        parent=paper.superior or (unit.parent.name if unit.parent else ""),
        heading=(paper.heading or "") if unit.style == "mass" else "",
        number=number,
        place=unit.place,
        day=local(at).date(),
    )


def number_of(unit: Unit, number: int, kind: str = REPORT) -> str:
    """A number of the unit's register as it is printed: "05-BC/ĐU", "05/BC-SNV"."""
    symbol = unit.paper.symbol if unit.paper else ""
    return printed_number(cast("Style", unit.style), number, kind, symbol)


def signatures_of(unit: Unit) -> tuple[Signature, Signature]:
    """Who prepared the table at the left, the head of the unit at the right."""
    paper = unit.paper or UnitPaper()
    prepared = Signature(post=PREPARED_BY, hint=SIGNED, name=paper.prepared_by or "")
    if not (paper.authority or paper.post):
        return prepared, _usual(unit, paper.signer or "")
    hint = "" if unit.style == "party" else SEALED
    signs = Signature(
        authority=paper.authority or "", post=paper.post or "", hint=hint, name=paper.signer or ""
    )
    return prepared, signs


def _usual(unit: Unit, signer: str) -> Signature:
    """How the head of a unit signs that has written nothing about it."""
    if unit.style != "party":
        return Signature(post="THỦ TRƯỞNG ĐƠN VỊ", hint=SEALED, name=signer)
    body = "chi bộ" if unit.name.casefold().startswith("chi bộ") else "cấp ủy"
    return Signature(post="BÍ THƯ", authority=signing_for("party", "on_behalf", body), name=signer)


def recipients_of(unit: Unit) -> tuple[str, ...]:
    """The lines of "Nơi nhận", without hyphens before and signs after them, which the paper puts."""
    lines = (unit.paper.recipients if unit.paper else "").splitlines()
    bare = (line.strip().lstrip("-–•").strip().rstrip(".,;").strip() for line in lines)
    return tuple(line for line in bare if line)
