"""The types of questions: one file each, one line each in TYPES.

To add one: write `types/<type>.py` with a class that fulfils `QuestionType` (lms/questions/question_type.py), add its
line below, its findings to `messages.py`, its table of answers and marks to tests/questions/, its fields to
question_banks/bank.schema.json, and its templates `templates/questions/<type>/{ask,review,edit}.html`. Fields a type
needs beyond those of Question are added to Question with a default, and to AskedQuestion only if they hold nothing of
the key.
"""

from lms.questions.question_type import QuestionType
from lms.questions.types.cloze import Cloze
from lms.questions.types.essay import Essay
from lms.questions.types.matching import Matching
from lms.questions.types.multiple_choice import MultipleChoice
from lms.questions.types.numeric import Numeric
from lms.questions.types.ordering import Ordering
from lms.questions.types.short_answer import ShortAnswer
from lms.questions.types.single_choice import SingleChoice
from lms.questions.types.true_false import TrueFalse
from lms.questions.types.true_false_group import TrueFalseGroup

TYPES: dict[str, QuestionType] = {
    "single_choice": SingleChoice(),
    "multiple_choice": MultipleChoice(),
    "true_false": TrueFalse(),
    "true_false_group": TrueFalseGroup(),
    "short_answer": ShortAnswer(),
    "numeric": Numeric(),
    "matching": Matching(),
    "ordering": Ordering(),
    "cloze": Cloze(),
    "essay": Essay(),
}
