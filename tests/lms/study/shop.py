"""Documents for the tests of the workshop, as files that people upload."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.worker import HANDLERS, _load

FIRST = """NGHỊ QUYẾT THỬ NGHIỆM
PHẦN I. TÌNH HÌNH
1. Kết quả đạt được
Trong nhiệm kỳ qua, toàn xã đã trồng 1.200 cây xanh ở các tuyến đường, hoàn thành 14 công trình nước sạch cho
các thôn và mở 3 lớp học buổi tối cho người lớn tuổi; tỷ lệ hộ dùng nước sạch đạt 92% vào cuối năm 2025.
2. Hạn chế
Việc thu gom rác ở hai thôn xa trung tâm còn chậm; đường vào thôn thứ năm chưa được chiếu sáng, và thư viện
của xã chỉ mở cửa ba buổi trong tuần nên ít người đến đọc sách, nhất là người cao tuổi và học sinh.
PHẦN II. MỤC TIÊU ĐẾN NĂM 2030
1. Chỉ tiêu
Phấn đấu đến năm 2030 có 100% số hộ dùng nước sạch, trồng thêm 5.000 cây xanh, và mỗi thôn có một tủ sách; thu
nhập bình quân đầu người đạt 95 triệu đồng, tỷ lệ đường được chiếu sáng đạt 98% vào cuối nhiệm kỳ.
2. Các khâu đột phá
Xã xác định ba khâu đột phá: mở rộng đường liên thôn, đào tạo nghề cho thanh niên, và đưa dịch vụ của xã lên
mạng để người dân làm giấy tờ tại nhà; mỗi khâu có một tổ giúp việc và báo cáo hằng quý với đảng ủy.
"""
SECOND = FIRST.replace("ba khâu đột phá", "bốn khâu đột phá").replace("5.000 cây", "6.000 cây")


def run_jobs(database: Database, storage: Storage) -> None:
    """What the worker would do: every job that waits."""
    while True:
        with database.reading() as session:
            waiting = session.scalars(select(Job.id).where(Job.state == "waiting")).all()
        if not waiting:
            return
        for job_id in waiting:
            handlers = {kind: _load(place) for kind, place in HANDLERS.items()}
            jobs.run(job_id, handlers, database, storage)


def data_folder(tmp_path: Path) -> Storage:
    """The storage that the application of the tests uses."""
    return Storage(tmp_path / "files")
