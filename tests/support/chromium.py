"""Headless Chromium through its own pipe: open a page at a size, ask it something, print it. Needs no driver."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60.0


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
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.complaints, self.requests = [], []
        self._ask("Page.navigate", url=path.as_uri())
        while not self.evaluate("document.readyState === 'complete' && location.protocol === 'file:'"):
            pass

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
            self._rest += os.read(self._receiving, 1 << 20)
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
    options = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe --no-first-run"
    command = f"exec '{PROGRAM}' {options} --user-data-dir='{folder}' 3<&{theirs} 4>&{theirs_out}"
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], pass_fds=(theirs, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
