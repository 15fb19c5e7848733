"""Files that are given out are archive copies, laid out alone, stamped and signed (`archive` has the rules)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from lms.certificates.designs import DESIGNS
from lms.certificates.press.plates import alone, printed
from lms.certificates.seal.signing import PdfSigner
from tests.lms.certificates.archive import violations
from tests.lms.certificates.signers import outside_signer
from tests.lms.certificates.test_press import sheet
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate

Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> PdfSigner:
    return outside_signer(tmp_path_factory.mktemp("signer"), "x")


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_every_file_that_is_given_out_keeps_the_rules_of_archives(design: str, signer: PdfSigner) -> None:
    short, long = sheet(certificate(), design), sheet(certificate(LONGEST_NAME, longest=True), design)
    stamped = printed(long)
    for made in (alone(short), stamped, signer.sign(stamped)):
        assert violations(made) == []


def _courier(pdf: Any) -> None:
    courier = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
    )
    pdf.pages[0].Resources.Font["/F9"] = pdf.make_indirect(courier)


def _without(*path: str) -> Change:
    def change(pdf: Any) -> None:
        place = pdf.Root
        for name in path[:-1]:
            place = place[name]
        del place[path[-1]]

    return change


def _first_font(pdf: Any) -> Any:
    return next(iter(pdf.pages[0].Resources.Font.values()))


def _no_unicode(pdf: Any) -> None:
    del _first_font(pdf)["/ToUnicode"]


def _wider(pdf: Any) -> None:
    widths = _first_font(pdf).DescendantFonts[0].W
    widths[1][0] = int(widths[1][0]) + 50


def _untagged(pdf: Any) -> None:
    pdf.pages[0].contents_add(b"0 0 10 10 re f")


def _no_words(pdf: Any) -> None:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/S", "")) == "/Figure":
            del each["/Alt"]


def _hidden_field(pdf: Any) -> None:
    pdf.Root.AcroForm.Fields[0].F = 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_courier, "Courier is not embedded"),
        (_no_unicode, "no ToUnicode"),
        (_wider, "wide, not"),
        (_untagged, "neither tagged nor an ornament"),
        (_no_words, "a figure without words"),
        (_hidden_field, "not printed"),
        (_without("/OutputIntents"), "output intent"),
        (_without("/MarkInfo"), "not tagged"),
        (_without("/Lang"), "language"),
        (_without("/AF"), "associated with nothing"),
    ],
)
def test_the_rules_find_what_breaks_them(unsigned: bytes, change: Change, said: str) -> None:
    with pikepdf.Pdf.open(io.BytesIO(unsigned)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    assert any(said in each for each in violations(out.getvalue()))
