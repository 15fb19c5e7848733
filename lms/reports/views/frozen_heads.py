"""What every page about a frozen report needs: the report itself, and its head."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from lms.kit.i18n import _
from lms.organisation.models import Unit
from lms.reports import frozen, frozen_files
from lms.reports.models import FrozenReport
from lms.reports.views.door import own_unit, units_of
from lms.web import edge


def own_frozen(frozen_id: int) -> FrozenReport:
    """The frozen report, of a unit whose figures the viewer may see; anything else is not found."""
    return frozen.frozen_within(edge.session(), frozen_id, units_of()) or abort(404)


def unit_of(kept: FrozenReport) -> Unit:
    """The unit that it is about."""
    return own_unit(kept.unit_id)


def head_of(kept: FrozenReport) -> dict[str, Any]:
    """What every page of a frozen report says of it."""
    unit = unit_of(kept)
    return {
        "title": frozen_files.title_of(kept),
        "number": kept.printed_number,
        "unit": unit.name,
        "path": [
            {"label": _("Reports"), "url": url_for("reports.index")},
            {"label": _("Frozen reports"), "url": url_for("reports.frozen_search")},
        ],
        "moment": kept.moment,
        "frozen_at": kept.frozen_at,
        "note": kept.note,
        "sha256": kept.sha256,
    }
