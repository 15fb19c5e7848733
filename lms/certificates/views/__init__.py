"""Certificates on the screen: one's own, an office's registers, corrections, designs, the public check."""

from lms.certificates.views import checks, correcting, office, own, registers, seals, styles, units
from lms.certificates.views.door import door

__all__ = ["checks", "correcting", "door", "office", "own", "registers", "seals", "styles", "units"]
