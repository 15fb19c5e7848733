"""People who stand twice in a file: the same card number, or the same name and date of birth. And mailboxes that
several people share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache

from lms.organisation.roster.findings import Findings
from lms.organisation.roster.people import ListedPerson
from lms.vietnamese.text import exact_words, fold_words


def say_duplicates(people: Sequence[ListedPerson], findings: Findings) -> None:
    """Every later one is told with the place of the first."""
    first: dict[Hashable, ListedPerson] = {}
    for person in people:
        same_card = first.setdefault(("card", person.card), person) if person.card else person
        if same_card is not person:
            findings.add(
                "duplicate_card", person.sheet, person.row, card=person.card, **_place(same_card, person)
            )
            continue
        key = _key(person)
        same = first.setdefault(key, person) if key else person
        if same is not person:
            findings.add("duplicate_person", person.sheet, person.row, **_place(same, person))


def say_shared_mailboxes(people: Sequence[ListedPerson], findings: Findings) -> None:
    """Each address of several people once, at the place where it stands first: a mailbox of an office, mostly."""
    shared = Counter(person.email for person in people if person.email)
    told: set[str] = {email for email, count in shared.items() if count == 1}
    for person in people if len(told) < len(shared) else ():
        if person.email and person.email not in told:
            told.add(person.email)
            count = shared[person.email]
            findings.add("email_shared", person.sheet, person.row, email=person.email, count=count)


@lru_cache(maxsize=16384)
def _bare(word: str) -> str:
    return fold_words(word)


def _key(person: ListedPerson) -> Hashable:
    """A whole date and the name without its marks; with the year alone the marks must agree too."""
    if not person.born:
        return None
    if len(person.born) > 4:
        return person.born, " ".join([_bare(word) for word in person.name.split()])
    return person.born, exact_words(person.name)


def _place(first: ListedPerson, other: ListedPerson) -> dict[str, str]:
    same_sheet = not first.sheet or first.sheet == other.sheet
    place = str(first.row) if same_sheet else f"{first.sheet}, {first.row}"
    return {"place": place, "name": first.name}
