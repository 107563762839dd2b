# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256, the signature (version 3) of Tencent Cloud's API.

Knows how one request is signed, and nothing of actions, errors or sessions. Standard library only.
Source: the vendor's page on signature version 3; its published examples are this file's tests.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any, Callable
from urllib.parse import urlsplit

ALGORITHM = "TC3-HMAC-SHA256"
# The minimum that the vendor asks for, and what its own SDKs sign.
SIGNED_HEADERS = "content-type;host"


@dataclass(frozen=True)
class Credentials:
    """Id, key and (for temporary ones) token, as one set. Only the id may be shown."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)

    def __call__(self) -> Credentials:
        """Themselves: credentials that stay are a source of credentials."""
        return self


def authorization(credentials: Credentials, service: str, *, host: str, content_type: str, body: bytes, timestamp: int) -> str:
    """The value of the Authorization header for one POST to the path `/`.

    service: the product's label in the scope, "apigateway".
    host, content_type: byte for byte as they are sent, both lower case; host with its port if it has one.
    body: the bytes that are sent.
    timestamp: seconds since the epoch, as sent in X-TC-Timestamp; the API tolerates five minutes.
    """
    canonical_request = "\n".join(
        ["POST", "/", "", f"content-type:{content_type}", f"host:{host}", "", SIGNED_HEADERS, hashlib.sha256(body).hexdigest()]
    )
    date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    scope = f"{date}/{service}/tc3_request"
    string_to_sign = "\n".join([ALGORITHM, str(timestamp), scope, hashlib.sha256(canonical_request.encode()).hexdigest()])
    signature = hmac.new(signing_key(credentials.secret_key, date, service), string_to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={credentials.secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"


def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """The key of one day (date: YYYY-MM-DD in UTC) and one service."""
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


class TC3Auth:
    """Signs the request that leaves, for `auth=` of requests.

    As `auth=`, it runs after everything that may still change the request, and keeps requests from putting a password
    of ~/.netrc in the header's place.
    """

    def __init__(self, credentials: Callable[[], Credentials], service: str, clock: Callable[[], float] = time.time) -> None:
        """credentials: gives those of the moment; asked anew for each request."""
        self.credentials = credentials
        self._service = service
        self._clock = clock

    def __call__(self, request: Any) -> Any:
        """Sign a requests.PreparedRequest in place and return it."""
        host = urlsplit(request.url).netloc
        timestamp = int(self._clock())
        credentials = self.credentials()
        request.headers["Host"] = host
        request.headers["X-TC-Timestamp"] = str(timestamp)
        if credentials.token:
            request.headers["X-TC-Token"] = credentials.token
        request.headers["Authorization"] = authorization(
            credentials, self._service, host=host, content_type=request.headers["Content-Type"],
            body=request.body, timestamp=timestamp,
        )
        return request
