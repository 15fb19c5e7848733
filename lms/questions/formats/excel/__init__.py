"""Question banks as sheets: our own template, tables of trainers, Quizizz and Kahoot.

`FORMATS` in the order in which they recognise files: a sheet that is named after Quizizz or Kahoot is theirs, every
other is looked into by "excel", which finds them by their headings too.
"""

from lms.questions.formats.excel import bank, kahoot, quizizz
from lms.questions.formats.excel.messages import MESSAGES
from lms.questions.formats.excel.write import template
from lms.questions.reading import Format

FORMATS: tuple[Format, ...] = (quizizz.FORMAT, kahoot.FORMAT, bank.FORMAT)

__all__ = ["FORMATS", "MESSAGES", "template"]
