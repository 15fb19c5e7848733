"""The kinds of topics that resolutions have, and the signs by which topics and passages of a kind are told.

Patterns are for folded text (lower case, no marks, final y as i: "nhiem ki"). A new kind is one entry here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of topic. Every field of patterns holds alternatives.

    `named`: in the topic's slug or name; `title`: in the passage's heading (3), or in the one around it (2) when its
    own says nothing; `body`: in the text, 1 for each place, at most 3; `strong`: in the text, 2 for each; `dated`: a
    topic with a year needs the passage to name that year; `usual`: suggested where a document has no topics yet.
    """

    slug: str
    name: str
    named: Sequence[str]
    title: Sequence[str]
    body: Sequence[str]
    strong: Sequence[str] = ()
    dated: bool = False
    usual: bool = True


KINDS = (
    Kind(
        "breakthroughs",
        "Các khâu đột phá",
        named=(
            "breakthrough",
            "dot pha",
        ),
        title=("dot pha",),
        body=(
            "dot pha (?:chien luoc|phat trien)",
            "cac (?:khau )?dot pha",
        ),
        strong=(
            r"(?:ba|bon|hai|\d+) (?:khau |chuong trinh )?dot pha",
            "khau dot pha",
            "(?:mot|hai|ba|thu (?:nhat|hai|ba)) la[^.]{0,40}dot pha",
        ),
    ),
    Kind(
        "targets",
        "Mục tiêu, chỉ tiêu",
        named=(
            "target",
            "chi tieu",
            "muc tieu",
        ),
        title=(
            "chi tieu",
            "muc tieu",
        ),
        body=(
            r"(?:phan dau|dat|tang|giam|chiem)\b[^.;]{0,60}?\d[\d.,]* ?(?:%|usd|ti|trieu|nghin|m2|giuong|bac si)",
        ),
        strong=(
            r"\d+ (?:nhom )?chi tieu",
            "chi tieu (?:chu yeu|cu the|ve)",
            "muc tieu (?:tong quat|cu the|den nam)",
        ),
        dated=True,
    ),
    Kind(
        "vision",
        "Tầm nhìn",
        named=(
            "vision",
            "tam nhin",
        ),
        title=("tam nhin",),
        body=(
            "tam nhin",
            r"den nam 20[4-9]\d",
        ),
        strong=(
            r"tam nhin (?:den )?(?:nam )?20\d\d",
            r"den nam 20[4-9]\d[^.]{0,80}(?:la|tro thanh|co|phat trien)",
        ),
        dated=True,
    ),
    Kind(
        "tasks",
        "Nhiệm vụ, giải pháp",
        named=(
            r"tasks?\b",
            "solution",
            "nhiem vu",
            "giai phap",
        ),
        title=(
            "nhiem vu",
            "giai phap",
        ),
        body=(
            "nhiem vu (?:trong tam|chu yeu|cu the)",
            "giai phap (?:trong tam|chu yeu|cu the)",
        ),
        strong=(r"(?:\d+|cac|nhung) (?:nhom )?nhiem vu,? (?:va )?giai phap",),
    ),
    Kind(
        "viewpoints",
        "Quan điểm, tư tưởng chỉ đạo",
        named=(
            "viewpoint",
            "guiding",
            "quan diem",
            "tu tuong chi dao",
        ),
        title=(
            "quan diem",
            "tu tuong chi dao",
        ),
        body=(
            "quan diem (?:phat trien|chi dao|xuyen suot)",
            "tu tuong chi dao",
        ),
        strong=(
            r"(?:\d+|nam|bon|ba|cac) quan diem(?! sai| thu)",
            "(?:quan diem|tu tuong) (?:chi dao )?xuyen suot",
        ),
    ),
    Kind(
        "congress",
        "Chủ đề và phương châm Đại hội",
        named=(
            "congress",
            "theme",
            "motto",
            "chu de",
            "phuong cham",
        ),
        title=(
            "chu de (?:cua )?dai hoi",
            "phuong cham",
            "dai hoi dai bieu",
        ),
        body=(
            "chu de (?:cua )?dai hoi",
            "phuong cham",
            r"\d+ dai bieu",
        ),
        strong=(
            "chu de (?:cua )?dai hoi (?:la|duoc)",
            "phuong cham (?:cua )?(?:dai hoi|hanh dong)",
        ),
    ),
    Kind(
        "previous_term",
        "Kết quả nhiệm kỳ trước",
        named=(
            "previous",
            r"results?\b",
            "nhiem ki (?:truoc|qua)",
            "ket qua thuc hien",
            "diem xuat phat",
        ),
        title=(
            "ket qua (?:dat duoc|thuc hien|nhiem ki)",
            "tinh hinh",
            "nhiem ki (?:truoc|qua)",
            "han che",
            "bai hoc kinh nghiem",
            "danh gia",
        ),
        body=(
            "nhiem ki (?:truoc|qua|vua qua)",
            "bai hoc kinh nghiem",
            "han che, (?:yeu kem|khuyet diem)",
            "ket qua dat duoc",
        ),
        strong=(
            "(?:5|nam) nam qua",
            "trong nhiem ki (?:qua|vua qua)",
            "bai hoc kinh nghiem",
        ),
    ),
    Kind(
        "implementation",
        "Tổ chức thực hiện",
        named=(
            "implement",
            "to chuc thuc hien",
        ),
        title=("to chuc thuc hien",),
        body=(
            "chiu trach nhiem (?:lanh dao|chi dao|to chuc|truoc)",
            "dinh ki (?:so ket|bao cao|kiem tra)",
            "xay dung (?:ke hoach|chuong trinh)[^.]{0,40}thuc hien",
        ),
        strong=(
            "quan triet[^.;]{0,60}nghi quyet",
            "nghi quyet nay (?:duoc )?(?:pho bien|co hieu luc)",
            "kiem tra, (?:giam sat|don doc)[^.;]{0,60}nghi quyet",
        ),
    ),
    Kind(
        "action_programme",
        "Chương trình hành động",
        named=(
            "action.?program",
            "chuong trinh hanh dong",
        ),
        title=("chuong trinh hanh dong",),
        body=("chuong trinh hanh dong",),
        strong=("chuong trinh hanh dong (?:cua|thuc hien|gom|xac dinh)",),
    ),
    Kind(
        "party_building",
        "Xây dựng Đảng",
        named=(
            "party.?building",
            "xay dung dang",
            "chinh don dang",
        ),
        title=(
            "xay dung(?:, chinh don)? dang",
            "xay dung dang bo",
        ),
        body=(
            r"xay dung(?:, chinh don)? dang\b(?! bo)",
            "nang luc lanh dao[^.;]{0,30}suc chien dau",
            "to chuc (?:co so )?dang",
            "ket nap [^.;]{0,20}dang vien",
            "kiem tra, giam sat",
        ),
    ),
    Kind(
        "defence",
        "Quốc phòng, an ninh, đối ngoại",
        named=(
            "defen[cs]e",
            "security",
            "quoc phong",
            "an ninh",
        ),
        title=(
            "quoc phong",
            "an ninh(?! luong thuc| nguon nuoc| nang luong)",
            "doi ngoai",
        ),
        body=(
            r"quoc phong[^.;]{0,15}an ninh",
            "quoc phong",
            "an ninh (?:chinh tri|quoc gia|trat tu)",
            "trat tu,? an toan xa hoi",
            "khu vuc phong thu",
            "the tran",
        ),
    ),
    Kind(
        "culture",
        "Văn hóa, con người",
        named=(
            "culture",
            "van hoa",
            "con nguoi",
        ),
        title=(
            "van hoa",
            "con nguoi",
            "giao duc",
            "y te",
        ),
        body=(
            "phat trien van hoa",
            "nguoi [^.;]{0,20}(?:thanh lich|van minh)",
            "gia dinh van hoa",
            "di san",
            "van hoa[^.;]{0,30}nen tang tinh than",
            "van hoa,? con nguoi",
        ),
    ),
    Kind(
        "study_plan",
        "Học tập, quán triệt Nghị quyết",
        named=(
            "study",
            "conference",
            "hoc tap",
            "quan triet",
            "hoi nghi",
        ),
        title=(
            "hoc tap",
            "quan triet",
            "tuyen truyen",
        ),
        body=(
            "hoc tap, (?:nghien cuu, )?quan triet",
            "nghien cuu, hoc tap",
            "quan triet,? tuyen truyen",
        ),
        strong=(
            "(?:nghien cuu, )?hoc tap, quan triet[^.;]{0,60}nghi quyet",
            "tu nghien cuu voi nghe",
        ),
        usual=False,
    ),
    Kind(
        "directing_speech",
        "Phát biểu chỉ đạo",
        named=(
            "speech",
            "phat bieu",
        ),
        title=("phat bieu (?:chi dao)?",),
        body=(
            "phat bieu chi dao",
            "tong bi thu",
        ),
        strong=(
            "phat bieu chi dao[^.;]{0,40}tong bi thu",
            "tong bi thu[^.;]{0,60}(?:de nghi|yeu cau|neu|dat ra)",
        ),
        usual=False,
    ),
)
