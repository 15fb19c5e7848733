"""What a Word file (.docx) says: `read_word` gives its text with the looks of every run resolved.

python-docx shows a paragraph's own properties; what a reader of the paper sees comes as well from styles, themes,
automatic numbering, tracked changes and text boxes, so all of that is read from the XML here.
"""

from lms.files.word.read import read_word
from lms.files.word.text import (
    MESSAGES,
    Block,
    Cell,
    Paragraph,
    Run,
    Table,
    WordText,
    WordUnreadable,
    paragraphs_of,
)

__all__ = [
    "MESSAGES",
    "Block",
    "Cell",
    "Paragraph",
    "Run",
    "Table",
    "WordText",
    "WordUnreadable",
    "paragraphs_of",
    "read_word",
]
