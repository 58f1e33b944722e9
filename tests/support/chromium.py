"""Headless Chromium through its own pipe: open a page at a size, ask it something, print it. Needs no driver."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60.0

_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 20) for end in sys.argv[1:3]]
for place, end in enumerate(ends, start=3):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads what it is asked from file 3 and answers to file 4."""


class Page:
    """One page of a browser; ``complaints``: what it wrote to its console, or threw."""

    def __init__(self, sending: int, receiving: int) -> None:
        self._sending, self._receiving, self._session = sending, receiving, ""
        self._number, self._rest = 0, b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")

    def show(self, path: Path, width: int = 1280, height: int = 900, *, dark: bool = False) -> None:
        """Open a file in a window of that size."""
        self.open(path.as_uri(), width, height, dark=dark)

    def open(self, address: str, width: int = 1280, height: int = 900, *, dark: bool = False) -> None:
        """Open a page in a window of that size."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media="", features=[scheme])
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.complaints, self.requests = [], []
        self._ask("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete' && location.protocol !== 'about:'")

    def wait_for(self, condition: str) -> None:
        """Wait until an expression is true, across pages that lead to others."""
        end = time.monotonic() + PATIENCE
        while not self._is_so(condition):
            assert time.monotonic() < end, f"never so: {condition}"
            time.sleep(0.02)

    def _is_so(self, condition: str) -> bool:
        try:
            return bool(self.evaluate(f"Boolean({condition})"))
        except AssertionError:  # the page was left meanwhile
            return False

    def scripts(self, allowed: bool) -> None:
        """Whether pages may run scripts from now on; what is evaluated here may."""
        self._ask("Emulation.setScriptExecutionDisabled", value=not allowed)

    def write(self, text: str) -> None:
        """Enter a text where the keyboard is."""
        self._ask("Input.insertText", text=text)

    def evaluate(self, script: str) -> Any:
        """The value of an expression of JavaScript in the page; a promise is waited for."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, such as ``Tab`` or ``Enter``."""
        codes = {"Tab": 9, "Enter": 13}
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)

    def print_view(self) -> None:
        """Lay the page out as on paper, on the screen."""
        self._ask("Emulation.setEmulatedMedia", media="print")

    def printed(self, width: float, height: float) -> bytes:
        """The page as PDF on paper of that size, in inches."""
        return base64.b64decode(self._ask("Page.printToPDF", paperWidth=width, paperHeight=height)["data"])

    def picture(self) -> bytes:
        """The whole page as PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._sending, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select([self._receiving], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            more = os.read(self._receiving, 1 << 20)
            assert more, "the browser has gone away"
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        match event.get("method"):
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(json.dumps(told))
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A browser with one page, which ends with the block. ``folder``: where it may keep its profile."""
    assert PROGRAM is not None
    (theirs, sending), (receiving, theirs_out) = os.pipe(), os.pipe()
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    command = [PROGRAM, *options, "--remote-debugging-pipe", f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, str(theirs), str(theirs_out), *command],
        pass_fds=(theirs, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        os.close(theirs)
        os.close(theirs_out)
        yield Page(sending, receiving)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        os.close(sending)
        os.close(receiving)
