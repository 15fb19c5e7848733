"""Roles and their meaning. A role is held over a unit and all below it."""

from __future__ import annotations

from lms.kit.i18n import N_

ROLES = ("officer", "secretary", "trainer", "marker", "administrator")
ROLE_NAMES = {
    "officer": N_("Unit officer"),
    "secretary": N_("Unit secretary"),
    "trainer": N_("Trainer"),
    "marker": N_("Marker"),
    "administrator": N_("Administrator"),
}
STYLES = ("party", "state", "mass", "enterprise")
STYLE_NAMES = {
    "party": N_("Party"),
    "state": N_("State body"),
    "mass": N_("Mass organisation"),
    "enterprise": N_("Enterprise"),
}
