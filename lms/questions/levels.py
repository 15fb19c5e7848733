"""Levels (mức độ): the schemes that banks use, and reading a level from what trainers write.

Questions keep one of LEVELS whatever the scheme; a scheme says which of them a bank has and how they are called.
Sources: nhận biết / thông hiểu / vận dụng / vận dụng cao of school matrices until 2024; biết / hiểu / vận dụng since
CV 7991/BGDĐT-GDTrH (December 2024); dễ / trung bình / khó is what trainers of the Party use.
"""

from dataclasses import dataclass

from lms.questions.question import LEVELS
from lms.vietnamese.text import fold_words


@dataclass(frozen=True, slots=True)
class Scheme:
    """The levels of a bank, from the easiest up; names are English msgids."""

    name: str
    levels: dict[str, str]


SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            "four", dict(zip(LEVELS, ("Recall", "Comprehension", "Application", "Analysis"), strict=True))
        ),
        Scheme("three", dict(zip(LEVELS, ("Knowing", "Understanding", "Applying"), strict=False))),
        Scheme("hardness", dict(zip(LEVELS, ("Easy", "Medium", "Hard"), strict=False))),
    )
}

_WRITTEN = {
    "recall": ("nb", "nhan biet", "biet", "b", "de", "easy", "recall", "muc do 1", "muc 1", "1", "remember"),
    "comprehension": ("th", "thong hieu", "hieu", "h", "trung binh", "tb", "medium", "comprehension", "muc do 2",
                      "muc 2", "2", "understand"),
    "application": ("vd", "vdt", "van dung", "van dung thap", "v", "kho", "hard", "difficult", "application",
                    "muc do 3", "muc 3", "3", "apply"),
    "analysis": ("vdc", "van dung cao", "rat kho", "very hard", "analysis", "muc do 4", "muc 4", "4", "analyse"),
}  # fmt: skip
_LEVEL_OF = {fold_words(word): level for level, words in _WRITTEN.items() for word in words}


def read_level(text: str) -> str | None:
    """The level that a word or mark means ("NB", "Vận dụng cao", "dễ"), with or without diacritics; None for none."""
    return _LEVEL_OF.get(fold_words(text))
