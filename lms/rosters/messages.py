"""What is said about the rows of a list beside the database: English msgids by code."""

from __future__ import annotations

from lms.kit.i18n import N_

MESSAGES: dict[str, str] = {
    # why a row is doubtful
    "card_other_name": N_("The card number belongs to somebody with another name."),
    "several": N_("Several people have this name and date of birth."),
    "card_changed": N_("Name and date of birth are the same, the card number is another one."),
    "other_unit": N_("Somebody of this name and date of birth belongs to another unit."),
    "only_name": N_("Only the name is the same; a date of birth is missing."),
    # why a row is kept back
    "twice": N_("The same person already stands in {place}."),
    "matched_twice": N_("Another row, in {place}, is the same person of the database."),
    "card_twice": N_("The card number already stands in {place}, for somebody else."),
    "unit_unknown": N_("No unit here is called “{unit}”."),
    "card_elsewhere": N_(
        "The card number belongs to somebody outside of this unit. Ask the administrator to transfer that person."
    ),
    "bad_date": N_("“{text}” is no date of birth; write it like 05/03/1962, or the year alone."),
    "bad_card": N_("“{text}” is no card number; a card number has 8 digits."),
    "name_doubtful": N_("“{text}” hardly is a person's name."),
    "name_too_long": N_("The name is longer than {most} letters; perhaps it is something else: {text}"),
}
FIELD_NAMES = {
    "name": N_("Name"),
    "born": N_("Date of birth"),
    "card": N_("Party card number"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "member": N_("Party member"),
    "position": N_("Position"),
    "unit": N_("Unit"),
}
TAB_NAMES = {
    "added": N_("Added"),
    "changed": N_("Changed"),
    "left": N_("Not in the list"),
    "doubtful": N_("To decide"),
    "duplicate": N_("Twice in the list"),
    "faulty": N_("Faulty"),
    "same": N_("As before"),
}
