"""Who may not speak to the studio, and what every answer forbids a browser."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from live_studio import Browser, running

from verifier.studio.guard import LARGEST_BODY, Guard

AGAIN = "/policies/library/again"


def test_without_the_printed_address_nothing_is_shown(browser: Browser) -> None:
    stranger = Browser(browser.server)
    for path in ("/", "/policies/library", "/studio.css", "/?token=", "/?token=guessed"):
        page = stranger.get(path)
        assert page.status == 403
        assert "library" not in page.text
    stranger.cookie = f"clauseproof_{browser.server.port}=guessed"
    assert stranger.get("/").status == 403


def test_the_printed_address_works_once(browser: Browser) -> None:
    second = Browser(browser.server)
    assert second.enter().status == 403
    assert browser.get("/").status == 200


def test_the_cookie_is_kept_from_scripts_and_other_pages(library: Path) -> None:
    with running([library]) as server:
        reader = Browser(server)
        entered = reader.send("GET", server.address.partition(server.host)[2], None, {})
        assert (entered.status, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "token" not in reader.get("/").text


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}"])
def test_a_request_for_another_host_is_refused(browser: Browser, host: str) -> None:
    page = browser.get("/", {"Host": host.format(port=browser.server.port)})
    assert page.status == 400
    assert "borrow" not in page.text


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://{host}", "http://{host}.evil.example"]
)
def test_a_form_of_another_page_is_refused(browser: Browser, origin: str | None) -> None:
    headers = browser.form_headers()
    body = f"form_key={browser.server.studio.keys.form}".encode()
    assert browser.send("POST", AGAIN, body, headers).status == 303
    del headers["Origin"]
    if origin is not None:
        headers["Origin"] = origin.format(host=browser.server.host)
    assert browser.send("POST", AGAIN, body, headers).status == 403


def test_a_form_without_its_key_is_refused(browser: Browser) -> None:
    assert browser.post(AGAIN, {}).status == 403
    assert browser.post(AGAIN, {"form_key": "guessed"}).status == 403


def test_what_is_no_form_is_refused(browser: Browser) -> None:
    headers = {**browser.form_headers(), "Content-Type": "application/json"}
    assert browser.send("POST", AGAIN, b"{}", headers).status == 415
    assert browser.send("POST", AGAIN, b"\xff", browser.form_headers()).status == 400
    many = "&".join(f"a{number}=" for number in range(3000)).encode()
    assert browser.send("POST", AGAIN, many, browser.form_headers()).status == 400
    assert browser.send("DELETE", AGAIN, None, browser.form_headers()).status == 405


def test_a_large_body_is_refused(browser: Browser) -> None:
    page = browser.send("POST", AGAIN, b"a" * (LARGEST_BODY + 1), browser.form_headers())
    assert page.status == 413
    assert "more than 1,000,000 bytes" in page.plain


def test_a_large_body_that_does_not_say_its_size_is_refused(browser: Browser) -> None:
    head = (
        f"POST {AGAIN} HTTP/1.1\r\nHost: {browser.server.host}\r\nCookie: {browser.cookie}\r\n"
        f"Origin: http://{browser.server.host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", browser.server.port), timeout=20) as line:
        line.sendall(head.encode())
        for _ in range(11):
            line.sendall(b"186a0\r\n" + b"a" * 100_000 + b"\r\n")
        line.sendall(b"0\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 413"


def test_what_is_sent_without_end_is_cut_off(browser: Browser) -> None:
    with pytest.raises(OSError, match=r"pipe|reset"):
        browser.send("POST", AGAIN, b"a" * (60 * LARGEST_BODY), browser.form_headers())
    assert browser.get("/").status == 200


def test_a_body_that_never_comes_is_not_waited_for(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Guard.__init__, "__defaults__", (0.3,))
    with running([library]) as server:
        reader = Browser(server)
        reader.enter()
        head = (
            f"POST {AGAIN} HTTP/1.1\r\nHost: {server.host}\r\nCookie: {reader.cookie}\r\n"
            f"Origin: http://{server.host}\r\nContent-Length: 10\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
            begun = time.monotonic()
            line.sendall(head.encode())
            assert line.recv(12) == b"HTTP/1.1 408"
            assert time.monotonic() - begun < 5


def test_every_answer_forbids_what_a_page_does_not_need(browser: Browser) -> None:
    for page in (
        browser.get("/"),
        browser.get("/studio.css"),
        browser.get("/nowhere"),
        Browser(browser.server).get("/"),
    ):
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert "script-src" not in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert "server" not in page.headers


def test_it_listens_on_this_machine_only(browser: Browser) -> None:
    assert browser.server.host.startswith("127.0.0.1:")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", browser.server.port), timeout=5)
