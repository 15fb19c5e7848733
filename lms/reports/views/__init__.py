"""The officer's screens: figures of the own units, names, and reports as files.

An officer sees the units they hold the role over and all below them; everything else is not found.
"""

from lms.reports.views import files, overview, unit
from lms.reports.views.door import door

__all__ = ["door", "files", "overview", "unit"]
