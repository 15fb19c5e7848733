"""A real mail server for the tests: takes messages over SMTP on the loopback address and keeps them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from lms.config import MailServer


class PostOffice:
    """What was handed in. Recipients beginning with "nobody" are refused for good, with "later" for now; with
    `hangs_up` the connection is closed in place of an answer, after the message has been taken."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses_all: str = ""
        self.hangs_up = False
        self.signed_in: list[bool] = []
        self.server = MailServer("127.0.0.1", _free_port(), "hoctap@example.vn", tls="none")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 No such person <here>"
        if address.startswith("later"):
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refuses_all:
            return self.refuses_all
        letter = message_from_bytes(cast("bytes", envelope.content), policy=default)
        letter["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        self.letters.append(letter)
        if self.hangs_up:
            cast("Any", server).transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def open_post_office(user: str = "", password: str = "") -> Iterator[PostOffice]:
    """The server, running until the block ends; with a user it knows who may sign in."""
    office = PostOffice()

    def known(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        right = given is not None and (given.login, given.password) == (user.encode(), password.encode())
        office.signed_in.append(right)
        return AuthResult(success=right, handled=False)

    options: dict[str, Any] = {"authenticator": known, "auth_require_tls": False} if user else {}
    controller = Controller(office, hostname="127.0.0.1", port=office.server.port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    """What the message says."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
