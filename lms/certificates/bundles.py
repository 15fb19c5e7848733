"""The parts of a bundle: made one after the other, each whole or not at all, then put together.

A bundle is planned once: who is in it, in which order, under which names. Its parts are files beside the stored ones,
so that a worker that takes up what another left behind makes only the parts that are missing, and nobody is in it
twice. When it is put together, and when nobody wants it any more, the parts are gone.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from lms.certificates.document import plain_name
from lms.certificates.queries import Issued
from lms.kit.storage import Storage
from lms.vietnamese.names import text_key

PART = 200  # certificates
FOLDER = "bundles"
FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # of members of a zip: the same certificates give the same file
COLUMNS = (
    "STT",
    "Thư mục",
    "Tệp",
    "Họ và tên",
    "Đơn vị",
    "Số",
    "Kết quả",
    "Xếp loại",
    "Mã tra cứu",
    "SHA-256",
)
WIDTHS = (6, 30, 44, 28, 30, 22, 26, 12, 30, 66)  # characters, in Excel
FIELDS = ("order", "folder", "file", "name", "unit", "number", "result", "grade", "code", "sha256")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate stands in the bundle."""

    id: int
    order: int
    folder: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the list at the end says of one certificate."""

    order: int
    folder: str
    file: str
    name: str
    unit: str
    number: str
    result: str
    grade: str
    code: str
    sha256: str


class Workshop:
    """The folder in which the parts of one job's bundle are made."""

    def __init__(self, storage: Storage, job_id: int) -> None:
        self.folder = storage.folder / FOLDER / str(job_id)

    def planned(self) -> list[Place] | None:
        """The plan, once it is made."""
        with contextlib.suppress(FileNotFoundError):
            rows = json.loads((self.folder / "plan.json").read_bytes())
            return [Place(*row) for row in rows]
        return None

    def plan(self, places: Sequence[Place]) -> list[Place]:
        """Keep the plan, unless there is one already; what holds is returned."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = [(place.id, place.order, place.folder) for place in places]
        part = self.folder / f"plan.{os.getpid()}"
        part.write_text(json.dumps(rows), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            os.link(part, self.folder / "plan.json")
        part.unlink()
        return self.planned() or []

    def told(self, number: int) -> list[Told] | None:
        """The list of a part that is finished; None while it is not."""
        with contextlib.suppress(FileNotFoundError):
            rows = json.loads((self.folder / f"{number:06d}.json").read_bytes())
            return [Told(**row) for row in rows]
        return None

    def part(self, number: int) -> Path:
        return self.folder / f"{number:06d}.part"

    @contextlib.contextmanager
    def making(self, number: int) -> Iterator[tuple[BinaryIO, list[Told]]]:
        """A part to fill, with its list; it counts as finished once the block has ended well."""
        draft = self.folder / f"{number:06d}.{os.getpid()}"
        told: list[Told] = []
        try:
            with draft.open("wb") as file:
                yield file, told
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.part(number))
            draft.write_text(json.dumps([asdict(each) for each in told]), encoding="utf-8")
            draft.replace(self.folder / f"{number:06d}.json")
        finally:
            draft.unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def workshops(storage: Storage) -> list[int]:
    """The jobs that have parts lying about."""
    folder = storage.folder / FOLDER
    return sorted(int(each.name) for each in folder.glob("*") if each.name.isdigit())


def chunks(places: Sequence[Place]) -> list[Sequence[Place]]:
    return [places[at : at + PART] for at in range(0, len(places), PART)]


def places_of(issued: Sequence[Issued]) -> list[Place]:
    """The plan for certificates in Vietnamese order of names: folder by folder, the folders by their units' names."""
    names = _folders(issued)
    ordered = sorted(issued, key=lambda each: (text_key(each.unit), names[each.unit_id]))
    return [Place(each.id, order, names[each.unit_id]) for order, each in enumerate(ordered, 1)]


def _folders(issued: Sequence[Issued]) -> dict[int, str]:
    """A folder for every unit; units of the same name are told apart by their codes."""
    units = {each.unit_id: (plain_name(each.unit) or "Don vi", each.unit_code) for each in issued}
    wanted: dict[str, int] = {}
    for name, _ in units.values():
        wanted[name] = wanted.get(name, 0) + 1
    return {
        unit_id: f"{name} ({plain_name(code) or unit_id})" if wanted[name] > 1 else name
        for unit_id, (name, code) in units.items()
    }


def join_zips(
    parts: Sequence[Path], told: Sequence[Told], file: IO[bytes], still_here: Callable[[], None]
) -> None:
    """One zip of all parts, with the list for Excel, as csv and as json; `still_here` is called with every part."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as whole:
        for path in parts:
            still_here()
            with zipfile.ZipFile(path) as part:
                for member in part.infolist():
                    whole.writestr(zipfile.ZipInfo(member.filename, FIXED_TIME), part.read(member))
        whole.writestr(zipfile.ZipInfo("danh-sach.xlsx", FIXED_TIME), _xlsx(told))
        whole.writestr(zipfile.ZipInfo("danh-sach.csv", FIXED_TIME), _csv(told), zipfile.ZIP_DEFLATED)
        whole.writestr(zipfile.ZipInfo("danh-sach.json", FIXED_TIME), _json(told), zipfile.ZIP_DEFLATED)


def join_pdfs(parts: Sequence[Path], file: BinaryIO) -> None:
    """One PDF of all parts. Raises ValueError when there is no page."""
    import pikepdf

    whole = pikepdf.Pdf.new()
    # not closed: the streams are read when they are written; all else of a part is let go at once
    for path in parts:
        whole.pages.extend(pikepdf.Pdf.open(path).pages)
    if not len(whole.pages):
        raise ValueError("nobody of the unit has a certificate")
    whole.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _xlsx(told: Sequence[Told]) -> bytes:
    """For offices: whether a csv falls into columns depends on the region that Windows is set to."""
    from lms.kit.tables import Column, Row, Table, table_bytes

    columns = tuple(
        Column(field, title, "integer" if field == "order" else "text", width)
        for field, title, width in zip(FIELDS, COLUMNS, WIDTHS, strict=True)
    )
    rows = (Row(tuple(asdict(each)[field] for field in FIELDS)) for each in told)
    return table_bytes(
        "xlsx", Table(name="Danh sách", title="Danh sách giấy chứng nhận", columns=columns, rows=rows)
    )


def _csv(told: Sequence[Told]) -> bytes:
    from lms.kit.tables.as_csv import harmless

    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in told:
        values = asdict(each)
        writer.writerow([each.order, *(harmless(str(values[field])) for field in FIELDS[1:])])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _json(told: Sequence[Told]) -> bytes:
    rows: list[Mapping[str, Any]] = [asdict(each) for each in told]
    return json.dumps({"certificates": rows}, ensure_ascii=False, indent=1).encode() + b"\n"
