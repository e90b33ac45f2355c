"""What speaks to the API as a program would."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Machine:
    """Speaks JSON in the name of one account."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request below /api/v1 and return the answer."""
        given = {"Authorization": f"Bearer {self.secret}"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        more: dict[str, Any] = {}
        if body is not None:
            data = body if isinstance(body, bytes | str) else json.dumps(body)
            more = {"data": data, "content_type": given.pop("Content-Type", "application/json")}
        return self.client.generic(method, f"/api/v1{path}", headers=given, **more)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, **headers)
