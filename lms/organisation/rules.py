"""Roles and their meaning. A role is held over a unit and all below it."""

from __future__ import annotations

from lms.kit.i18n import N_

ROLES = ("officer", "trainer", "administrator")
ROLE_NAMES = {
    "officer": N_("Unit officer"),
    "trainer": N_("Trainer"),
    "administrator": N_("Administrator"),
}
STYLES = ("party", "state", "mass", "enterprise")
STYLE_NAMES = {
    "party": N_("Party"),
    "state": N_("State body"),
    "mass": N_("Mass organisation"),
    "enterprise": N_("Enterprise"),
}
