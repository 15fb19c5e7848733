"""What commands have in common: a file read, and the way out with a sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from lms.kit.i18n import _


def fail(sentence: str) -> NoReturn:
    """Say why it cannot be done and leave. Exit status: 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def bytes_of(file: Path) -> bytes:
    """What the file holds; a file that cannot be read is said, and the command is over."""
    try:
        return file.read_bytes()
    except OSError as broken:
        fail(_("{file} cannot be read: {reason}", file=file, reason=broken.strerror))
