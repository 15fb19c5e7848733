"""The doors of the product and what each person finds in the navigation: one line each."""

from __future__ import annotations

from lms.accounts.views import door as accounts
from lms.admin.views import door as admin
from lms.attempts.views import door as attempts
from lms.attempts.views import room
from lms.banks.views import door as banks
from lms.certificates.views import door as certificates
from lms.courses.views import door as courses
from lms.exams.views import door as exams
from lms.home.views import door as home
from lms.kit.i18n import N_
from lms.marking.views import door as marking
from lms.practice import queries as practising
from lms.practice.views import door as practice
from lms.quality.views import door as quality
from lms.reports.views import door as reports
from lms.rosters.views import door as rosters
from lms.study.views import door as study
from lms.study.views import workshop
from lms.web import edge
from lms.web.guard import Door
from lms.web.jobs import door as jobs
from lms.web.pages import Entry
from lms.web.viewer import Viewer

DOORS: tuple[Door, ...] = (
    home,
    accounts,
    study,
    workshop,
    attempts,
    room,
    banks,
    courses,
    exams,
    marking,
    practice,
    quality,
    certificates,
    reports,
    rosters,
    jobs,
    admin,
)

EVERYBODY = [Entry("home.index", N_("My work"), "home"), Entry("study.index", N_("Study"), "book")]
PRACTICE = Entry("practice.index", N_("Practise again"), "undo")  # once there is something to practise
BY_ROLE: dict[str, list[Entry]] = {
    "trainer": [
        Entry("workshop.documents_", N_("Documents"), "audit"),
        Entry("workshop.modules", N_("Compose modules"), "edit"),
        Entry("banks.index", N_("Question banks"), "bank"),
        Entry("courses.index", N_("Courses"), "course"),
        Entry("room.index", N_("Exam rooms"), "clock"),
        Entry("marking.index", N_("Marking"), "check"),
        Entry("certificates.books", N_("Registers of certificates"), "certificate"),
    ],
    "marker": [Entry("marking.index", N_("Marking"), "check")],
    "officer": [
        Entry("reports.index", N_("Reports"), "report"),
        Entry("rosters.index", N_("Lists of people"), "people"),
        Entry("admin.units", N_("Units and people"), "unit"),
        Entry("certificates.books", N_("Registers of certificates"), "certificate"),
        Entry("room.index", N_("Exam rooms"), "clock"),
        Entry("attempts.entry", N_("Enter papers"), "edit"),
    ],
    "secretary": [Entry("attempts.entry", N_("Enter papers"), "edit")],
    "auditor": [
        Entry("reports.index", N_("Reports"), "report"),
        Entry("certificates.books", N_("Registers of certificates"), "certificate"),
        Entry("admin.units", N_("Units and people"), "unit"),
        Entry("admin.audit", N_("Audit trail"), "audit"),
    ],
    "administrator": [
        Entry("admin.units", N_("Units and people"), "unit"),
        Entry("rosters.index", N_("Lists of people"), "people"),
        Entry("admin.audit", N_("Audit trail"), "audit"),
    ],
}


def navigation(viewer: Viewer) -> list[Entry]:
    """The entries a person sees: what everybody has, then what their roles add, each once."""
    entries = list(EVERYBODY)
    if practising.has_cards(edge.session(), viewer.person_id):
        entries.append(PRACTICE)
    for role, own in BY_ROLE.items():
        if viewer.has(role):
            entries += [entry for entry in own if entry not in entries]
    return entries
