"""What the child of tests is asked to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from lms.kit.bounded import Answer


def echo(data: bytes, params: Mapping[str, Any]) -> Answer:
    sys.stdout.write("a library that prints\n")
    return Answer({"length": len(data), **params}, {"back": data[::-1]})


def spin(data: bytes, params: Mapping[str, Any]) -> Answer:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1, 2))  # the same end as after 20 s, sooner
    while True:
        pass


def hoard(data: bytes, params: Mapping[str, Any]) -> Answer:
    return Answer(len(bytearray(1024 * 1024 * 1024)))


def crash(data: bytes, params: Mapping[str, Any]) -> Answer:
    os.abort()


def fail(data: bytes, params: Mapping[str, Any]) -> Answer:
    raise ValueError("the reader has a bug")


def write_file(data: bytes, params: Mapping[str, Any]) -> Answer:
    try:
        with open(params["path"], "wb") as file:
            file.write(b"x" * 10)
    except OSError as refused:
        return Answer(type(refused).__name__)
    return Answer("written")
