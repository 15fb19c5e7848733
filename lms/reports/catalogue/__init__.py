"""The reports there are; a new one is a file here and a line in REPORTS."""

from __future__ import annotations

from lms.reports.catalogue.answering import ANSWERING
from lms.reports.catalogue.attempts import ATTEMPTS
from lms.reports.catalogue.balance import BALANCE
from lms.reports.catalogue.certificates import CERTIFICATES
from lms.reports.catalogue.completion import COMPLETION
from lms.reports.catalogue.distribution import DISTRIBUTION
from lms.reports.catalogue.mastery import MASTERY
from lms.reports.catalogue.progress import PROGRESS
from lms.reports.catalogue.question_quality import QUESTION_QUALITY
from lms.reports.catalogue.results import RESULTS
from lms.reports.catalogue.unfinished import UNFINISHED
from lms.reports.report import Report

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        COMPLETION,
        UNFINISHED,
        PROGRESS,
        RESULTS,
        DISTRIBUTION,
        MASTERY,
        ATTEMPTS,
        CERTIFICATES,
        BALANCE,
        QUESTION_QUALITY,
        ANSWERING,
    )
}
