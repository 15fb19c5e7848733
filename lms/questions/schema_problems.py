"""Findings of a JSON schema as our problems: a code and values instead of the library's English sentences."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from lms.questions.problem import Problem, error

Path = tuple[str | int, ...]
Found: TypeAlias = Any  # a jsonschema ValidationError; its stubs allow "unset" for all that is set here
_LONGEST_QUOTE = 60
_NOT_BLANK = r"\S"
_KEYS = {"correct", "answers"}
_KINDS = {
    "string": "not_text",
    "integer": "not_whole_number",
    "boolean": "not_truth",
    "array": "not_list",
    "object": "not_group",
}


def schema_problems(data: object, schema: Mapping[str, Any]) -> Iterator[tuple[Path, Problem]]:
    """Everything in which `data` does not follow the schema: the path of the entry and the problem."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    make_validator = extend(Draft202012Validator, {"if": _if})  # type: ignore[no-untyped-call]  # no stubs
    for found in sorted(make_validator(schema).iter_errors(data), key=lambda e: str(e.json_path)):
        make = _MAKERS.get(str(found.validator), _by_schema)
        yield from make(found)


def unfolded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with its definitions in the place of references to them, which take longer to follow than to check.

    For a schema that refers to definitions of its own, none of which refers to itself.
    """

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(each) for each in part]
        if not isinstance(part, Mapping):
            return part
        if part.keys() == {"$ref"}:
            return whole(schema["$defs"][part["$ref"].removeprefix("#/$defs/")])
        return {key: whole(each) for key, each in part.items() if key != "$defs"}

    return {"$defs": schema["$defs"], **whole(schema)}


def _if(validator: Any, condition: Mapping[str, Any], instance: object, schema: Found) -> Iterator[Any]:
    """As the library does it, but that "is this field that text?" is asked directly: it picks one type of ten."""
    wanted = _one_text(condition)
    if wanted is None:
        holds = validator.evolve(schema=condition).is_valid(instance)
    else:
        holds = isinstance(instance, dict) and instance.get(wanted[0]) == wanted[1]
    branch = "then" if holds else "else"
    if branch in schema:
        yield from validator.descend(instance, schema[branch], schema_path=branch)


def _one_text(condition: Mapping[str, Any]) -> tuple[str, str] | None:
    """The field and its text, if all that the condition says is that an object has it."""
    fields = condition.get("properties", {})
    name, rule = next(iter(fields.items()), ("", {}))
    text = rule.get("const") if isinstance(rule, Mapping) else None
    plain = {"type": "object", "properties": {name: {"const": text}}, "required": [name]}
    return (name, text) if isinstance(text, str) and condition == plain else None


def _required(found: Found) -> Iterator[tuple[Path, Problem]]:
    """One finding of the library names one missing field; it stands first in its message."""
    for name in found.validator_value:
        if name not in found.instance and found.message.startswith(repr(name)):
            path = tuple(found.absolute_path)
            code = "no_key" if name in _KEYS else "missing_field"
            yield path, error(code, name)


def _additional(found: Found) -> Iterator[tuple[Path, Problem]]:
    for name in found.instance:
        if name not in found.schema.get("properties", {}):
            yield (*found.absolute_path, name), error("unknown_field", str(name))


def _kind(found: Found) -> Iterator[tuple[Path, Problem]]:
    if not found.absolute_path:
        yield (), error("no_fields")
        return
    kinds = found.validator_value if isinstance(found.validator_value, list) else [found.validator_value]
    yield _one(found, _KINDS[kinds[0]])


def _repeated(found: Found) -> Iterator[tuple[Path, Problem]]:
    yield _one(found, "repeated_entry")


def _allowed(found: Found) -> Iterator[tuple[Path, Problem]]:
    value = found.validator_value
    allowed = ", ".join(str(choice) for choice in value) if isinstance(value, list) else str(value)
    yield _one(found, "value_not_allowed", value=_quote(found.instance), allowed=allowed)


def _minimum(found: Found) -> Iterator[tuple[Path, Problem]]:
    yield _one(found, "value_not_allowed", value=found.instance, allowed="0, 1, 2, …")


def _pattern(found: Found) -> Iterator[tuple[Path, Problem]]:
    if found.validator_value == _NOT_BLANK:
        yield _one(found, "too_short")
    else:
        yield _one(found, "bad_pattern", value=_quote(found.instance))


def _too_short(found: Found) -> Iterator[tuple[Path, Problem]]:
    is_key = found.absolute_path[-1] in _KEYS
    yield _one(found, "no_key" if is_key and not found.instance else "too_short")


def _too_long(found: Found) -> Iterator[tuple[Path, Problem]]:
    if found.absolute_path[-1] == "correct":
        yield _one(found, "several_keys", count=len(found.instance))
    else:
        yield _one(found, "too_long")


def _by_schema(found: Found) -> Iterator[tuple[Path, Problem]]:
    yield _one(found, "not_by_schema", detail=_quote(found.message))


_MAKERS: dict[str, Callable[[Found], Iterator[tuple[Path, Problem]]]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _kind,
    "enum": _allowed,
    "const": _allowed,
    "minimum": _minimum,
    "pattern": _pattern,
    "uniqueItems": _repeated,
    "minItems": _too_short,
    "maxItems": _too_long,
    "maxLength": _too_long,
}


def _one(found: Found, code: str, **params: object) -> tuple[Path, Problem]:
    path = tuple(found.absolute_path)
    names = [part for part in path if isinstance(part, str)]
    index = path[-1] if path and isinstance(path[-1], int) else None
    return path, error(code, names[-1] if names else "", index, **params)


def _quote(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
