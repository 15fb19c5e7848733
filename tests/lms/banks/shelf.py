"""A small folder of content: one resolution, two topics, a question of every type."""

from __future__ import annotations

from pathlib import Path

MODULE = """\
---
schema: 1
resolution: thu_nghiem
title: Nghị quyết thử nghiệm
module: Chuyên đề thử nghiệm
term: 2025–2030
summary: Một chuyên đề để thử.
topics:
  - {slug: goals, name: Mục tiêu}
  - {slug: tasks, name: Nhiệm vụ}
notice: dữ liệu minh họa
---
## 1. Đoạn thứ nhất {#p01}

Nghị quyết có 43 chỉ tiêu chủ yếu.

Nguồn: Báo Thử, ngày 17/10/2025

## 2. Đoạn thứ hai {#p02}

Nghị quyết có ba khâu đột phá.

Nguồn: Báo Thử, tháng 10/2025
"""
MODULE = MODULE.replace(".\n\nNguồn", ".\n\n" + "Cần học kỹ từng con số. " * 12 + "\n\nNguồn")
GOALS = """\
schema: 1
resolution: thu_nghiem
topic: goals
name: Mục tiêu
questions:
  - id: tn-01
    type: single_choice
    level: recall
    stem: Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?
    options: ["20", "30", "43", {text: Cả ba phương án trên, fixed: true}]
    correct: [2]
    explanation: Đoạn 1 nêu 43 chỉ tiêu.
    cites: [p01]
  - id: tn-02
    type: multiple_choice
    level: comprehension
    stem: Những con số nào có trong Nghị quyết?
    options: [Số 43, Số 3, Số 99]
    correct: [0, 1]
    scoring: partial
    cites: [p01, p02]
  - id: tn-03
    type: true_false
    stem: Nghị quyết có ba khâu đột phá.
    correct: true
    cites: [p02]
"""
TASKS = """\
schema: 1
resolution: thu_nghiem
topic: tasks
name: Nhiệm vụ
questions:
  - id: tn-11
    type: true_false_group
    level: application
    stem: Về Nghị quyết, mỗi nhận định sau đúng hay sai?
    statements:
      - {text: Có 43 chỉ tiêu, correct: true}
      - {text: Có 20 chỉ tiêu, correct: false}
      - {text: Có ba khâu đột phá, correct: true}
      - {text: Có bốn khâu đột phá, correct: false}
    cites: [p01, p02]
  - id: tn-12
    type: short_answer
    level: analysis
    stem: Nghị quyết nêu ba khâu gì?
    answers: [Đột phá]
    cites: [p02]
  - id: tn-13
    type: numeric
    level: recall
    stem: Số chỉ tiêu chủ yếu là bao nhiêu?
    answers: ["43"]
    unit: chỉ tiêu
    cites: [p01]
"""


class Shelf:
    """The folder on disk; `change` edits a file as an author would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "question_banks"
        for name, text in (("module.md", MODULE), ("goals.yaml", GOALS), ("tasks.yaml", TASKS)):
            self.write(name, text)

    def path(self, name: str) -> Path:
        return self.folder / "thu_nghiem" / name

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) >= 1, old
        self.write(name, text.replace(old, new, 1))

    def line_of(self, name: str, part: str) -> int:
        """The line, from 1, in which `part` stands first."""
        lines = self.path(name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if part in line)
