"""What each figure is called and says, in words that a trainer understands; ranges as Moodle's guide has them."""

from __future__ import annotations

from lms.kit.i18n import N_

Explained = tuple[str, str]  # name and meaning, both msgids

MEAN: Explained = (
    N_("Mean result"),
    N_(
        "Of all points. Between 50% and 75% an exam tells people apart best; an exam that checks whether everybody "
        "has read may lie higher."
    ),
)
MEDIAN: Explained = (N_("Median"), N_("Half of the attempts lie above it."))
DEVIATION: Explained = (
    N_("Standard deviation"),
    N_("How far results lie apart; usual is 12% to 18%."),
)
ALPHA: Explained = (
    N_("Consistency"),
    N_(
        "How far the questions measure the same (Cronbach's alpha). Above 75% is good, below 64% too little for "
        "decisions about people."
    ),
)
DEPENDABILITY: Explained = (
    ALPHA[0],
    N_(
        "Papers differ, so the luck of the draw counts as error (index of dependability, usually lower than alpha). "
        "Above 75% is good, below 64% too little for decisions about people."
    ),
)
STANDARD_ERROR: Explained = (
    N_("Standard error"),
    N_(
        "The result of a person would differ by about so much if another paper of the same kind had been drawn. "
        "Whoever lies within it of the pass mark passed or failed by chance."
    ),
)
ERROR_RATIO: Explained = (N_("Error ratio"), N_("The share of the standard deviation that is error."))
SKEWNESS: Explained = (
    N_("Skewness"),
    N_("Below 0: many good results and a few very low ones. About 0: as many on both sides."),
)
KURTOSIS: Explained = (
    N_("Kurtosis"),
    N_("0 is a normal curve; far above it most results are alike, far below it they fall into two groups."),
)

FACILITY: Explained = (
    N_("Facility"),
    N_("The mean share of right answers: 100% means that everybody knew it."),
)
DISCRIMINATION: Explained = (
    N_("Discrimination"),
    N_(
        "Do those who are right here do well in the rest of the paper? 0.3 and more is good, below 0.2 weak, below 0 "
        "suspicious."
    ),
)
EFFICIENCY: Explained = (
    N_("Efficiency"),
    N_("How much of the discrimination that is possible at this facility it reaches; below 15% is doubtful."),
)
INTENDED: Explained = (N_("Intended weight"), N_("Its share of the points of the paper."))
EFFECTIVE: Explained = (
    N_("Effective weight"),
    N_(
        "Its share in the differences between people's results. Far below the intended weight the question hardly "
        "counts."
    ),
)
OF_QUESTIONS = (FACILITY, DISCRIMINATION, EFFICIENCY, INTENDED, EFFECTIVE)

RASCH, TWO = N_("One-parameter model (Rasch)"), N_("Two-parameter model")
RULED = {
    "drop": N_("Dropped by decision: it is worth nothing."),
    "full_marks": N_("By decision everybody has full marks for it."),
    "second_key": N_("By decision a second key counts as well."),
    "new_key": N_("By decision another key counts."),
}
