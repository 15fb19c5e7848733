"""The command `lms regrade`: grade every attempt of an exam again by what counts now, or only say what would change."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from lms.config import Told
from lms.kit.i18n import N_, _, set_language

if TYPE_CHECKING:
    from lms.attempts.regrading import Worth
    from lms.kit.db import Database
    from lms.marking.dry_run import Difference

EVERY = 100  # attempts between two lines of progress


class NoExam(Told):
    """There is no exam with that code."""


@click.command()
@click.option("--exam", "exam_code", metavar="CODE", required=True, help="The exam.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def regrade(exam_code: str, dry_run: bool, as_json: bool) -> None:
    """Grade the submitted attempts of an exam again by the answers, marks and decisions that count now.

    Earlier grades stay; what changes is listed. Repeating it changes nothing more.
    """
    from lms.config import read_settings
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready

    settings = read_settings(os.environ)
    set_language(settings.language)
    check_ready(settings.database_url)
    database = Database(settings.database_url)
    found = _look(database, exam_code)
    if not dry_run:
        _grade_again(database, [one.attempt_id for one in found["differences"]], quiet=as_json)
    if as_json:
        click.echo(json.dumps(_document(exam_code, found, dry_run=dry_run), ensure_ascii=False))
        return
    sentence = (
        N_("{changed} of {attempts} attempts would change.")
        if dry_run
        else N_("{changed} of {attempts} attempts have changed.")
    )
    click.echo(_(sentence, **found["counts"]))
    click.echo(_("{up} people now pass, {down} no longer pass, {gain} gain, {lose} lose.", **found["counts"]))


def _look(database: Database, code: str) -> dict[str, Any]:
    from lms.exams import rulings
    from lms.exams.queries import exam_by_code
    from lms.marking import dry_run

    with database.reading() as session:
        exam = exam_by_code(session, code)
        if exam is None:
            raise NoExam(N_("There is no exam with the code {code}."), code=code)
        ruled = rulings.in_force(session, exam.id) if exam.has_rulings else rulings.NONE
        found = dry_run.look(session, exam, ruled)
        changes = dry_run.people(session, exam, found.differences)
    return {"counts": dry_run.effects(found, changes), "differences": found.differences}


def _grade_again(database: Database, attempt_ids: Sequence[int], *, quiet: bool) -> None:
    """Each attempt in a transaction of its own, so that nobody who sits an exam waits."""
    from lms.attempts import regrading
    from lms.kit import clock

    for done, attempt_id in enumerate(attempt_ids, 1):
        with database.writing() as session:
            regrading.regrade(session, attempt_id, reason="policy", by=None, now=clock.now())
        if not quiet and done % EVERY == 0:
            click.echo(_("{done} of {total} done", done=done, total=len(attempt_ids)), err=True)


def _document(code: str, found: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    return {
        "exam": code,
        "dry_run": dry_run,
        **found["counts"],
        "differences": [_plain(one) for one in found["differences"]],
    }


def _plain(one: Difference) -> dict[str, Any]:
    worths = {"before": one.before, "after": one.after}
    return {"attempt": one.attempt_id, "person": one.person_id} | {
        name: _figures(worth) for name, worth in worths.items() if worth is not None
    }


def _figures(worth: Worth) -> dict[str, Any]:
    return {
        "points": float(worth.points),
        "most_points": float(worth.most_points),
        "percent": float(worth.percent),
        "passed": worth.passed,
        "band": worth.band,
    }
