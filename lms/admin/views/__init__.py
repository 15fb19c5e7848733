"""The administrator's screens: units, people, access, the audit trail; the door with all its routes.

An administrator sees and changes what lies in the units they hold the role over; everything else is not found.
"""

from __future__ import annotations

from lms.admin.views import access, audit, people, units
from lms.admin.views.door import door

__all__ = ["access", "audit", "door", "people", "units"]
