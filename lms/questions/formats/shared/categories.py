"""Categories of Moodle ("$course$/top/a/b") and our topics ("a/b")."""

import re

from lms.vietnamese.text import clean

_CONTEXT = re.compile(r"\$[a-z]+\d*\$", re.IGNORECASE)
_STROKE = "\x00"
_TOP = "top"


def topic_of(category: str) -> str:
    """The topic that a category is, without the place in Moodle where it was kept; `//` is a stroke in a name."""
    names = [name.strip() for name in category.replace("//", _STROKE).split("/")]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
    if names and names[0] == _TOP:
        names = names[1:]
    return "/".join(filter(None, (clean(name.replace(_STROKE, "/")) for name in names)))


def category_of(topic: str) -> str:
    """The category for a topic; `topic_of` gives the topic back when it is written in the usual way."""
    return f"$course$/{_TOP}/{topic}" if topic else f"$course$/{_TOP}"
