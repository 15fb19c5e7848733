"""The designs of certificates: each a folder of template and style below templates/pdf/certificate, and one line here.

A template wants `facts` (lms.kit.papers.CertificateFacts) and is one A4 page however long they are; how its PDF is
made is its line in lms.kit.pdf.PAPERS. What was issued in a design keeps it: a design is never given another look.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from lms.kit.i18n import N_
from lms.kit.papers import CertificateFacts, CertificateWords, OfficialHeader, Signature


@dataclass(frozen=True, slots=True)
class Design:
    """`title` and `says` are msgids for whoever chooses."""

    name: str
    title: str
    says: str

    @property
    def template(self) -> str:
        """Below templates/pdf, as in lms.kit.pdf.PAPERS."""
        return f"certificate/{self.name}/template.html"


DESIGNS: dict[str, Design] = {
    design.name: design
    for design in (
        Design("classic", N_("Ceremonial"), N_("Ivory, with a frame of interlaced lines and a lotus.")),
        Design("plain", N_("Plain"), N_("Black on white with a thin frame, as office papers are.")),
        Design("modern", N_("Modern"), N_("White with a band of red, everything from the left edge.")),
    )
}
DEFAULT = "classic"
SAMPLE = "MẪU"  # on a sample, in place of whatever could be taken for real


def template_of(name: str) -> str:
    """The template of a design; of one that is no more, the default's."""
    return (DESIGNS.get(name) or DESIGNS[DEFAULT]).template


def sample(
    header: OfficialHeader,
    issuer: str,
    *,
    words: CertificateWords,
    signature: Signature,
    base_url: str,
    expires: str = "",
    longest: bool = False,
) -> CertificateFacts:
    """What a certificate of the unit would say of somebody made up, marked as a sample in name, number and code; its QR
    code leads to the page of checking. `longest`: with about the longest name and units there are."""
    party = header.style == "party"
    name = "Nguyễn Phúc Hoàng Bảo Tôn Nữ Công Tằng Huyền Trân" if longest else "Nguyễn Văn An"
    unit = "Chi bộ Tổ dân phố số 15 (khu tập thể Nhà máy Dệt kim Đông Xuân)" if longest else "Chi bộ số 5"
    return CertificateFacts(
        header=replace(header, day=header.day or date(2026, 2, 5)),
        issuer=issuer,
        salutation="Đồng chí" if party else "Ông/Bà",
        name=f"{name} ({SAMPLE})",
        units=(unit, "Đảng bộ bộ phận khu dân cư Tân Mai – Giáp Bát") if longest else (unit,),
        exam=f"{SAMPLE} – Bài kiểm tra tìm hiểu Nghị quyết",
        result="28/30 câu đúng (9,33/10 điểm)",
        number=f"{SAMPLE}-000000",
        check_url=f"{base_url}/c/",
        check_address=f"{base_url.split('//', 1)[1]}/c",
        code=SAMPLE,
        born="05/3/1962",
        position="Phó Bí thư Thường trực, Chủ nhiệm Ủy ban Kiểm tra" if longest else "Bí thư chi bộ",
        period="từ ngày 01/02/2026 đến ngày 28/02/2026",
        grade="Giỏi",
        expires=expires,
        signature=signature,
        words=words,
    )
