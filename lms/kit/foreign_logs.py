"""Log records of libraries (granian, huey), written as lines like ours."""

from __future__ import annotations

import logging

import structlog


class ForeignLogs(logging.Handler):
    """Passes a record on to structlog: logger, message, and an error by its type and place, never by its text.

    The text of an error may quote what a person typed; type and place are enough to find it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, object] = {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            facts |= describe_error(record.exc_info[1])
        structlog.get_logger("foreign").log(record.levelno, "library", **facts)


def describe_error(error: BaseException) -> dict[str, object]:
    """An error without its text: its type, and the last three places it came through, as `file:line function`."""
    places = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__name__, "at": places[-3:]}


def take_over(*names: str) -> None:
    """From now on these libraries' warnings and errors are written by us."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [ForeignLogs()], False
        logger.setLevel(logging.WARNING)
