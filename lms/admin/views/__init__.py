"""Screens of units and people: the tree, its changes, people, access, the audit trail; the door with all its routes."""

from __future__ import annotations

from lms.admin.views import access, audit, people, tree, units
from lms.admin.views.door import door

__all__ = ["access", "audit", "door", "people", "tree", "units"]
