"""What is said about QTI: English message ids by code, with {name} placeholders.

Those that other formats say as well have the same code and sentence there.
"""

MESSAGES: dict[str, str] = {
    # packages
    "no_questions_in_package": "There is no question in this file: it holds neither items of QTI 2 or 3 nor a quiz of "
    "QTI 1.2.",
    "no_manifest": "The package has no table of contents (imsmanifest.xml); every question file in it was read, in the "
    "order of the names.",
    "member_missing": "“{name}” is named in the package but is not in it.",
    "test_rules_not_kept": "Rules of the test were left out ({what}); an exam of this system has its own.",
    # questions
    "type_without_counterpart": "A question of the type “{type}” (“{name}”) has no counterpart here and is left out.",
    "processing_unknown": "The file scores this question by rules of its own ({rule}). Here only the answer that it "
    "names as right counts: look whether that is meant.",
    "no_processing": "The file does not say how this question is scored; the answer that it names as right was taken.",
    "weights_not_kept": "The weights of the answers cannot be kept: {text}.",
    "capitals_not_compared": "The file tells capital and small letters apart; here they count as the same.",
    "tolerances_differ": "The answers have different tolerances; the smallest ({tolerance}) is taken for all.",
    "key_names_nothing": "The key names “{text}”, but there is nothing of that name.",
    "no_truth": "Say of statement {number} whether it is true or false.",
    "pairs_as_matching": "In the file any two entries of one list can be joined; here they stand in two columns.",
    "choices_limited": "The file lets at most {most} options be chosen; here the number is not limited.",
    "any_file_type": "Any kind of file could be handed in; here only {types} can.",
    "file_types_left_out": "These kinds of files cannot be handed in here: {types}.",
    "messages_left_out": "{count} messages that the file shows after certain answers were left out.",
    "elements_left_out": "Plain text cannot hold what stood there: {names}.",
    "markup_unreadable": "The formatting is nested too deep; the text is kept as it stands in the file.",
    "image_outside": "The picture “{address}” is not in the file and is not fetched; add it by hand.",
    "image_missing": "The picture “{address}” is not in the file.",
    "image_damaged": "The picture “{address}” is damaged.",
    "image_wrong_type": "“{address}” is no picture that can be shown here; PNG, JPG, GIF and WebP are.",
    # Canvas
    "gaps_mixed": "Canvas has gaps to type in or gaps to choose in, not both in one question; the question "
    "is left out.",
    # writing
    "question_has_errors": "The question has errors and is left out; mend it first.",
    "type_not_written": "This format has no questions of this type; the question is left out.",
    "package_full": "A package holds at most {most} files; this question is left out. Export the bank in parts, for "
    "example by topic.",
    "not_carried": "This format has no place for: {what}.",
}  # fmt: skip
