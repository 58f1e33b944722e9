"""The server of the studio: on this machine only, at an address that is known before it starts.

Takes policies and a setting; serves until it is interrupted.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final

import uvicorn

from verifier.studio.app import application
from verifier.studio.guard import Keys
from verifier.studio.state import Limits, Studio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verifier.studio.tasks import Setting

LOOPBACK: Final = "127.0.0.1"


class Server:
    """A studio with its socket. ``address`` is where it is entered, once."""

    def __init__(self, paths: Sequence[str], setting: Setting, port: int, limits: Limits | None = None) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        keys = Keys(self.port)
        self.studio = Studio(paths, setting, keys, limits)
        self.host = f"{LOOPBACK}:{self.port}"
        self.address = f"http://{self.host}/?token={keys.token}"
        # An access log would hold the token.
        config = uvicorn.Config(
            application(self.studio, self.host), log_level="warning", access_log=False, server_header=False,
            lifespan="off", ws="none",
            proxy_headers=False, http="h11", loop="asyncio", limit_concurrency=200, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until interrupted; nothing is left running."""
        try:
            self._socket.listen(128)
            started()
            self._server.run(sockets=[self._socket])
        finally:
            self.studio.close()
            self._socket.close()

    def stop(self) -> None:
        """Let ``run`` come to an end."""
        self._server.should_exit = True
