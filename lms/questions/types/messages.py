"""What the checks of the types find, beside the codes of lms/questions/problem.py: English message ids by code."""

MESSAGES: dict[str, str] = {
    # every type
    "no_alt_text": "A picture has no description: say in words what it shows, for those who cannot see it.",
    "bad_picture_name": "“{name}” is not the name of a stored picture.",
    "empty_stimulus": "The text that the question is about is empty.",
    "bad_expiry": "“{text}” is not a date; write it like 2026-12-31.",
    # matching
    "too_few_pairs": "There are {count} pairs with a left side; at least 2 are needed.",
    "too_many_pairs": "There are {count} pairs; at most {most} are possible.",
    "empty_right": "The right side of pair {number} has no text.",
    "equal_lefts": "Pairs {number} and {other} have the same left side.",
    "one_right": "All right sides say the same, so there is nothing to choose.",
    # cloze
    "no_blanks": "There is no gap: write [[1]] in the text where the first one is, and give its answer.",
    "too_many_blanks": "There are {count} gaps; at most {most} are possible.",
    "blank_not_named": "Gap {number} does not stand in the text: write [[{number}]] where it is.",
    "blank_named_twice": "Gap {number} stands in the text more than once.",
    "unknown_blank": "The text has [[{mark}]], but there is no gap {mark}.",
    "stray_blank_mark": "The text has “[[” that is no gap; it is shown as it stands.",
    "unknown_blank_kind": "Gap {number}: “{kind}” is not a kind of gap; known are: {known}.",
    "blank_field_not_used": "Gap {number}: the field “{name}” has no meaning for this kind of gap.",
    "blank_answer_empty": "Gap {number}: accepted answer {entry} holds no letter or digit.",
    "blank_answer_too_long": "Gap {number}: accepted answer {entry} is longer than a candidate can type "
    "({longest} characters).",
    "blank_answer_not_number": "Gap {number}: accepted answer {entry} (“{text}”) is not a number.",
    "blank_bad_tolerance": "Gap {number}: the tolerance “{text}” is not a number from 0 up.",
    "blank_few_options": "Gap {number} has {count} options; at least 2 are needed.",
    "blank_many_options": "Gap {number} has {count} options; at most {most} are possible.",
    "blank_empty_option": "Gap {number}: option {entry} has no text.",
    "blank_equal_options": "Gap {number}: options {entry} and {other} say the same.",
    "blank_key_out_of_range": "Gap {number}: the key names option {entry}, but there are only {count}.",
    # essay
    "empty_criterion": "Line {number} of the rubric has no text.",
    "bad_criterion_points": "Line {number} of the rubric: “{text}” is not a number of points above 0.",
    "bad_word_limit": "A number of words cannot be below 0.",
    "word_limits_turned": "At least {least} words, but at most {most}: nobody can write that.",
    "word_limit_too_high": "At least {least} words do not fit: a candidate can type {longest} characters.",
    "unknown_file_type": "“{text}” is not a kind of file that can be handed in; known are: {known}.",
    "repeated_file_type": "The kind of file “{text}” is named twice.",
    # files
    "pictures_elsewhere": "The question names {count} pictures, but this kind of file does not hold them.",
}
