"""The downloadable Word template: how to write questions, and an example of every layout."""

from __future__ import annotations

from lms.questions.formats.shared.examples import EXAMPLES
from lms.questions.formats.word.styles import Paper, Text
from lms.questions.formats.word.write import add_questions

TITLE = "MẪU NGÂN HÀNG CÂU HỎI"

INSTRUCTIONS = (
    "Phần hướng dẫn này được bỏ qua khi nhập. Đồng chí viết câu hỏi thay cho các ví dụ bên dưới.",
    "Mỗi câu hỏi bắt đầu bằng chữ Câu và số thứ tự. Phương án viết bằng chữ cái in hoa, mỗi phương án một dòng.",
    "Đáp án đúng: gạch chân chữ cái của phương án, hoặc thêm dòng ghi đáp án ngay dưới các phương án.",
    "Muốn xuống dòng trong một nội dung, dùng tổ hợp phím Shift + Enter.",
    "Các dòng phụ đều không bắt buộc: mã, loại, mức độ (NB, TH, VD, VDC), điểm, chủ đề, thẻ, căn cứ, giải thích.",
    "Với câu trắc nghiệm thông thường không cần ghi loại.",
    "Hình ảnh đặt cùng dòng với chữ (In Line with Text) và có văn bản thay thế (Alt Text) cho người khiếm thị.",
)


def template() -> bytes:
    """The template as .docx: instructions, which the reader ignores, and one example of every layout."""
    paper = Paper(TITLE)
    paper.add("Title", TITLE, align="center")
    for line in INSTRUCTIONS:
        paper.add("Hướng dẫn", Text(line, italic=True))
    add_questions(paper, EXAMPLES)
    return paper.saved()
