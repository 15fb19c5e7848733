"""YAML with lines, plain kinds, and nothing dangerous."""

import pytest
import yaml

from lms.questions import lined_yaml
from lms.questions.lined_yaml import YamlUnreadable, load
from lms.questions.problem import MESSAGES

TEXT = """\
name: Đột phá
count: 5
plain: [12.000, No, 02, 2025-10-17, yes, 1_000, 0x1F, .5]
kinds: [true, false, null, ~, -3, "5"]
list:
  - {text: một}
  - text: hai
    deep:
      - x
"""


@pytest.fixture(autouse=True, params=[yaml.SafeLoader, lined_yaml.PARSER])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds for the parser of PyYAML and for libyaml's, where that is there."""
    monkeypatch.setattr(lined_yaml, "PARSER", request.param)


def test_only_truth_whole_numbers_and_nothing_are_more_than_text() -> None:
    data = load(TEXT).data
    assert data["plain"] == ["12.000", "No", "02", "2025-10-17", "yes", "1_000", "0x1F", ".5"]
    assert data["kinds"] == [True, False, None, None, -3, "5"]


def test_every_entry_knows_its_line() -> None:
    read = load(TEXT)
    assert read.line(("count",)) == 2
    assert read.line(("list", 1)) == 7
    assert read.line(("list", 1, "deep")) == 8
    assert read.line(("list", 1, "missing")) == 7
    assert read.line(("list", 1, "deep", 0)) == 9
    assert read.line(()) == 1
    assert load(TEXT, first_line=10).line(("count",)) == 11


def test_an_empty_text_is_nothing() -> None:
    assert load("").data is None


def test_a_field_given_twice_is_told() -> None:
    (problem,) = load("a: 1\nb: 2\na: 3\n").problems
    assert (problem.code, problem.where["line"], problem.message_params["field"]) == (
        "repeated_field",
        3,
        "a",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: x: y", 2),
        ("a: 1\nb: [1, 2", 2),
        ("a: &name 1", 1),
        ("a: 1\nb: *name", 2),
        ("a: 1\nb: !!python/object/apply:os.system [echo]", 2),
        ("a: !!binary x", 1),
        ("a: !!int x", 1),
        ("a: 1\nb: !x [1]", 2),
        ("? [a, b]\n: 1", 1),
        ("a: 1\n\tb: 2", 2),
        ("a: 1\nb: \x01", 2),
        ("a: 1\n---\nb: 2", 2),
        ("[" * 3000, 1),
        ("\n".join(" " * n + "a:" for n in range(30)), 21),
        ("a: &a [x, x]\nb: &b [*a, *a]", 1),
    ],
)
def test_what_is_not_taken_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlUnreadable) as refused:
        load(text)
    assert refused.value.problem.where == {"line": line}
    assert MESSAGES[refused.value.problem.code].format(**refused.value.problem.message_params)
    with pytest.raises(YamlUnreadable) as refused:
        load(text, first_line=5)
    assert refused.value.problem.where == {"line": line + 4}
