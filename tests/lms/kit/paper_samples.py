"""Certificates and tables with real, short and very long, contents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lms.kit.charts import Bar, bar_chart
from lms.kit.papers import CertificateFacts, OfficialHeader, Signature, Style, signing_for
from lms.kit.tables import Column, Row, Table

LONGEST_NAME = "Nguyễn Phúc Hoàng Bảo Tôn Nữ Công Tằng Huyền Trân"
RESOLUTION = "Nghị quyết Đại hội đại biểu lần thứ XVIII Đảng bộ thành phố Hà Nội"
SHORT_UNITS = ("Chi bộ Tổ dân phố số 5", "Đảng bộ phường Hoàn Kiếm")
LONGEST_UNITS = (
    "Chi bộ Tổ dân phố số 15 (khu tập thể Nhà máy Dệt kim Đông Xuân)",
    "Đảng bộ bộ phận khu dân cư Tân Mai – Giáp Bát",
    "Đảng bộ phường Hoàng Mai",
    "Đảng bộ thành phố Hà Nội",
)


def header(style: Style = "party") -> OfficialHeader:
    if style == "party":
        parent, issuer, number = "Đảng bộ thành phố Hà Nội", "Đảng ủy phường Hoàn Kiếm", "05-BC/ĐU"
    else:
        parent, issuer, number = "Ủy ban nhân dân thành phố Hà Nội", "Sở Nội vụ", "05/BC-SNV"
    return OfficialHeader(
        style=style, parent=parent, issuer=issuer, number=number, place="Hà Nội", day=date(2026, 2, 5)
    )


def certificate(
    name: str = "Nguyễn Văn An", *, style: Style = "party", longest: bool = False
) -> CertificateFacts:
    return CertificateFacts(
        header=header(style),
        issuer="Đảng ủy phường Hoàn Kiếm",
        salutation="Đồng chí" if style == "party" else "Bà",
        name=name,
        born="05/3/1962",
        position="Phó Bí thư Thường trực Đảng ủy, Chủ nhiệm Ủy ban Kiểm tra" if longest else "Bí thư chi bộ",
        units=LONGEST_UNITS if longest else SHORT_UNITS,
        exam=f"trực tuyến tìm hiểu {RESOLUTION}"
        + (", nhiệm kỳ 2025–2030 và Chương trình hành động" * longest),
        period="từ ngày 01/02/2026 đến ngày 28/02/2026",
        result="28/30 câu đúng (9,33 điểm)",
        grade="Giỏi",
        number="000123/CN-ĐU",
        check_url="https://hoctap.example.vn/cert/K7QF-2M9X-PW4D-8RTA-J3HC-5",
        check_address="hoctap.example.vn/cert",
        code="K7QF-2M9X-PW4D-8RTA-J3HC-5",
        signature=Signature(
            authority=signing_for(style, "on_behalf", "Ban Thường vụ"),
            post="BÍ THƯ",
            name="Trần Thị Hoài Thương",
        ),
    )


COLUMNS = (
    Column("no", "STT", width=5),
    Column("unit", "Đơn vị", width=34),
    Column("must", "Phải học", "integer"),
    Column("done", "Đã hoàn thành", "integer", group="Kết quả"),
    Column("rate", "Tỷ lệ (%)", "percent", group="Kết quả", formula="(5)=(4)/(3)"),
    Column("points", "Điểm trung bình", "decimal"),
    Column("closed", "Ngày chốt", "date"),
)


def rows(count: int = 3) -> list[Row]:
    section = Row(("I", "Khối xã, phường", None, None, None, None, None), strong=True)
    lines = [
        Row(
            (
                str(n),
                f"Đảng bộ phường {n}",
                35900,
                35599,
                Decimal(35599) / 35900,
                Decimal("8.235"),
                date(2026, 2, 5),
            ),
            level=1,
        )
        for n in range(1, count + 1)
    ]
    return [section, *lines]


def report(style: Style = "party", count: int = 3) -> Table:
    return Table(
        name="Tiến độ: học tập",
        title="Báo cáo",
        subtitle=f"kết quả học tập {RESOLUTION}",
        intro=("Toàn Đảng bộ có 35.599/35.900 đảng viên, đạt 99,16%.",),
        as_of="(Số liệu tính đến 17 giờ 30 phút, ngày 05/02/2026)",
        unit_of_count="Đơn vị tính: người",
        columns=COLUMNS,
        rows=rows(count),
        totals=Row((None, "Tổng cộng", 35900, 35599, Decimal("0.9916"), Decimal("8.24"), None)),
        column_numbers=True,
        header=header(style),
        chart=bar_chart("units", "1 đơn vị dưới 50 %", [Bar("Đảng bộ phường 1", 0.4, "40,00%", low=True)]),
        recipients=("Thành ủy Hà Nội (để b/c)", "Lưu Văn phòng Đảng ủy"),
        signatures=(
            Signature(post="NGƯỜI LẬP BIỂU"),
            Signature(authority="T/M BAN THƯỜNG VỤ", post="BÍ THƯ"),
        ),
        note="Ghi chú: không tính đảng viên được miễn.",
    )
