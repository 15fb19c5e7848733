"""Texts in the style of real resolutions, in our own words, about a city that does not exist."""

RESOLUTION = """\
ĐẢNG BỘ THÀNH PHỐ SÔNG HỒNG
ĐẠI HỘI ĐẠI BIỂU LẦN THỨ XII
*
ĐẢNG CỘNG SẢN VIỆT NAM
Sông Hồng, ngày 17 tháng 10 năm 2025
Số 01-NQ/ĐH

NGHỊ QUYẾT
ĐẠI HỘI ĐẠI BIỂU LẦN THỨ XII ĐẢNG BỘ THÀNH PHỐ SÔNG HỒNG
NHIỆM KỲ 2025 - 2030
-----

Căn cứ Điều lệ Đảng và Quy chế làm việc của Đại hội;
Đại hội đại biểu lần thứ XII Đảng bộ thành phố Sông Hồng họp từ ngày 15 đến ngày 17/10/2025, với 350 đại biểu thay mặt \
cho gần 120.000 đảng viên của 98 đảng bộ trực thuộc. Sau khi thảo luận các văn kiện do Ban Chấp hành khóa XI trình,

QUYẾT NGHỊ

I- TÁN THÀNH ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN NGHỊ QUYẾT ĐẠI HỘI XI
Trong nhiệm kỳ qua, kinh tế Thành phố tăng trưởng bình quân 6,8%/năm; GRDP bình quân đầu người đạt 5.600 USD; hoàn \
thành 17 trong số 21 chỉ tiêu. Văn hóa, giáo dục, y tế có nhiều chuyển biến.
Tuy nhiên, hạ tầng giao thông chưa theo kịp yêu cầu phát triển; ô nhiễm nguồn nước chưa được xử lý dứt điểm; cải cách \
hành chính có mặt còn chậm, một bộ phận cán bộ còn sợ trách nhiệm.
II- MỤC TIÊU, CHỈ TIÊU ĐẾN NĂM 2030, TẦM NHÌN ĐẾN NĂM 2045
1. Quan điểm
Phát triển nhanh và bền vững dựa chủ yếu vào khoa học, công nghệ, đổi mới sáng tạo; lấy con người làm trung tâm, chủ \
thể, mục tiêu và động lực; gắn tăng trưởng với tiến bộ, công bằng xã hội và bảo vệ môi trường trong từng bước đi.
2. Mục tiêu tổng quát
Xây dựng Đảng bộ và hệ thống chính trị trong sạch, vững mạnh. Đến năm 2030, Sông Hồng là thành phố công nghiệp, dịch \
vụ hiện đại, là trung tâm hậu cần của vùng; đến năm 2045 trở thành thành phố đáng sống, có trình độ phát triển cao.
3. Các chỉ tiêu chủ yếu đến năm 2030
Phấn đấu đạt 25 chỉ tiêu chủ yếu, trong đó:
a) Tốc độ tăng trưởng GRDP bình quân từ 10% trở lên;
b) GRDP bình quân đầu người đạt 9.500 USD;
c) Tỷ lệ đô thị hóa đạt 65 - 68%;
d) Tỷ lệ lao động qua đào tạo có bằng cấp, chứng chỉ đạt 45%.
III- CÁC KHÂU ĐỘT PHÁ
Đại hội xác định 3 khâu đột phá:
1. Hoàn thiện thể chế, đẩy mạnh phân cấp, phân quyền; cắt giảm ít nhất 30% thời gian giải quyết thủ tục.
2. Phát triển nguồn nhân lực chất lượng cao gắn với khoa học, công nghệ và chuyển đổi số.
3. Xây dựng kết cấu hạ tầng đồng bộ, hiện đại, trọng tâm là hạ tầng giao thông, hạ tầng số.
IV- NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM
1. Về kinh tế
1.1. Cơ cấu lại các ngành kinh tế theo hướng nâng cao năng suất, chất lượng, sức cạnh tranh; phát triển công nghiệp \
chế biến, chế tạo.
- Thu hút các dự án công nghệ cao;
- Hỗ trợ doanh nghiệp nhỏ và vừa:
+ Giảm chi phí;
+ Tiếp cận vốn.
1.2. Phát triển nông nghiệp sinh thái, nông thôn hiện đại, nông dân văn minh, gắn sản xuất với chế biến và thị trường.
2. Về xây dựng Đảng
Tăng cường xây dựng, chỉnh đốn Đảng; nâng cao năng lực lãnh đạo và sức chiến đấu của tổ chức đảng. Hằng năm có trên \
90% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ; kết nạp từ 3% đảng viên mới trở lên so với tổng số đảng viên.
V- TỔ CHỨC THỰC HIỆN
Giao Ban Chấp hành Đảng bộ khóa XII xây dựng Chương trình hành động, cụ thể hóa và tổ chức thực hiện thắng lợi Nghị \
quyết. Các cấp ủy tổ chức quán triệt Nghị quyết đến từng chi bộ trong tháng 12/2025./.

Nơi nhận:
- Ban Chấp hành Trung ương (để b/c),
- Lưu Văn phòng Thành ủy.
T/M ĐOÀN CHỦ TỊCH
(Đã ký)
Trần Văn Mẫu
"""

DECREE = """\
CHÍNH PHỦ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 12/2025/NĐ-CP
Hà Nội, ngày 03 tháng 4 năm 2025
NGHỊ ĐỊNH
Quy định về học tập nghị quyết trực tuyến
Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;
Theo đề nghị của Bộ trưởng Bộ Nội vụ;
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định về tổ chức học tập, kiểm tra và công nhận kết quả học tập nghị quyết trên môi trường mạng.
Điều 2. Đối tượng áp dụng
1. Cán bộ, công chức, viên chức trong các cơ quan, đơn vị sự nghiệp công lập.
2. Tổ chức, cá nhân khác có liên quan đến việc tổ chức học tập trực tuyến.
Chương II
TỔ CHỨC HỌC TẬP
Điều 3. Xây dựng tài liệu
{clause}
Điều 4. Nghị định này có hiệu lực từ ngày 01 tháng 6 năm 2025.
TM. CHÍNH PHỦ
THỦ TƯỚNG
Nguyễn Văn Mẫu
PHỤ LỤC
Mẫu báo cáo kết quả học tập của đơn vị được lập theo từng quý và gửi về cơ quan chủ trì.
"""
LONG_CLAUSES = "\n".join(
    f"{number}. Tài liệu học tập phải bảo đảm các yêu cầu sau đây theo từng nhóm đối tượng của đợt học số {number}:\n"
    + "\n".join(
        f"{letter}) Đúng với nội dung của văn bản gốc, có ghi rõ nguồn và thời điểm ban hành, {letter} {number};"
        for letter in "abcdđ"
    )
    for number in (1, 2, 3)
)
