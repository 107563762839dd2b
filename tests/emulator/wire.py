# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 with kept connections on 127.0.0.1, and connections that are cut on purpose. Knows nothing of the API."""

from __future__ import annotations

import contextlib
import email.utils
import json
import socket
import struct
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# The request structure page: JSON over POST takes 10 MB.
LARGEST_BODY = 10 * 1024 * 1024


class Cut(Exception):
    """The connection is cut instead of an answer."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], emulator: Any) -> None:
        self.emulator = emulator
        self._open: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread of its own for each connection. It is noted before it runs, so that closing misses none."""
        self.emulator.connections += 1
        self._open[request] = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._open[request].start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._open.pop(request, None)

    def server_close(self) -> None:
        """Ends what is open and waits for its threads. Nothing is accepted any more by now. What is being answered is answered: stopping, too."""
        super().server_close()
        for how, patience in ((socket.SHUT_RD, 5), (socket.SHUT_RDWR, None)):
            for connection, thread in list(self._open.items()):
                with contextlib.suppress(OSError):
                    connection.shutdown(how)
                thread.join(patience)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nobody's error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it the end of each answer waits for the acknowledgement of its start.
    disable_nagle_algorithm = True
    timeout = 60

    def setup(self) -> None:
        self.emulator = self.server.emulator
        super().setup()

    def log_message(self, *_details: Any) -> None:
        """Nothing is printed."""

    def _serve(self) -> None:
        body = self._body()
        self.emulator.last_used = time.monotonic()
        try:
            if self.path.startswith("/_emulator/"):
                status, answer = self.emulator.control(self.command, self.path, body)
                self._reply(status, "application/json", json.dumps(answer).encode())
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._reply(*self.emulator.answer(self.command, self.path, headers, body))
        except Cut:
            # With this option, closing sends a reset and not an orderly end.
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.request.close()
        except OSError:
            raise
        except Exception:
            # Loud, and unlike any fault that can be asked for: else an error in here looks like a broken line.
            self._reply(500, "text/plain", f"The emulator failed.\n{traceback.format_exc()}".encode())

    def _body(self) -> bytes:
        """The body, or as much of it as shows that it is too large."""
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            # What cannot be read to its end cannot be followed by another request.
            self.close_connection = True
            length = "0"
        body = self.rfile.read(min(int(length), LARGEST_BODY + 1))
        left = int(length) - len(body)
        if left:
            # Read on, or the client meets a reset while it sends and never sees the answer.
            self.close_connection = True
            while left > 0 and self.rfile.read(min(left, 65536)):
                left -= 65536
        return body

    def __getattr__(self, name: str) -> Any:
        """Every verb is served, so that the API can refuse it."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _reply(self, status: int, content_type: str, body: bytes) -> None:
        """Header and body in one write."""
        lines = [f"HTTP/1.1 {status} emulated", f"Date: {email.utils.formatdate(self.emulator._clock(), usegmt=True)}", f"Content-Type: {content_type}"]
        lines += [f"Content-Length: {len(body)}", "Connection: close" if self.close_connection else "Connection: keep-alive", "", ""]
        self.wfile.write("\r\n".join(lines).encode() + (b"" if self.command == "HEAD" else body))
