"""A studio that really listens, and a browser without scripts that speaks to it."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from verifier.cli.files import read_bytes, read_policy
from verifier.pipeline import Options
from verifier.studio.serve import Server
from verifier.studio.state import Limits
from verifier.studio.tasks import Setting

TODAY = 739617
"""The first of January 2026: no page may depend on when tests run."""


def today() -> int:
    return TODAY


def no_memory() -> None:
    return None


@contextmanager
def running(paths: Sequence[Path], limits: Limits | None = None, memory: Any = no_memory) -> Iterator[Server]:
    """A studio of these policies, which ends with the block."""
    setting = Setting(Options(timeout=60.0), read_policy, read_bytes, memory, today)
    server = Server([str(path) for path in paths], setting, 0, limits)
    ready = threading.Event()
    thread = threading.Thread(target=server.run, args=(ready.set,))
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()


@dataclass
class Page:
    """An answer, and its forms as they stand: for each the address and the fields with their values."""

    status: int
    headers: dict[str, str]
    text: str
    address: str = ""
    forms: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The words of the page, in one line."""
        return " ".join(_words(self.text).split())

    def form(self, action: str = "") -> dict[str, str]:
        """The fields of the first form with this address."""
        return dict(next(fields for address, fields in self.forms if not action or address == action))


class Browser:
    """Keeps the cookie, follows where it is led, and sends what forms have hidden."""

    def __init__(self, server: Server) -> None:
        self.server, self.cookie = server, ""

    def enter(self) -> Page:
        return self.get(self.server.address.partition(self.server.host)[2])

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return self._follow(self.send("GET", path, None, headers or {}))

    def post(self, path: str, fields: Mapping[str, object] | Sequence[tuple[str, str]]) -> Page:
        body = urlencode(fields, doseq=True).encode()
        return self._follow(self.send("POST", path, body, self.form_headers()))

    def submit(self, page: Page, action: str, **changed: str) -> Page:
        """Send a form of a page, with some fields changed."""
        return self.post(action, {**page.form(action), **changed})

    def form_headers(self) -> dict[str, str]:
        return {"Origin": f"http://{self.server.host}", "Content-Type": "application/x-www-form-urlencoded"}

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Page:
        """One request, and nothing that follows from it."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            given = {"Cookie": self.cookie, **headers} if self.cookie else dict(headers)
            line.request(method, path, body, given)
            answer = line.getresponse()
            page = Page(
                answer.status,
                {k.lower(): v for k, v in answer.getheaders()},
                answer.read().decode(errors="replace"),
                path,
            )
        finally:
            line.close()
        page.forms = _forms(page.text)
        if "set-cookie" in page.headers:
            self.cookie = page.headers["set-cookie"].partition(";")[0]
        return page

    def _follow(self, page: Page) -> Page:
        """Where an answer leads: redirections, and pages that say that they will change."""
        for _ in range(600):
            if page.status == 303:
                page = self.send("GET", page.headers["location"], None, {})
            elif page.status == 200 and "refresh" in page.headers:
                time.sleep(0.1)
                page = self.send("GET", urlsplit(page.address).path, None, {})
            else:
                return page
        raise AssertionError(f"{page.address} never comes to an end")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self.select, self.area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), []))
        if not self.found:
            return
        fields = self.found[-1][1]
        if tag == "input" and given.get("name"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                fields.append((given["name"], given.get("value", "on")))
        elif tag == "select":
            self.select = given["name"]
            fields.append((self.select, ""))
        elif tag == "option" and "selected" in given:
            fields.append((self.select, given.get("value", "")))
        elif tag == "textarea":
            self.area = given["name"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[-1][1].append((self.area, data.removeprefix("\n")))
            self.area = ""


def _forms(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    parser = _Forms()
    parser.feed(text)
    return parser.found


def _words(text: str) -> str:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(re.sub(r"<(style|title).*?</\1>", "", text, flags=re.DOTALL))
    return " ".join(found)
