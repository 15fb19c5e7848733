"""A worker that dies: `python -m tests.lms.certificates.killed_bundle URL FOLDER JOB PARTS` makes so many parts of a
bundle, of one certificate each, and is killed while it makes the next."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from lms.certificates import bundles, document, jobs
from lms.certificates.document import Printable
from lms.config import Signing
from lms.kit.db import Database
from lms.kit.jobs import run
from lms.kit.storage import Storage

if __name__ == "__main__":
    from lms import schema  # noqa: F401

    url, folder, job_id, parts = sys.argv[1:]
    bundles.PART, left, real = 1, [int(parts)], document.signed_pdf

    def dying(certificate: Printable, signing: Signing | None) -> bytes:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return real(certificate, signing)

    document.signed_pdf = dying
    run(int(job_id), {"certificates.bundle": jobs.bundle}, Database(url), Storage(Path(folder)))
