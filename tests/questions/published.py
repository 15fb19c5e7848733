"""Figures printed in public, against which formulas are checked. Numbers only, each with where it stands."""

from __future__ import annotations

# Marks of 25 attempts at seven questions of one mark each: the first quiz by which Moodle checks its report.
QUIZ = """
1 1 1 1 1 0 1
1 1 1 1 0.5 1 0
1 1 1 1 0.5 0 1
0 0 1 1 1 0 0
1 0 1 0 0 1 0.5
1 1 1 1 0.5 0 0.5
0 1 1 1 0.5 1 0.5
1 1 1 0 0.5 1 0.5
1 0 1 1 1 1 1
0 1 1 0 0.5 1 0.5
0.8 0 1 1 0.5 1 0.5
1 1 1 0 0.5 1 1
1 0 1 1 0.5 1 0.5
1 0 1 1 1 0 0.5
0 0 1 1 0 1 1
1 0 1 0 0.5 1 1
0.8 0 1 1 0.5 0 1
1 0 1 1 0 1 0.5
1 0 1 1 0.5 0 0.5
0 1 1 0 0.5 1 0
1 1 0.3333333 1 0.5 0 0.5
1 1 1 0 0.5 0 0.5
1 1 1 1 0 1 0.5
0 0 1 0 0.5 1 1
0 0 1 1 1 1 1
"""

# Marks of 22 attempts at 13 questions, the first worth 8 and the others 1, which Moodle checks by a spreadsheet. (Four
# questions that nobody got right and three that are worth nothing are left out.)
SHEET = """
5.5 0.3 0.9 1 0.3 1 0 0 1 1 0 0 1
1 0.9 0.9 0.3 0.3 1 0 0 1 0 1 0 1
2.5 1 0.9 0.3 1 0 0 1 1 1 1 1 1
4 0.3 0.9 1 0.3 0 0 0 0 1 0 0 1
3 0.9 0.3 0.9 1 0 1 0 0 1 1 1 0
4.5 0.9 1 1 0.9 0 1 1 1 0 0 0 0
3 0.3 0.3 0.3 0.3 1 0 1 1 1 1 1 1
6 0.9 0.9 1 0.3 0 1 1 1 1 0 0 1
0.5 0.9 1 0.9 0.3 0 1 1 0 1 1 0 1
5.5 0.9 1 0.9 0.3 1 1 0 0 1 0 0 0
2.5 0.9 1 1 0.9 0 1 0 0 1 0 0 1
4 0.9 0.3 0.9 1 0 1 1 1 1 1 0 1
4 0.9 0.3 0.3 1 1 1 1 0 0 1 1 0
3 1 1 0.3 1 0 1 0 1 1 1 1 0
1 1 0.9 0.3 0.3 1 0 1 0 0 0 0 0
1 0.3 0.3 0.3 0.9 0 0 0 1 0 0 0 1
1.5 1 0.3 0.9 1 1 1 0 1 1 0 0 0
4 0.9 1 0.9 1 0 1 1 1 0 1 0 0
2 0.9 0.9 0.3 0.9 0 1 0 0 0 0 0 0
1 1 0.3 0.3 0.3 0 1 1 0 1 0 0 0
6 0.9 1 1 0.9 0 0 0 1 0 0 1 1
7 0.9 0.3 0.3 0.3 1 0 1 1 1 1 0 0
"""

# How many of 1,000 candidates gave each of the 32 patterns of right answers to five questions, 00000 to 11111: sections
# 6 and 7 of the Law School Admission Test (Bock & Lieberman, Psychometrika 35, 1970; Bock & Aitkin, Psychometrika 46,
# 1981).
LSAT6 = [
    3,
    6,
    2,
    11,
    1,
    1,
    3,
    4,
    1,
    8,
    0,
    16,
    0,
    3,
    2,
    15,
    10,
    29,
    14,
    81,
    3,
    28,
    15,
    80,
    16,
    56,
    21,
    173,
    11,
    61,
    28,
    298,
]
LSAT7 = [
    12,
    19,
    1,
    7,
    3,
    19,
    3,
    17,
    10,
    5,
    3,
    7,
    7,
    23,
    8,
    28,
    7,
    39,
    11,
    34,
    14,
    51,
    15,
    90,
    6,
    25,
    7,
    35,
    18,
    136,
    32,
    308,
]


def rows_of(table: str) -> list[list[float]]:
    return [[float(one) for one in line.split()] for line in table.split("\n") if line]
