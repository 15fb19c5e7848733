"""Long work of exams: papers as one PDF. Word files are written while the person waits."""

from __future__ import annotations

from typing import Any

from lms.exams import papers, printing
from lms.exams.models import Exam
from lms.kit.clock import now as clock_now
from lms.kit.jobs import Run

JOB_PAPERS = "exams.papers"
AT_ONCE = (
    30  # questions, counted once for each code, of a PDF that is written while the person waits: about 2 s
)


def write_papers(run: Run) -> dict[str, Any]:
    """Job: print the first papers of an exam as a PDF. Parameters: exam (its id), codes (how many), name, back."""
    run.progress(0, 2)
    with run.database.reading() as session:
        exam = session.get_one(Exam, run.params["exam"])
        made = papers.set_of(session, exam, clock_now()).first(run.params["codes"])
        given = papers.to_print(session, exam, made)
    run.progress(1, 2)
    data = printing.papers_pdf(given)
    with run.storage.writing() as (key, file):
        file.write(data)
    return {"file": key, "name": run.params["name"], "type": printing.PDF}
