"""The reports there are; a new one is a file here and a line in REPORTS."""

from __future__ import annotations

from lms.reports.catalogue.completion import COMPLETION
from lms.reports.catalogue.unfinished import UNFINISHED
from lms.reports.report import Report

REPORTS: dict[str, Report] = {report.name: report for report in (COMPLETION, UNFINISHED)}
