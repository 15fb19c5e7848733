"""Screens of units and people: the tree, its changes, people, access, the audit trail, mail; the door."""

from __future__ import annotations

from lms.admin.views import access, audit, mail, people, tree, units
from lms.admin.views.door import door

__all__ = ["access", "audit", "door", "mail", "people", "tree", "units"]
