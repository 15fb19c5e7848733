"""The sheet "Hướng dẫn" of the Excel template: Vietnamese, because the file is."""

TITLE = "Hướng dẫn điền ngân hàng câu hỏi"

INTRODUCTION = (
    "Mỗi dòng của trang “Câu hỏi” là một câu hỏi. Giữ nguyên dòng tiêu đề; cột nào không dùng thì để trống.",
    "Các dòng có chữ “Ví dụ” ở cột STT chỉ để tham khảo và được bỏ qua khi nhập; đồng chí có thể xóa hoặc ghi đè.",
    "Hình ảnh không nhập được từ Excel: hãy thêm hình sau khi nhập, hoặc dùng mẫu Word.",
    "Khi một ô cần nhiều ý, xuống dòng trong ô bằng tổ hợp phím Alt + Enter.",
)

HEADINGS = ("Cột", "Cách điền", "Ví dụ")

COLUMNS = (
    ("Mã", "Mã riêng của câu hỏi, có thể để trống.", "NQ18-001"),
    ("Loại", "Chọn trong danh sách. Để trống thì phần mềm tự nhận ra từ phương án và đáp án.", "một lựa chọn"),
    ("Câu hỏi", "Nội dung câu hỏi. Câu điền khuyết: đánh dấu chỗ trống bằng [[1]], [[2]].",
     "Một năm có [[1]] tháng và [[2]] mùa."),
    ("A … J", "Các phương án; với nhóm đúng sai là các nhận định; với sắp thứ tự là các ý theo thứ tự đúng.",
     "A: 5   B: 6   C: 7   D: 8"),
    ("Đáp án", ("Chữ cái của phương án đúng. Đúng sai: Đúng hoặc Sai. Nhóm đúng sai: Đ, S, Đ, S. Trả lời ngắn và số: "
     "các đáp án được chấp nhận, cách nhau bằng dấu / có khoảng trắng hai bên."), "C\nA, C\nĐ, S, Đ, S\n60 / 60 phút"),
    ("Mức độ", "NB (nhận biết), TH (thông hiểu), VD (vận dụng), VDC (vận dụng cao).", "NB"),
    ("Điểm", "Số điểm của câu hỏi.", "0,25"),
    ("Chủ đề", "Chủ đề; chủ đề con viết sau dấu /.", "Kinh tế/Công nghiệp"),
    ("Thẻ", "Các thẻ, cách nhau bằng dấu phẩy.", "ôn tập, năm 2026"),
    ("Căn cứ", "Văn bản, mục, trang làm căn cứ cho đáp án.", "Báo cáo chính trị, mục II.3, tr. 12"),
    ("Giải thích", "Hiện cho người học sau khi công bố đáp án.", ""),
    ("Cách tính điểm", "Cho câu nhiều lựa chọn, ghép nối, sắp thứ tự: toàn bộ (để trống) hoặc một phần.", "một phần"),
    ("Cố định", "Các phương án giữ nguyên vị trí khi trộn đề.", "D"),
    ("Sai số, Đơn vị", "Cho câu trả lời bằng số.", "0,5 và USD"),
    ("Dấu", "Ghi “bắt buộc” khi câu trả lời ngắn phải viết đúng dấu tiếng Việt.", "bắt buộc"),
    ("Ghép nối", "Mỗi dòng một cặp: vế A | vế B. Vế B thừa: để trống trước dấu |.",
     "Mùa hè | nóng\nMùa đông | lạnh\n| khô"),
    ("Ô trống", "Mỗi dòng một chỗ trống. chữ: các đáp án; số: đáp án, sai số, đơn vị; chọn: đánh dấu * trước ý đúng.",
     "[[1]] số: 12; sai số 0; đơn vị tháng\n[[2]] chọn: ba / *bốn / năm\n[[3]] chữ, có dấu: hè / mùa hè"),
    ("Số từ, Nộp tệp", "Cho câu tự luận: số từ ít nhất và nhiều nhất; các loại tệp được nộp.", "200–500 và docx, pdf"),
    ("Tiêu chí chấm", "Mỗi dòng: tiêu chí | điểm.", "Nêu đủ ba ý | 2\nCó ví dụ | 1"),
    ("Hướng dẫn chấm", "Chỉ người chấm nhìn thấy.", ""),
    ("Ngữ liệu", "Mã của đoạn văn ở trang “Ngữ liệu” khi nhiều câu hỏi về một đoạn văn.", "NL1"),
    ("Hết hạn", "Ngày cuối cùng câu hỏi được đưa vào đề.", "31/12/2026"),
    ("Đoạn", "Mã các đoạn của chuyên đề mà câu hỏi dựa vào.", "p03, p07"),
)  # fmt: skip
