"""A mail server for the tests: a real one on a port of its own, which takes mails, refuses them, or is down."""

from __future__ import annotations

import email
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.acceptance.place import free_port

Says = Callable[[str], str | None]


class Sink:
    """Keeps what it was sent. `on_address` and `on_mail` answer instead of *250* where they answer anything."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.mails: list[Any] = []
        self.recipients: list[str] = []
        self.on_address: Says = lambda _address: None
        self.on_mail: Says = lambda _address: None
        self._controller: Controller | None = None

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self.on_address(address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        said = self.on_mail(envelope.rcpt_tos[0])
        if said is None:
            self.recipients += envelope.rcpt_tos
            content = envelope.content
            self.mails.append(email.message_from_bytes(content if isinstance(content, bytes) else b""))
        return said or "250 OK"

    def up(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
