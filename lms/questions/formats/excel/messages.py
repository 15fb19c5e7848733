"""What is said about sheets: English message ids by code, with {name} placeholders."""

MESSAGES: dict[str, str] = {
    "not_a_workbook": "This is no Excel file that can be read, or it arrived damaged. Open it in its program, save it "
    "as .xlsx and upload the new file.",
    "sheet_too_large": "The sheet “{sheet}” reaches to row {rows} and column {columns}; at most {most} cells are read. "
    "Delete the empty rows and columns at its end, save it and upload it again.",
    "text_encoding_unknown": "The letters of this text file cannot be recognised. Save it from Excel as "
    "“CSV UTF-8” or as .xlsx and upload the new file.",
    "read_as_1258": "The text file is in the old Vietnamese code page (Windows-1258) and was read as such; look "
    "whether the letters are right.",
    "no_header": "The sheet “{sheet}” has no heading row with the columns of a question bank (question, options, key), "
    "so it was not read.",
    "no_questions_in_sheets": "No sheet has a heading row with the columns of a question bank. Needed are a column "
    "“Câu hỏi” and columns for the options and the key; or use our template.",
    "hidden_sheet": "The sheet “{sheet}” is hidden and was not read.",
    "cell_error": "Cell {cell} holds the error {text} of a formula instead of a text.",
    "cell_became_date": "Cell {cell} holds a date that is shown as “{text}”; perhaps Excel made it out of other text.",
    "row_not_question": "This row is no question and was left out: {text}",
    "example_skipped": "{count} examples of the template were left out.",
    "column_not_used": "The column “{title}” has no meaning here and was left out.",
    "picture_not_read": "The pictures that lie on the sheets cannot be read from Excel; add them after the import.",
    "unknown_type": "“{text}” is no type of question; known are: {known}.",
    "type_guessed": "The type is not given; it was taken as “{type}”.",
    "key_is_no_option": "The key “{text}” is neither a letter nor a number nor the text of an option.",
    "key_ambiguous": "The key “{text}” can mean option {number} by its letter or number, or option {other} by its "
    "text; option {other} was taken.",
    "key_contradicts_text": "The key “{text}” names option {number}, but the text beside it is another one.",
    "truths_not_understood": "The key “{text}” does not say true or false for each of the {count} statements.",
    "level_not_understood": "“{text}” is not a level; known are: NB, TH, VD, VDC.",
    "points_not_understood": "“{text}” is not a number of points.",
    "date_not_understood": "“{text}” is not a date; write it like 31/12/2026.",
    "words_not_understood": "“{text}” is not a number of words; write it like 200–500.",
    "scoring_not_understood": "“{text}” is not a way of scoring; known are: toàn bộ, một phần.",
    "fixed_not_understood": "“{text}” does not name options by their letters.",
    "line_not_understood": "The line “{text}” has not the form that the column “{title}” needs.",
    "stimulus_not_on_sheet": "The text “{key}” that the question is about is not on the sheet “Ngữ liệu”.",
    "stimulus_unused": "The text “{key}” on the sheet “Ngữ liệu” belongs to no question.",
    "field_not_carried": "“{field}” has no place in this format and is not written.",
    "type_changes": "This format has no questions of this type; read again, the question will be of the type {type}.",
    "cell_too_long": "A text is longer than a cell can hold ({most} characters); the question is left out.",
    "options_not_carried": "This format holds at most {most} options; the question has {count} and is left out.",
    "text_cut": "“{field}” is longer than the {most} characters that this format allows and is shortened.",
    "type_not_read": "{count} questions of the type “{type}” have no counterpart here and were left out.",
    "timing_not_read": "The time limits of single questions were left out; an exam has one time for all.",
    "picture_links_not_read": "{count} links to pictures were left out; add the pictures after the import.",
}  # fmt: skip
