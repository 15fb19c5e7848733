"""Printing a certificate: on the plate of its kind, or alone when it does not fit one.

Which of both is decided by the certificate itself and by nothing that was printed before, so that the same facts give
the same bytes in any process and in any order.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import structlog

from lms.certificates.press import drawing
from lms.certificates.press.internals import changed
from lms.certificates.press.lines import DoesNotFit, NotEngravable
from lms.certificates.press.plate import TITLE, Extras, Plate
from lms.certificates.press.skeleton import Skeleton, skeleton_of
from lms.config import Told
from lms.kit import pdf
from lms.kit.foreign_logs import describe_error
from lms.kit.papers import CertificateFacts
from lms.kit.qr import qr_code

log = structlog.get_logger(__name__)
KEPT = 48  # plates a thread keeps; about 1 MB each
_QR, _TITLE = "qr", "title"
SHARED = frozenset(
    ("units", "position", "result", "grade")
)  # many people have the same: worth a plate of their own


@dataclass(frozen=True, slots=True)
class Sheet:
    """A certificate as it is to be printed. `attachment` is the badge's file, `field` the field to sign in."""

    template: str
    facts: CertificateFacts
    attachment: bytes | None = None
    field: str = ""

    @property
    def extras(self) -> Extras:
        return Extras(self.field, self.attachment is not None)


def printed(sheet: Sheet) -> bytes:
    """The PDF of a certificate: the same sheet, the same bytes. Raises FontMissing, ResourceRefused."""
    html = pdf.render_html(sheet.template, {"facts": sheet.facts})
    plate, drawn = _drawn(sheet, html)
    if plate is None:
        return alone(sheet, html)
    return plate.file(drawn, sheet.facts.paper_title, sheet.attachment)


def drawn(sheet: Sheet) -> tuple[Plate | None, bytes]:
    """The plate of a certificate and the drawing of its page; no plate where WeasyPrint has to lay it out alone."""
    return _drawn(sheet, pdf.render_html(sheet.template, {"facts": sheet.facts}))


def _drawn(sheet: Sheet, html: str) -> tuple[Plate | None, bytes]:
    values = _values(sheet.facts)
    fixed: frozenset[str] = frozenset()
    while True:
        skeleton = skeleton_of(html, values, fixed)
        plate = _kept().plate(sheet, skeleton)
        if plate is None:
            return None, b""
        names = [name for name in skeleton.names if name != _TITLE]
        try:
            return plate, plate.draw([values[name] for name in names])
        except DoesNotFit as refused:
            shared = SHARED & {names[slot] for slot in refused.slots}
            if not shared:
                return None, b""
            fixed |= shared
        except Exception as error:  # noqa: BLE001 - see _out_of_order
            _out_of_order(error)
            return None, b""


def alone(sheet: Sheet, html: str | None = None) -> bytes:
    """The PDF as WeasyPrint lays it out for this one certificate."""
    if html is None:
        html = pdf.render_html(sheet.template, {"facts": sheet.facts})
    plate = Plate(pdf.PAPERS[sheet.template], html, (), sheet.extras)
    return plate.file(plate.whole, sheet.facts.paper_title, sheet.attachment)


def _values(facts: CertificateFacts) -> dict[str, str]:
    """What differs from one certificate to the next, by name."""
    values = {
        _TITLE: facts.paper_title,
        _QR: qr_code(facts.check_url).path,
        "name": facts.name,
        "number": facts.number,
        "code": facts.code,
        "born": facts.born,
        "position": facts.position,
        "units": facts.unit_path,
        "result": facts.result,
        "grade": facts.grade,
    }
    return {name: value.strip() for name, value in values.items()}


class _Plates:
    """The plates of one thread, the last used kept: Pango's fonts must not be shared between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Plate | None] = OrderedDict()

    def plate(self, sheet: Sheet, skeleton: Skeleton) -> Plate | None:
        """The plate for this skeleton; None where the page cannot be engraved."""
        key = sheet.template, sheet.extras, skeleton
        if key not in self._kept:
            self._kept[key] = _engraved(sheet, skeleton)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _engraved(sheet: Sheet, skeleton: Skeleton) -> Plate | None:
    samples = [_sample(name, place) for place, name in enumerate(skeleton.names)]
    html = skeleton.filled(samples)
    own = [sample for sample, name in zip(samples, skeleton.names, strict=True) if name != _TITLE]
    try:
        return Plate(pdf.PAPERS[sheet.template], html, own, sheet.extras)
    except NotEngravable:
        return None
    except (Told, pdf.ResourceRefused):
        raise
    except Exception as error:  # noqa: BLE001 - see _out_of_order
        _out_of_order(error)
        return None


def _out_of_order(error: Exception) -> None:
    """Another version of WeasyPrint may have changed what the press leans on (`internals`): certificates come out all
    the same, laid out one by one, and the log says what is different."""
    log.error("certificate_press_out_of_order", changed=changed(), **describe_error(error))


def _sample(name: str, place: int) -> str:
    """A short text that stands nowhere else on the page."""
    return {_TITLE: TITLE, _QR: drawing.QR_SAMPLE}.get(name, f"Mẫu·{place}")


_local = threading.local()


def _kept() -> _Plates:
    if not hasattr(_local, "plates"):
        _local.plates = _Plates()
    plates: _Plates = _local.plates
    return plates


def forget() -> None:
    """Drop this thread's plates: the memory of a long bundle goes back."""
    _local.__dict__.pop("plates", None)
