"""The frame of a unit's official papers: its head, and the places to sign.

Sources: NĐ 30/2020/NĐ-CP for state papers, HD 36-HD/VPTW (2018) under QĐ 399-QĐ/TW (2026) for Party papers. The
formulas are Vietnamese whatever the language of the screen, because the papers are.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from lms.kit.papers import OfficialHeader, Signature, Style, signing_for
from lms.organisation.models import Unit
from lms.vietnamese.dates import local

PREPARED_BY = Signature(post="NGƯỜI LẬP BIỂU", hint="(Ký, ghi rõ họ tên)")


def header_of(unit: Unit, at: datetime) -> OfficialHeader:
    """The unit's head, dated on that day in Viet Nam; the number is left to be written by the office."""
    return OfficialHeader(
        style=cast("Style", unit.style),
        issuer=unit.name,
        parent=unit.parent.name if unit.parent else "",
        place=unit.place,
        day=local(at).date(),
    )


def signatures_of(unit: Unit) -> tuple[Signature, Signature]:
    """Who prepared the table at the left, the head of the unit at the right."""
    if unit.style != "party":
        return PREPARED_BY, Signature(post="THỦ TRƯỞNG ĐƠN VỊ", hint="(Ký, ghi rõ họ tên, đóng dấu)")
    body = "chi bộ" if unit.name.casefold().startswith("chi bộ") else "cấp ủy"
    return PREPARED_BY, Signature(post="BÍ THƯ", authority=signing_for("party", "on_behalf", body))
