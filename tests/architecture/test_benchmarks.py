"""The benchmarks run and write what the contract says. How fast anything is, is not tested: machines differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from benchmarks import __main__ as command
from benchmarks import report_files
from benchmarks.city import city
from benchmarks.figures import Figure, at_least, at_most, table
from benchmarks.ground import KINDS, SMALL, Ground, Size, ground
from benchmarks.machine import busy_seconds, cpu_seconds, peak_mb, watching
from benchmarks.office import Office
from benchmarks.question_files import FORMATS, question_file
from benchmarks.rounds import in_turns
from benchmarks.suite import BENCHES
from lms.attempts.models import AnswerEvent, Attempt
from lms.certificates.models import Certificate
from lms.courses.models import Course, Enrolment
from lms.kit import clock
from lms.organisation.models import Unit
from lms.questions.reading import BankHeader, Format, Reading, ReadQuestion
from lms.reports import checking
from lms.reports.catalogue.attempts import ATTEMPTS
from lms.reports.report import Asked

SITTING = ("save", "start", "open", "submit", "review", "sitting", "regrade")
# One key for each database; of what takes long to fill only SQLite is looked at here.
FILLED = ("unit_page", "city_page", "reports", "report_files", "roster", "item_reading", "bounded_import")
BOTH = (*SITTING, *FILLED)
MORE = {  # keys of what measures several things
    "report_files": ("report_xlsx", "report_csv", "report_json"),
    "roster": ("roster", "roster_tenth"),
    "certificate": ("certificate", "certificate.stamped"),
}
READ = tuple(f"{kind}_import" for kind in FORMATS)
ONCE = (
    "certificate",
    "signing",
    "bundle",
    "startup",
    "page_weight",
    "parallel_papers",
    "item_analysis",
    "document_read",
    *READ,
)


@pytest.fixture(scope="module")
def stands_on() -> Iterator[Ground]:
    with ground(SMALL) as made:
        yield made


def test_every_benchmark_is_looked_at_here() -> None:
    assert set(BENCHES) == {*BOTH, *ONCE}


def test_what_is_measured_is_measured_in_pairs_at_least_three_times_on_both_databases() -> None:
    assert min(Size().runs, Size().save_runs) >= 3
    assert Size().kinds == KINDS


@pytest.mark.parametrize("name", BENCHES)
def test_it_runs_and_writes_its_keys(name: str, stands_on: Ground) -> None:
    # in a thread of its own: some open a browser or an event loop, which the journeys' one does not suffer beside it
    with ThreadPoolExecutor(max_workers=1) as own:
        figures = own.submit(
            lambda: {key: figure.as_json() for key, figure in BENCHES[name](stands_on)}
        ).result()
    kinds = SMALL.kinds if name in FILLED else KINDS
    names = MORE.get(name, (name,))
    assert list(figures) == (
        [f"{one}.{kind}" for kind in kinds for one in names] if name in BOTH else [*names]
    )
    for key, figure in figures.items():
        assert figure["value"] > 0
        assert figure["floor"] > 0
        assert figure["ratio"] > 0
        assert figure["unit"]
        assert figure.get("database", "") == (key.rpartition(".")[2] if name in BOTH else "")
        assert len(figure["runs"]) >= 1


def test_the_filled_city_is_what_the_product_would_count(stands_on: Ground) -> None:
    office = city(stands_on, "sqlite", SMALL.city_people)
    with office.database.reading() as session:
        assert checking.differences(session, office.course_id) == []
        assert list(checking.findings(session, office.course_id)) == []
        assert list(checking.registers(session)) == []
        for model in (Attempt, Certificate, AnswerEvent):
            assert session.scalar(select(func.count()).select_from(model))
        assert session.scalar(select(func.count()).where(Enrolment.elsewhere))


def test_the_command_writes_json_and_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "build" / "bench.json"
    command.main(["--only", "startup", "--small", "--out", str(out)])
    written: dict[str, Any] = json.loads(out.read_text())
    assert set(written) == {"startup"}
    assert {"value", "unit", "floor", "ratio", "runs", "rss_mb", "goals"} <= set(written["startup"])
    printed = capsys.readouterr().out
    told, end = json.JSONDecoder().raw_decode(printed)
    assert told == written
    assert "startup" in printed[end:]  # the table


def test_an_unknown_name_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(["--only", "speed"])
    assert refused.value.code == 2
    assert "speed" in capsys.readouterr().err


def test_the_ratio_is_the_share_of_the_floor_whichever_way_is_better() -> None:
    rates = Figure(runs=[50, 60, 90], floors=[100, 100, 100], unit="req/s", more_is_better=True)
    times = Figure(runs=[20, 20, 40], floors=[10, 10, 10], unit="ms")
    assert (rates.value, rates.floor, rates.ratio) == (60, 100, 0.6)
    assert (times.value, times.floor, times.ratio) == (20, 10, 0.5)


def test_the_ratio_is_taken_within_pairs_because_the_machine_drifts() -> None:
    drifting = Figure(runs=[50, 20, 10], floors=[100, 40, 20], unit="req/s", more_is_better=True)
    assert drifting.ratio == 0.5


def test_goals_are_judged_and_shown() -> None:
    goals = (at_least("ratio", 0.5), at_most("rss_mb", 120))
    figure = Figure(
        runs=[40], floors=[100], unit="req/s", more_is_better=True, goals=goals, more={"rss_mb": 90}
    )
    written = figure.as_json()
    assert written["goals"] == {"ratio ≥ 0.5": False, "rss_mb ≤ 120": True}
    assert "ratio ≥ 0.5 NOT YET, rss_mb ≤ 120 ok" in table({"save.sqlite": written})


def test_contenders_take_turns() -> None:
    order: list[str] = []

    def contender(name: str) -> str:
        order.append(name)
        return name

    results = in_turns(3, lambda: contender("ours"), lambda: contender("floor"))
    assert results == [["ours"] * 3, ["floor"] * 3]
    assert order == ["ours", "floor", "floor", "ours", "ours", "floor"]


def test_cpu_time_is_that_of_a_process_and_its_children() -> None:
    before, all_before = cpu_seconds(os.getpid()), busy_seconds()
    while cpu_seconds(os.getpid()) < before + 0.05:
        sum(range(100_000))
    assert busy_seconds() > all_before


def test_the_most_memory_of_a_child_is_seen_while_it_lives() -> None:
    work = "large = b'x' * 60_000_000; del large; import time; time.sleep(0.5)  # a marked child"
    with watching("a marked child") as most:
        subprocess.run([sys.executable, "-c", work], check=True)
    assert 60 < most.rss_mb <= most.address_mb < 1000
    with watching("a marked child") as nobody:
        pass
    assert nobody.rss_mb == 0
    assert peak_mb(os.getpid()) > 0


class _Forgetful:
    """A format whose reader loses the last question."""

    suffix = ".txt"

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        self.questions = tuple(questions)
        return b"?"

    def read(self, data: bytes, name: str) -> Reading:
        return Reading(self.questions[:-1], ())


def test_a_file_that_is_read_otherwise_than_written_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "aiken", cast("Format", _Forgetful()))
    with pytest.raises(RuntimeError, match="9 of 10 questions"):
        question_file("aiken", 10)


def test_what_is_written_to_warm_up_is_a_small_part_of_the_file_that_is_measured(stands_on: Ground) -> None:
    """Else its memory, held in a whole file, is taken for the peak of the file."""
    office = Office(stands_on.settings("sqlite"), SMALL.units, SMALL.people, report_files.SITTING_ON)
    with office.database.reading() as session:
        top = session.get_one(Unit, office.top_id)
        course = session.get_one(Course, office.course_id)
        few = report_files.few_attempts(session)
        lines = [ATTEMPTS.size(session, Asked(course, unit, clock.now())) for unit in (few, top)]
    office.close()
    assert 0 < lines[0] * 20 < lines[1]
