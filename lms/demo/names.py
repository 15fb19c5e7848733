"""Names and numbers of people who do not exist, for the demonstration."""

from __future__ import annotations

import random
from dataclasses import dataclass

FAMILIES = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Ôn",
]
MIDDLES_F = ["Thị", "Thị", "Thị", "Thu", "Ngọc", "Thanh", "Minh", "Kim", "Bích", "Phương", "Hồng", "Như"]
MIDDLES_M = ["Văn", "Văn", "Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Tiến", "Anh", "Thành", "Quốc"]
GIVEN_F = [
    "An",
    "Ánh",
    "Bích",
    "Châu",
    "Chi",
    "Dung",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hoa",
    "Hòa",
    "Huệ",
    "Hương",
    "Lan",
    "Linh",
    "Loan",
    "Mai",
    "Nga",
    "Nguyệt",
    "Oanh",
    "Thảo",
    "Thủy",
    "Yến",
]
GIVEN_M = [
    "Anh",
    "Bình",
    "Cường",
    "Dũng",
    "Đạt",
    "Đức",
    "Hải",
    "Hiếu",
    "Hùng",
    "Huy",
    "Khánh",
    "Long",
    "Mạnh",
    "Minh",
    "Nam",
    "Nghĩa",
    "Phúc",
    "Quân",
    "Sơn",
    "Thắng",
    "Tuấn",
    "Tùng",
    "Ước",
    "Vinh",
]
LONGEST = "Nguyễn Phúc Hoàng Bảo Tôn Nữ Công Tằng Huyền Trân"
POSITIONS = (
    "",
    "",
    "",
    "",
    "",
    "Phó Bí thư chi bộ",
    "Chi ủy viên",
    "Tổ trưởng tổ dân phố",
    "Chi hội trưởng Chi hội Phụ nữ",
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person."""

    full_name: str
    born: str
    card_number: str
    phone: str
    position: str
    member: bool


def people(count: int, rng: random.Random) -> list[Somebody]:
    """So many made-up people; the first has the longest name that pages and papers must bear."""
    made = [_somebody(number, rng) for number in range(count)]
    if made:
        first = made[0]
        made[0] = Somebody(LONGEST, first.born, first.card_number, first.phone, "Bí thư chi bộ", member=True)
    return made


def _somebody(number: int, rng: random.Random) -> Somebody:
    woman = rng.random() < 0.5
    middles, given = (MIDDLES_F, GIVEN_F) if woman else (MIDDLES_M, GIVEN_M)
    year = rng.randint(1944, 2003)
    born = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}" if rng.random() < 0.8 else str(year)
    return Somebody(
        full_name=f"{rng.choice(FAMILIES)} {rng.choice(middles)} {rng.choice(given)}",
        born=born,
        card_number=f"{1_200_000 + number * 7:08d}",
        phone=f"09{rng.randint(10_000_000, 99_999_999)}",
        position=rng.choice(POSITIONS),
        member=rng.random() < 0.93,
    )
