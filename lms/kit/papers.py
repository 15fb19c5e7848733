"""What stands on an official paper around its content: header, signatures, and the facts of a certificate.

Sources: NĐ 30/2020/NĐ-CP for state papers, HD 36-HD/VPTW (2018) under QĐ 399-QĐ/TW (2026) for Party papers.
The formulas are Vietnamese whatever the language of the screen, because the papers are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from lms.vietnamese.dates import format_long_date

Style = Literal["party", "state", "mass", "enterprise"]
Authority = Literal["on_behalf", "deputy", "by_order"]

_AUTHORITY: dict[Authority, tuple[str, str]] = {  # in the Party, elsewhere
    "on_behalf": ("T/M", "TM."),
    "deputy": ("K/T", "KT."),
    "by_order": ("T/L", "TL."),
}


def signing_for(style: Style, authority: Authority, body: str) -> str:
    """The line above the signer's post: "T/M BAN THƯỜNG VỤ" in the Party, "TM. ỦY BAN NHÂN DÂN" elsewhere."""
    party, elsewhere = _AUTHORITY[authority]
    return f"{party if style == 'party' else elsewhere} {body.upper()}"


def printed_number(style: Style, number: int, kind: str, symbol: str) -> str:
    """Number and sign of a paper, a 0 before numbers below 10: "05-BC/ĐU" in the Party and in mass organisations,
    "05/BC-SNV" in state bodies and enterprises. `kind` is "BC" of a báo cáo; without a symbol the sign ends with it."""
    between, last = ("-", "/") if style in ("party", "mass") else ("/", "-")
    return f"{number:02d}{between}{kind}" + (f"{last}{symbol}" if symbol else "")


@dataclass(frozen=True, slots=True)
class PageRules:
    """Margins of an A4 sheet in millimetres, and whether the pages of a paper are numbered from the second on: Arabic,
    centred above the text. The same in both orientations."""

    top: int = 20
    right: int = 15
    bottom: int = 20
    left: int = 30
    number_at: int = 10  # from the upper edge


# HD 36-HD/VPTW prescribes 20/15/20/30; NĐ 30/2020/NĐ-CP allows 20–25/15–20/20–25/30–35, so that one sheet serves all.
PAGE = PageRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialHeader:
    """The head of a paper. `number` is number and sign without the word "Số" ("05-BC/ĐU", "05/BC-UBND").

    An empty number or day leaves room to write it by hand. `heading` replaces the formula at the right
    where an organisation has its own (for example "ĐOÀN TNCS HỒ CHÍ MINH").
    """

    style: Style
    issuer: str
    parent: str = ""
    number: str = ""
    place: str = ""
    day: date | None = None
    heading: str = ""

    @property
    def mark(self) -> str:
        """What stands under the issuing body: a star in the Party, three in organisations with a name of their own;
        a short rule, no letters, elsewhere."""
        if self.style == "party":
            return "*"
        return "***" if self.heading else ""

    @property
    def number_line(self) -> str:
        """Party papers write "Số 05-BC/ĐU" without a colon, all others "Số: 05/BC-UBND"."""
        word = "Số" if self.style == "party" else "Số:"
        return f"{word} {self.number or '…………'}"

    @property
    def place_line(self) -> str:
        """ "Hà Nội, ngày 05 tháng 02 năm 2026", or dots where day and month are written by hand."""
        when = format_long_date(self.day) if self.day else "ngày …… tháng …… năm ………"
        return f"{self.place}, {when}" if self.place else when

    @property
    def heading_lines(self) -> tuple[str, ...]:
        """The right half: Party name, an organisation's own name, or the national name and motto."""
        if self.heading:
            return (self.heading.upper(),)
        if self.style == "party":
            return ("ĐẢNG CỘNG SẢN VIỆT NAM",)
        return ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One place to sign: "T/M BAN THƯỜNG VỤ" / "BÍ THƯ" / room / name."""

    post: str
    authority: str = ""
    hint: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateWords:
    """The fixed words of a certificate; an administrator may change them."""

    title: str = "GIẤY CHỨNG NHẬN"
    subtitle: str = "hoàn thành bài kiểm tra"
    certifies: str = "chứng nhận"
    born: str = "Sinh ngày"
    position: str = "Chức vụ"
    unit: str = "Đơn vị"
    completed: str = "Đã hoàn thành bài kiểm tra"
    result: str = "Kết quả"
    grade: str = "Xếp loại"
    expires: str = "Có giá trị đến hết ngày"
    number: str = "Số"
    look_up: str = "Tra cứu tại"
    code: str = "Mã tra cứu"
    note: str = "Giá trị của bản điện tử này được xác nhận tại địa chỉ tra cứu."


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """Everything a certificate prints, as text ready to print; the same facts give the same bytes.

    `units` goes from the smallest unit up; `issuer` is the body as it stands in a sentence ("Đảng ủy phường Ô
    Chợ Dừa"); `check_address` is printed, `check_url` is what the QR code holds. Empty facts are left out.
    """

    header: OfficialHeader
    issuer: str
    salutation: str
    name: str
    units: Sequence[str]
    exam: str
    result: str
    number: str
    check_url: str
    check_address: str
    code: str
    born: str = ""
    position: str = ""
    period: str = ""
    grade: str = ""
    expires: str = ""  # the last day on which it is valid
    signature: Signature = field(default_factory=lambda: Signature(post=""))
    words: CertificateWords = field(default_factory=CertificateWords)

    @property
    def unit_path(self) -> str:
        return ", ".join(self.units)

    @property
    def paper_title(self) -> str:
        """The title in the PDF's properties."""
        return f"{self.words.title.capitalize()} {self.number} – {self.name}"
