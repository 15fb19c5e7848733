"""What people of the demonstration wrote in their bài thu hoạch.

What is said of the resolution stands in the module that ships (question_banks/hanoi_xviii/module.md, passage 2); the
cells and their doings are made up.
"""

from __future__ import annotations


def _texts(block: str) -> list[str]:
    """The paragraphs of a block, each in one line."""
    return [" ".join(paragraph.split()) for paragraph in block.split("\n\n")]


LIKED = _texts("""
Qua học tập Nghị quyết, tôi tâm đắc nhất với mục tiêu hạnh phúc. Đây là lần đầu tiên mục tiêu này được đưa
vào chủ đề Đại hội Đảng bộ Thành phố, và chỉ số hạnh phúc được đưa vào hệ thống chỉ tiêu.

Điểm mới mà tôi suy nghĩ nhiều là hai chữ hạnh phúc ở vế cuối của chủ đề Đại hội. Hạnh phúc của Nhân dân
vừa là đích hướng tới, vừa là nội dung phải theo dõi, đánh giá, không dừng lại ở lời kêu gọi.

Chủ đề Đại hội có bốn vế: nền tảng truyền thống, nhiệm vụ xây dựng Đảng, tinh thần hành động và đích phát
triển của Thủ đô. Tôi tâm đắc với vế cuối, vì lần đầu tiên có mục tiêu hạnh phúc.

Đọc chủ đề Đại hội, tôi dừng lại lâu nhất ở từ cuối cùng. Thành phố không chỉ đặt đích văn minh, hiện đại
mà còn thêm hạnh phúc, và muốn việc ấy được đo, được đánh giá.

Nếu phải chọn một điểm mới, tôi chọn chỉ số hạnh phúc. Từ nay nói đến hạnh phúc là nói đến một chỉ tiêu
phải theo dõi, chứ không còn là câu chúc cuối bài diễn văn.
""")
WHY = _texts("""
Theo tôi, dân chỉ thấy hạnh phúc khi việc nhỏ được làm đến nơi đến chốn: ngõ
sạch, đèn sáng, giấy tờ không phải đi lại nhiều lần, người già neo đơn có người thăm hỏi.

Tôi hiểu rằng đã đưa vào chỉ tiêu thì phải đo được, và cấp gần dân nhất phải biết người dân của mình đang
hài lòng hay chưa hài lòng với việc gì.

Điều đó nhắc tôi rằng mỗi buổi sinh hoạt chi bộ phải trả lời được câu hỏi: việc chúng ta bàn hôm nay làm
cho người dân trong tổ bớt khó khăn ở chỗ nào?

Tôi làm nghề y đã lâu nên càng thấm thía: ốm đau được chăm sóc tử tế, đến trạm y tế không bị gắt gỏng, thế
đã là một phần hạnh phúc rồi.

Với lớp trẻ nơi tôi ở, hạnh phúc là có chỗ chơi thể thao, có việc làm gần nhà và được người lớn lắng nghe
khi góp ý, điều mà chi bộ hoàn toàn có thể tác động.
""")
DONE = _texts("""
Liên hệ bản thân, năm qua tôi đã vận động 12 hộ trong ngõ phân loại rác tại nhà, nhưng chưa đến thăm đủ
các gia đình khó khăn được phân công.

Là đảng viên phụ trách nhóm hộ, tôi đã giúp người cao tuổi làm thủ tục trên mạng. Việc chưa làm được là
chưa đều: có tháng tôi không đến hộ nào.

Bản thân tôi đã tham gia đủ các buổi sinh hoạt, song còn ngại phát biểu và chưa nhận một việc cụ thể nào
trước chi bộ. Đây là hạn chế tôi cần sửa.

Nhìn lại mình, tôi mới chỉ hoàn thành phần việc chuyên môn ở trường. Công tác ở khu dân cư tôi gần như để
các bác cao tuổi gánh, nay thấy cần chia sẻ.

Sáu tháng qua tôi phụ trách tủ sách của nhà văn hóa, mở cửa đều hai buổi mỗi tuần; điều còn thiếu là chưa
vận động được đảng viên khác cùng trực.
""")
PROPOSED = _texts("""
Tôi đề xuất chi bộ lập sổ theo dõi các kiến nghị của tổ dân phố, do đồng chí phó bí thư giữ, mỗi tháng báo
cáo một lần; bắt đầu từ kỳ sinh hoạt tháng sau.

Tôi đề xuất mỗi đảng viên nhận giúp một hộ khó khăn trong sáu tháng, cuối kỳ chi bộ nghe từng người báo
cáo kết quả. Tôi xin nhận hộ đầu ngõ.

Tôi đề xuất tổ chức một buổi hướng dẫn làm thủ tục trên mạng vào sáng thứ Bảy hằng tuần tại nhà sinh hoạt
cộng đồng, do chi đoàn và ba đảng viên trẻ phụ trách, làm thử trong quý tới.

Đề xuất của tôi: trước ngày 15 hằng tháng, hai đảng viên đi hỏi ý kiến mười hộ bất kỳ, ghi vào phiếu rồi
đọc nguyên văn tại kỳ họp.

Việc cụ thể tôi xin làm là kẻ vạch, dọn lối và lắp bốn bóng đèn ở đoạn ngách tối sau chợ; các gia đình góp
kinh phí, xong trước Tết.
""")
CLOSING = _texts("""
Viết đến đây, tôi hiểu bài thu hoạch chỉ có ý nghĩa khi những điều đã hứa được làm. Kính mong các đồng chí
nhắc nhở nếu thấy tôi chậm trễ.

Tuổi đã cao, sức có hạn, nhưng việc gì góp được bằng kinh nghiệm và uy tín với bà con thì tôi sẵn sàng
nhận, không nề hà.

Tôi sẽ đọc lại chuyên đề thêm một lần, ghi ra những chỗ chưa hiểu để hỏi báo cáo viên trong đợt học tập
tới.

Trên đây là suy nghĩ từ thực tế nơi tôi sống; có chỗ còn chưa sâu, mong được góp ý để tôi hoàn thiện nhận
thức của mình.

Cuối năm, khi kiểm điểm đảng viên, tôi đề nghị lấy chính những dòng này ra đối chiếu xem lời nói và việc
làm của tôi có khớp nhau không.
""")
COMMENTS = _texts("""
Bài viết có liên hệ thật. Đồng chí nêu thêm số liệu của chi bộ thì tốt hơn.

Đề xuất cụ thể, có người làm và thời hạn.

Phần liên hệ bản thân còn ngắn; đồng chí nói rõ hơn việc chưa làm được và vì sao.
""")
DIFFERENT = len(LIKED) ** 2  # how many texts there are


def reflection(number: int) -> str:
    """Text `number`, 0 to DIFFERENT - 1: what is liked, why, oneself, a proposal, and a last word.

    Two different texts have one paragraph in common at most, so that only a copy looks like one: `number` names a point
    of the plane over the five residues, and each part goes through that in another direction.
    """
    one, other = divmod(number, len(LIKED))
    places = (one, other, one + other, one + 2 * other, one + 3 * other)
    parts = (LIKED, WHY, DONE, PROPOSED, CLOSING)
    return "\n\n".join(part[place % len(part)] for part, place in zip(parts, places, strict=True))
