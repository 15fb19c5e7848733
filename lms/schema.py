"""Every table, imported in one place so that migrations and tests see the whole schema."""

from __future__ import annotations

from lms.accounts import models as accounts
from lms.attempts import models as attempts
from lms.audit import models as audit
from lms.banks import models as banks
from lms.certificates import models as certificates
from lms.courses import models as courses
from lms.exams import models as exams
from lms.kit import jobs, mail
from lms.kit.db import Base, indexed_references
from lms.marking import models as marking
from lms.organisation import models as organisation
from lms.practice import models as practice
from lms.quality import models as quality
from lms.reports import models as reports
from lms.rosters import models as rosters
from lms.study import models as study

FEATURES = (
    organisation,
    accounts,
    study,
    banks,
    courses,
    exams,
    attempts,
    marking,
    practice,
    quality,
    certificates,
    reports,
    rosters,
    audit,
    jobs,
    mail,
)
metadata = Base.metadata
indexed_references(metadata, organisation.Person.__tablename__)
