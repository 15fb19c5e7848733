"""Marking, page by page; the door with all its routes."""

from lms.marking.views import challenges, handed, handwritten, queue, rulings, task
from lms.marking.views.door import door

__all__ = ["challenges", "door", "handed", "handwritten", "queue", "rulings", "task"]
