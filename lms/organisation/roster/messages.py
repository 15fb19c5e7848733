"""What is said about lists of people: English message ids by code, with {name} placeholders.

A warning that would come with row after row is said once a sheet, with the number of rows and the first of them.
"""

from __future__ import annotations

from lms.files import package, xml
from lms.kit import bounded
from lms.kit.i18n import _
from lms.questions import problem as shared
from lms.questions.problem import Problem

MESSAGES: dict[str, str] = {
    # the file
    "not_a_list": "This is no Excel file or text table that can be read, or it arrived damaged. Open it in its "
    "program, save it as .xlsx and upload the new file.",
    "list_letters_unknown": "The letters of this text file cannot be recognised. Save it from Excel as "
    "“CSV UTF-8” or as .xlsx and upload the new file.",
    "list_read_as_1258": "The text file is in the old Vietnamese code page (Windows-1258) and was read as such; look "
    "whether the names are right.",
    "too_many_rows": "The sheet “{sheet}” reaches to row {rows}; at most {most} rows are read. Delete the empty rows "
    "at its end or divide the list, save it and upload it again.",
    "too_many_columns": "The sheet “{sheet}” reaches to column {columns}; at most {most} columns are read. Delete the "
    "empty columns at its side, save it and upload it again.",
    "no_table": "The sheet “{sheet}” has no heading row with a column for the name, so it was not read. Say which "
    "column is what, or put headings such as “Họ và tên”, “Ngày sinh” above the list.",
    "no_people": "No person was found in this file.",
    "sheet_hidden": "The sheet “{sheet}” is hidden and was not read.",
    "sheets_left": "The file has more than {most} sheets; the others were not read.",
    # columns
    "columns_kept": "These columns have no meaning of their own and are kept as they are: {headings}.",
    "table_beside": "In the sheet “{sheet}” a second table stands beside the first (column {column}); it was not read. "
    "Put it below the first or on a sheet of its own.",
    "hidden_columns": "The sheet “{sheet}” has hidden columns, which were read too: {headings}.",
    "hidden_rows": "{count} people stand in hidden rows and were read too (rows {rows}).",
    "letters_converted": "The sheet “{sheet}” is typed in old letters ({encoding}) and was converted; look whether the "
    "names are right.",
    "letters_doubtful": "{count} names seem typed in old letters (TCVN3 or VNI) without their font (rows {rows}); "
    "say which letters they are, or correct them.",
    # rows
    "no_name": "The row has particulars of a person but no name.",
    "row_not_read": "This row is no person and was left out: {text}",
    "count_differs": "Here it says {said}, but {found} people were read.",
    "cell_broken": "Cell {cell} holds the error {text} of a formula.",
    "formula_empty": "Cell {cell} holds a formula without its result. Open the file in Excel, save it and upload it "
    "again.",
    "ditto_of_nothing": "“{text}” means the same as above, but above there is nothing.",
    "text_cut": "{count} texts are longer than {most} letters and were cut (rows {rows}).",
    # people
    "name_too_long": "The name is longer than {most} letters; perhaps it is something else: {text}",
    "name_doubtful": "“{text}” hardly is a person's name.",
    "name_with_more": "“{text}” holds more than a name. If it does not belong to the name, correct it in the file.",
    "name_recased": "{count} names in capital or small letters are written the usual way (rows {rows}).",
    "name_not_recased": "{count} names in capital or small letters are left as they are, because nobody but the unit "
    "knows how they are written (rows {rows}).",
    "bad_date": "“{text}” is no date of birth; write it like 05/03/1962, or the year alone.",
    "date_from_number": "{count} dates of birth stood there as plain numbers and were understood (rows {rows}).",
    "date_to_year": "Of {count} dates of birth only the year could be taken (rows {rows}).",
    "date_maybe_swapped": "{count} dates of birth may have day and month exchanged by Excel, because other dates of "
    "the column are text (rows {rows}). Look at them.",
    "born_doubtful": "By the date of birth {born} this person is {age} years old.",
    "two_births": "The date of birth stands in the man's and in the woman's column; the first was taken.",
    "bad_card": "“{text}” is no card number; a card number has 8 digits.",
    "card_is_citizen": "“{text}” is a citizen number, not a card number; it was left out.",
    "card_doubtful": "The card number “{text}” has {count} digits instead of 8.",
    "card_zero": "{count} card numbers had lost the zeros at their beginning and got them back (rows {rows}).",
    "bad_phone": "“{text}” is no telephone number and was left out.",
    "phone_zero": "{count} telephone numbers had lost the zero at their beginning and got it back (rows {rows}).",
    "phone_renewed": "{count} telephone numbers of 11 digits were brought to the 10 digits of today (rows {rows}).",
    "phone_second": "Of several telephone numbers in one cell the first was taken in {count} rows (rows {rows}).",
    "phone_is_citizen": "“{text}” seems to be a citizen number that lost its zeros, not a telephone number; it was "
    "left out.",
    "bad_email": "“{text}” is no e-mail address and was left out; an address looks like ten@coquan.vn.",
    "email_shared": "{count} people have the same e-mail address, {email}. What is sent there is read by whoever opens "
    "that mailbox; give each person their own address, or leave it empty.",
    "email_second": "Of several e-mail addresses in one cell the first was taken in {count} rows (rows {rows}).",
    "member_unclear": "“{text}” does not say whether this person is a Party member.",
    "sex_unclear": "“{text}” does not say whether this person is a man or a woman.",
    "duplicate_card": "The card number {card} already stands in {place} ({name}).",
    "duplicate_person": "The same name and date of birth already stand in {place} ({name}).",
    "more_alike": "{count} more findings of this kind are not listed.",
    "mapping_unknown": "“{field}” is no meaning that a column can have.",
}

TABLES = (MESSAGES, package.MESSAGES, xml.MESSAGES, bounded.MESSAGES, shared.MESSAGES)


def sentence(found: Problem) -> str:
    """What was found, in the language in force."""
    for messages in TABLES:
        if found.code in messages:
            return _(messages[found.code], **found.message_params)
    raise LookupError(f"no message for the problem {found.code!r}")
