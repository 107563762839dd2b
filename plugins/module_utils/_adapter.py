# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests makes its connections here: by TLS 1.2 or newer, and never for longer than a request may take.

requests bounds each wait for bytes, not the whole: a server that sends a byte now and then could hold it for ever.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

try:
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:
    # _http tells the user.
    HTTPAdapter = object


class Watch:
    """Ends the connection when time is up. fired: whether it had to."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.fired = False

    def take(self, connected: socket.socket) -> None:
        """The socket to end, from now on. A second handle on it, for wrapping it in TLS takes the first one away."""
        self.close()
        self._socket = socket.socket(fileno=os.dup(connected.fileno()))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @contextlib.contextmanager
    def during(self, seconds: float) -> Iterator[None]:
        """End the connection if the block takes longer."""
        self.fired = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self.fired = True
        with contextlib.suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)


class Adapter(HTTPAdapter):
    """watch: is given each socket. trusting: whether any certificate will do; which ones do otherwise is added by requests."""

    def __init__(self, watch: Watch, *, trusting: bool) -> None:
        self._watch = watch
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.check_hostname = not trusting
        self._context.verify_mode = ssl.CERT_NONE if trusting else ssl.CERT_REQUIRED
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **{**options, "ssl_context": self._context})
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **{**options, "ssl_context": self._context})
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def _pools(self) -> dict[str, type]:
        watch = self._watch

        def watched(pool: type, connection: type) -> type:
            def new_connection(self: Any) -> socket.socket:
                made = connection._new_conn(self)
                watch.take(made)
                return made

            return type(pool.__name__, (pool,), {"ConnectionCls": type(connection.__name__, (connection,), {"_new_conn": new_connection})})

        return {"http": watched(HTTPConnectionPool, HTTPConnection), "https": watched(HTTPSConnectionPool, HTTPSConnection)}
