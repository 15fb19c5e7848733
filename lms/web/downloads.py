"""Files that go out: as attachments with a safe name, never shown inside the product's pages."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import quote

from flask import Response, send_file

from lms.vietnamese.text import ascii_letters


def attachment(content: bytes | Path, name: str, media_type: str) -> Response:
    """An answer that downloads as `name`; a name with marks is sent in both spellings."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    response = send_file(source, mimetype=media_type)
    plain = ascii_letters(name).replace('"', "")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
