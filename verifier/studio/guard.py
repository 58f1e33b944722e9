"""Who may speak to the studio, and how: the outermost layer, before anything else looks at a request.

Takes requests; refuses those that were addressed to another host (a page elsewhere that had its name point here), come
from nobody who knows the printed address, were sent by another page, or are too large or too slow. Gives every answer
the headers that let a browser load nothing else and keep nothing. Reads no file and knows no policy.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY: Final = 1_000_000
SLOWEST_BODY: Final = 10.0
_MOST_READ: Final = 20 * LARGEST_BODY
_CONTENT: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WITH_SCRIPTS: Final = f"{_CONTENT}; script-src 'self'; connect-src 'self'"
"""For pages that are helped by the scripts of the studio; no page can run any other."""

HEADERS: Final = (
    (b"content-security-policy", _CONTENT.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With "no-referrer" browsers would send `Origin: null` along with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Keys:
    """The secrets of one studio: the token of the printed address, which works once, and what follows from it."""

    def __init__(self, port: int) -> None:
        self.token: str | None = secrets.token_urlsafe(32)
        self.cookie = f"clauseproof_{port}"  # cookies do not tell ports apart
        self._session = secrets.token_urlsafe(32)
        self.form = secrets.token_urlsafe(32)

    def spend(self, token: str) -> bool:
        """Whether this is the token, which is then worth nothing any more."""
        if self.token is None or not _equal(token, self.token):
            return False
        self.token = None
        return True

    def knows(self, session: str) -> bool:
        """Whether a cookie is of this studio."""
        return _equal(session, self._session)

    def is_form(self, value: str) -> bool:
        """Whether a form was written by this studio."""
        return _equal(value, self.form)

    def set_cookie(self) -> bytes:
        """The header that gives the cookie to a browser."""
        return f"{self.cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict".encode()


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


class Guard:
    """The application behind its guard; ``host`` is the only host and port that it answers to."""

    def __init__(self, app: ASGIApp, host: str, keys: Keys, slowest: float = SLOWEST_BODY) -> None:
        self.app, self.host, self.keys, self.slowest = app, host, keys, slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        guarded = _with_headers(send)
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            headers[key] = f"{headers[key]}, {value.decode('latin-1')}" if key in headers else value.decode("latin-1")
        if headers.get("host") != self.host:
            await _refuse(guarded, 400, "This request was addressed to another host.")
        elif scope["method"] == "GET" and self._enters(scope):
            entered = [(b"location", b"/"), (b"set-cookie", self.keys.set_cookie())]
            await _answer(guarded, 303, b"", entered)
        elif not self._is_known(headers):
            await _refuse(guarded, 403, "Open the address that `clauseproof studio` has printed. It works once; if it "
                          "was used in another browser, start the studio again.")  # fmt: skip
        elif scope["method"] not in ("GET", "HEAD", "POST"):
            await _refuse(guarded, 405, "The studio knows no such request.")
        elif scope["method"] == "POST":
            await self._post(scope, headers, receive, guarded)
        else:
            await self.app(scope, receive, guarded)

    def _enters(self, scope: Scope) -> bool:
        if scope["path"] != "/":
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])
        return self.keys.spend(given[0])

    def _is_known(self, headers: MutableMapping[str, str]) -> bool:
        pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return any(name == self.keys.cookie and self.keys.knows(value) for name, _, value in pairs)

    async def _post(self, scope: Scope, headers: MutableMapping[str, str], receive: Receive, send: Send) -> None:
        if headers.get("origin") != f"http://{self.host}":
            await _refuse(send, 403, "This form was sent by another page.")
            return
        try:
            body = await asyncio.wait_for(_body(receive), self.slowest)
        except TimeoutError:
            await _refuse(send, 408, "The request took too long to arrive.")
            return
        if body is None:
            await _refuse(send, 413, f"This is more than {LARGEST_BODY:,} bytes.")
            return
        left = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return left.pop() if left else await receive()

        await self.app(scope, again, send)


async def _body(receive: Receive) -> bytes | None:
    """The whole body of a request; ``None`` where it is too large. What is too large is read on for a while, because a
    browser shows an answer only after it has sent all, but it is not kept.
    """
    found, size = bytearray(), 0
    while size <= _MOST_READ:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        found += part if size <= LARGEST_BODY else b""
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return bytes(found) if size <= LARGEST_BODY else None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            known = {name.lower() for name, _ in given}
            message["headers"] = [*given, *(item for item in HEADERS if item[0] not in known)]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, why: str) -> None:
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{status}</title><h1>Refused</h1><p>{escape(why)}'
    )
    await _answer(
        send, status, page.encode(), [(b"content-type", b"text/html; charset=utf-8"), (b"connection", b"close")]
    )


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    size = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, size]})
    await send({"type": "http.response.body", "body": body})
