"""What WeasyPrint may read while it lays out a document. Import this module only where a PDF is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint.urls import URLFetcher, URLFetcherResponse

MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Reads data: URIs and files below one folder, refuses everything else and follows no redirect.

    WeasyPrint swallows a refusal and leaves a hole in the page, so `refused` keeps the addresses: who renders
    must look at it. A lambda or wrapper would not do, it misses style sheets and attachments
    (GHSA-jf6q-chmf-3h3v, GHSA-35jj-wx47-4w8r); so every way in ends at `fetch`.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, timeout=1)
        self.folder = folder.resolve()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The resource, or ValueError when it is not ours."""
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            return super().fetch(url, headers)
        path = self._own(url) if scheme == "file" else None
        if path is None:
            self.refused.append(url)
            raise ValueError(f"refused, not a file of ours: {url[:200]}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})

    def _own(self, url: str) -> Path | None:
        parts = urlsplit(url)
        if parts.netloc or "\0" in url or "%00" in url:
            return None
        path = Path(url2pathname(parts.path)).resolve()
        inside = path.is_relative_to(self.folder) and path.suffix in MEDIA_TYPES
        return path if inside and path.is_file() else None
