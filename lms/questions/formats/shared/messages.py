"""What reading and writing GIFT, Aiken and Moodle XML finds: English message ids by code."""

MESSAGES: dict[str, str] = {
    # the file
    "file_without_questions": "There is no question in the file.",
    "not_moodle_xml": "This XML file holds no questions of Moodle: it starts with <{tag}>, not with <quiz>.",
    "titles_left_out": "Names of questions that say something else than the question are not kept ({count}, the first "
    "is “{example}”).",
    "settings_left_out": "Penalties, hints, and feedback for right, partly right and wrong answers are not kept "
    "({count} questions have some).",
    "part_marks_not_given": "In Moodle, part of the right options gives part of the points, and wrong ones cost "
    "nothing; here such a question counts only when exactly the right options are chosen ({count} questions).",
    "case_not_compared": "Capital and small letters are not told apart in typed answers; diacritics are "
    "({count} questions).",
    # the question as a whole
    "type_without_counterpart": "A question of the type “{type}” (“{name}”) has no counterpart here and is left out.",
    "too_many_entries": "A list of the question has {count} entries, more than {most}; it cannot be used like this.",
    "description_left_out": "A description without a question (“{text}”) is left out.",
    "hidden_question": "The question was hidden in Moodle.",
    "levels_differ": "The tags name different levels, so none is taken.",
    "stimulus_missing": "The text “{key}” that the question is about is not in the file before it.",
    "braces_unbalanced": "A brace “{{” or “}}” has no partner, so the question cannot be read. Write \\{{ and \\}} for "
    "braces that belong to the text.",
    "blank_line_in_braces": "There is a blank line between the braces, which Moodle refuses. It was read on; please "
    "look whether the question is complete.",
    "blank_line_missing": "Two questions stand together without a blank line; they were read as two.",
    "several_answer_blocks": "The question has more than one pair of braces; only the first holds its answers.",
    # texts
    "markup_unreadable": "The formatting is nested too deep; the text is kept as it stands in the file.",
    "elements_left_out": "Plain text cannot hold what stood there: {names}.",
    "link_left_out": "The address of a link is left out, its words are kept: {address}.",
    "image_left_out": "A picture is left out: pictures can stand only below a question, an option or a text.",
    "image_outside": "The picture “{address}” is not in the file and is not fetched; add it by hand.",
    "image_missing": "The picture “{address}” is not in the file.",
    "image_damaged": "The picture “{address}” is damaged.",
    "image_wrong_type": "“{address}” is no picture that can be shown here; PNG, JPG, GIF and WebP are.",
    "image_too_large": "The picture “{address}” is larger than {most} megabytes.",
    "images_too_large": "The pictures of the file are larger than {most} megabytes together; “{address}” and later "
    "ones are left out.",
    "file_left_out": "The file “{name}” that belonged to the question is left out.",
    # keys
    "option_feedback_left_out": "Feedback to single answers is not kept: {text}.",
    "weights_not_kept": "The weights of the answers cannot be kept: {text}.",
    "partial_answers_left_out": "Answers that gave part of the points are left out: {text}.",
    "any_answer_right": "Any other answer would have been right (“*”); that is not kept.",
    "wildcard_not_kept": "“*” stands for any letters in “{text}” in Moodle; here it is a plain sign.",
    "tolerances_differ": "The answers have different tolerances; the smallest ({tolerance}) is taken for all.",
    "answer_without_number": "“{text}” is not a number, so this answer is left out.",
    "pair_without_arrow": "“{text}” has no “->” between its two sides and is left out.",
    "truth_by_order": "The words for true and false (“{first}”, “{second}”) are not known; the first one is taken as "
    "true.",
    "grading_not_kept": "Moodle graded the order by “{name}”; here each item that is followed by the right one counts.",
    "units_left_out": "Only the unit “{unit}” is kept; left out: {text}.",
    "template_left_out": "The text that answers start with is not kept: {text}.",
    "any_file_type": "Any kind of file could be handed in; here only {types} can.",
    "file_types_left_out": "These kinds of files cannot be handed in here: {types}.",
    # gaps
    "blank_unreadable": "Gap {number} (“{text}”) cannot be read.",
    "blank_several_right": "Gap {number} has several right options ({text}); only the first is taken. Choose one.",
    "blank_partial_left_out": "Gap {number}: answers that gave part of the points are left out: {text}.",
    "blank_tolerances_differ": "Gap {number}: the answers have different tolerances; the smallest ({tolerance}) is "
    "taken.",
    "blank_wildcard": "Gap {number}: “*” stands for any letters in Moodle; here it is a plain sign.",
    "blank_feedback_left_out": "Gap {number}: feedback to single answers is not kept: {text}.",
    "blank_weights_not_kept": "The gaps counted differently ({text}); here each counts the same.",
    "blank_without_choice": "Gap [[{mark}]] has no word to put in.",
    # Aiken
    "outside_question": "This line belongs to no question: a question starts with its text on one line.",
    "question_not_finished": "The question in line {line} has no line “ANSWER:”; it is left out. The text of a "
    "question stands on one line.",
    "unknown_key_letter": "“{text}” is not the letter of an option.",
    # what is not written
    "question_has_errors": "The question has errors and is left out; mend it first.",
    "type_not_written": "This format has no questions of this type; the question is left out.",
    "answer_not_written": "The answer “{text}” would be read as something else in this format; the question is "
    "left out.",
    "stem_not_written": "The text of the question would be read as something else in this format; the question is "
    "left out.",
    "option_not_written": "Option {number} would be read as something else in this format; the question is left out.",
    "scored_differently": "Moodle gives part of the points for an answer that is partly right; here the question is "
    "scored otherwise. Read here again, it is as before.",
    "tag_not_written": "The tag “{tag}” would be read as something else and is not written.",
    "topic_respelt": "The topic “{topic}” is spelt differently after reading.",
    "explanation_as_source": "The last line of the explanation would be read as the source.",
    "line_ends_lost": "Line ends become spaces.",
    "characters_lost": "Characters that this format forbids are not written.",
    "level_not_written": "The level is not written.",
    "explanation_not_written": "The explanation is not written.",
    "source_not_written": "The source is not written.",
    "cites_not_written": "The cited passages are not written.",
    "expires_not_written": "The day of expiry is not written.",
    "images_not_written": "The pictures are not written.",
    "stimulus_not_written": "The text that the question is about is not written.",
    "fixed_not_written": "That an option keeps its place is not written.",
    "points_not_written": "The points are not written.",
    "topic_not_written": "The topic is not written.",
    "tags_not_written": "The tags are not written.",
    "rubric_not_written": "The rubric is not written.",
    "word_limits_not_written": "The limits of words are not written.",
    "file_types_not_written": "The kinds of files that can be handed in are not written.",
    "guide_not_written": "The guide for markers is not written.",
}
