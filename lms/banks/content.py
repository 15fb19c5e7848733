"""The content that ships as files: read as a whole and checked as a whole, before anything of it is stored.

```
<folder>/<resolution>/module.md       the study module: numbered passages
<folder>/<resolution>/<topic>.yaml    the question bank of one topic; its questions cite passages of the module
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.questions.duplicates import repeated
from lms.questions.formats import yaml_bank
from lms.questions.problem import Problem, error, has_errors
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.study.rules import ModuleReading, read_module

MODULE = "module.md"


class ContentMissing(Exception):
    """There is no content in the folder, or it cannot be read; the message is for whoever named the folder."""


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank as its file gave it; `file` is for messages."""

    file: str
    header: BankHeader
    questions: tuple[ReadQuestion, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All modules and banks of a folder, and everything that is wrong or doubtful, with file and line."""

    modules: tuple[ModuleReading, ...]
    banks: tuple[BankFile, ...]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> bool:
        return not has_errors(self.problems)


def read_content(folder: Path) -> Content:
    """Read a folder of resolutions, or the folder of one. Raises ContentMissing."""
    try:
        folders = [folder] if (folder / MODULE).exists() else _subfolders(folder)
        read = [_read_resolution(each) for each in folders]
    except OSError as broken:
        raise ContentMissing(f"{broken.filename}: {broken.strerror}") from broken
    if not read:
        raise ContentMissing(f"{folder}: no <resolution>/{MODULE}")
    banks = tuple(bank for content in read for bank in content.banks)
    problems = [problem for content in read for problem in content.problems]
    problems += _repeated_over_files(banks)
    return Content(tuple(module for content in read for module in content.modules), banks, tuple(problems))


def _subfolders(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [path for path in found if (path / MODULE).exists() or _bank_files(path)]


def _bank_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})


def _read_resolution(folder: Path) -> Content:
    """One resolution: its module, its banks, and whether they fit together."""
    module = _read_module(folder)
    banks: list[BankFile] = []
    problems = list(module.problems)
    for path in _bank_files(folder):
        reading = yaml_bank.FORMAT.read(path.read_bytes(), str(path))
        problems += [*reading.problems, *_misplaced(reading, path, module)]
        if reading.header:
            banks.append(BankFile(str(path), reading.header, reading.questions))
    return Content((module,), tuple(banks), tuple(problems))


def _read_module(folder: Path) -> ModuleReading:
    path = folder / MODULE
    if not path.exists():
        return ModuleReading(problems=(error("no_module").at(file=str(path), line=1),))
    data = path.read_bytes()
    try:
        module = read_module(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        return ModuleReading(problems=(error("not_utf8").at(file=str(path), line=line),))
    if module.resolution in {"", folder.resolve().name}:
        return module
    moved = error("wrong_folder", said=module.resolution, folder=folder.resolve().name)
    return ModuleReading(problems=(*module.problems, moved.at(file=str(path), line=3)))


def _misplaced(reading: Reading, path: Path, module: ModuleReading) -> Iterator[Problem]:
    """What of a bank does not fit its place or its module. A module that could not be read settles nothing."""
    header, folder = reading.header, path.resolve().parent.name
    if header is None or not module.resolution:
        return
    topics, passages = [topic.slug for topic in module.topics], {passage.id for passage in module.passages}
    if header.resolution != folder:
        yield error("wrong_folder", said=header.resolution, folder=folder).at(file=str(path), line=2)
    if header.topic != path.stem:
        yield error("wrong_file_name", said=header.topic).at(file=str(path), line=3)
    if header.topic not in topics:
        yield error("unknown_topic", topic=header.topic, known=", ".join(topics)).at(file=str(path), line=3)
    for read in reading.questions:
        for cited in read.question.cites:
            if cited not in passages:
                yield _about(read, str(path), error("unknown_passage", "cites", passage=cited))


def _repeated_over_files(banks: Iterable[BankFile]) -> Iterator[Problem]:
    """Ids and questions that stand in two files; inside one file its reader has seen them."""
    asked = [(bank.file, read) for bank in banks for read in bank.questions]
    first: dict[str, tuple[str, ReadQuestion]] = {}
    for file, read in asked:
        there, earlier = first.setdefault(read.id, (file, read))
        if there != file:
            yield _about(
                read, file, error("id_used_elsewhere", "id", id=read.id, file=there, line=earlier.line)
            )
    for (there, earlier), (file, later) in repeated(((file, read), read.question) for file, read in asked):
        if there != file:
            found = error("stem_used_elsewhere", "stem", id=earlier.id, file=there, line=earlier.line)
            yield _about(later, file, found)


def _about(read: ReadQuestion, file: str, found: Problem) -> Problem:
    return found.at(file=file, line=read.line or 1, question=read.number, id=read.id)
