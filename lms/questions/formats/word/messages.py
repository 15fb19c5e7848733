"""What reading Word files of questions finds, beside the codes of lms/questions: English message ids by code."""

MESSAGES: dict[str, str] = {
    # the file
    "no_questions": "No question was found. Questions begin with “Câu 1.”, options with “A.”; the template shows how.",
    "text_not_used": "This text belongs to no question and was left out: “{text}”.",
    "tracked_changes_accepted": "The document has tracked changes: they were read as accepted.",
    "hidden_text_left_out": "The document has hidden text; it was left out.",
    "legacy_font": "Text in fonts before Unicode (.Vn…, VNI-…) was converted. Please look over it.",
    "footnotes_not_read": "The document has footnotes; they were not read.",
    "symbol_not_known": "Some signs of picture fonts are not known and were left out.",
    "embedded_file_not_read": "Another file is embedded in the document; it was not read.",
    "linked_picture_not_read": "Pictures that are only linked were not fetched; insert them into the document.",
    # keys
    "marks_disagree": "The marks of the right answer disagree: {marks}.",
    "doubtful_mark": "Only a part of option {number} is set off ({mark}); it was not taken as the right answer.",
    "doubtful_footnote_mark": "Option {number} ended in “{mark}”, which may be a footnote or the mark of "
    "the right answer; "
    "it was taken away and the key left open.",
    "truth_by_marks": "Which statements are true was taken from how their letters are set off. Please check.",
    "truth_not_given": "For statement {number} it is not said whether it is true or false.",
    "key_text_differs": "The key says “{text}”, but option {number} says something else.",
    "key_not_understood": "The key “{text}” is not understood.",
    "keys_by_order": "The list of keys numbers the questions otherwise than they are; the keys were given in order.",
    "key_list_doubtful": "Question {question} stands several times, so this key of the list was not used: “{text}”.",
    "key_without_question": "The list of keys has a key for question {question}, which there is not.",
    # questions
    "number_out_of_order": "The file numbers this question {number}; {expected} was expected. The order of "
    "the file is kept.",
    "question_without_number": "This question has no number; it was found by its options.",
    "labels_out_of_order": "The letters of the options are {labels}; they were read in the order of the file.",
    "labels_go_on": "The letters of the options go on from the question before ({labels}); they were read as A, B, C …",
    "options_without_letters": "The options have no letters; the items of the list were read as options.",
    "sign_not_understood": "The sign “{sign}” before option {number} is not understood; it was left out.",
    "text_is_doubtful": "The text looks as if it came from a font before Unicode: “{text}”. Set its font "
    "(.VnTime, VNI-Times) "
    "and upload the file again, or type it anew.",
    "picture_lost": "A picture of this question cannot be used (linked, or not PNG, JPEG, GIF or WebP); "
    "insert it again.",
    "picture_place_doubtful": "A picture stands behind the last option; it was taken as belonging to the question.",
    "pictures_of_option": "Option {number} has several pictures; only the first was kept.",
    "picture_not_kept": "A picture stands where none can be kept ({field}); it was left out.",
    "table_as_text": "A table in the question was read as lines of text.",
    "no_options": "There are neither options nor an answer, so it is not clear what kind of question this is.",
    "taken_as_essay": "This question asks for a text of one's own and has no short answer; it was read as an essay.",
    # labels
    "unknown_type": "“{text}” is no type of question; known are: {known}.",
    "label_not_understood": "“{text}” is not understood as “{field}”.",
    "label_repeated": "“{field}” is given several times; the last one counts.",
    "label_not_used": "“{field}” has no meaning for this type of question and was left out: “{text}”.",
    "blank_repeated": "Gap {number} is given several times; the first one counts.",
    "stimulus_not_closed": "The text “{key}” has no line “Hết ngữ liệu”; it was taken to end before the next question.",
    "stimulus_repeated": "There are several texts called “{key}”; the first one counts.",
    "unknown_stimulus": "There is no text called “{key}” in the file.",
}
