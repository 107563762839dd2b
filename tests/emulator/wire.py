# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 with kept connections on 127.0.0.1, and connections that are cut on purpose. Knows nothing of the API."""

from __future__ import annotations

import email.utils
import json
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# The request structure page: JSON over POST takes 10 MB.
LARGEST_BODY = 10 * 1024 * 1024


class Cut(Exception):
    """The connection is cut instead of an answer."""


class Server(ThreadingHTTPServer):
    # Threads are waited for when the server closes, which by then has cut their connections.
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], emulator: Any) -> None:
        self.emulator = emulator
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nobody's error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it the end of each answer waits for the acknowledgement of its start.
    disable_nagle_algorithm = True
    timeout = 60

    def setup(self) -> None:
        self.emulator = self.server.emulator
        self.emulator.connections += 1
        self.emulator._open.add(self.request)
        super().setup()

    def finish(self) -> None:
        self.emulator._open.discard(self.request)
        super().finish()

    def log_message(self, *_details: Any) -> None:
        """Nothing is printed."""

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or self.headers.get("Transfer-Encoding"):
            # What cannot be read to its end cannot be followed by another request.
            self.close_connection = True
            length = "0"
        body = self.rfile.read(min(int(length), LARGEST_BODY + 1))
        if int(length) > len(body):
            self.close_connection = True
        self.emulator.last_used = time.monotonic()
        if self.path.startswith("/_emulator/"):
            status, answer = self.emulator.control(self.command, self.path, body)
            self._reply(status, "application/json", json.dumps(answer).encode())
            return
        try:
            self._reply(*self.emulator.answer(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        except Cut:
            # With this option, closing sends a reset and not an orderly end.
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.request.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve

    def _reply(self, status: int, content_type: str, body: bytes) -> None:
        """Header and body in one write."""
        lines = [f"HTTP/1.1 {status} emulated", f"Date: {email.utils.formatdate(self.emulator._clock(), usegmt=True)}", f"Content-Type: {content_type}"]
        lines += [f"Content-Length: {len(body)}", "Connection: close" if self.close_connection else "Connection: keep-alive", "", ""]
        self.wfile.write("\r\n".join(lines).encode() + (b"" if self.command == "HEAD" else body))
