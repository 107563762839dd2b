# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256 as a server verifies it: from the headers as they were received.

Written from the vendor's page on signature version 3, apart from the collection's own signer.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/,\s]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z0-9]+)/tc3_request, "
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)
# Documented: more than five minutes between the timestamp and the server's clock is refused.
LIFETIME = 300


class Refused(Exception):
    """The API's code for a request that is not carried out."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def hmac_sha256(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def keys_of_day(secret_key: str, date: str, service: str) -> tuple[bytes, bytes, bytes]:
    """kDate, kService and kSigning."""
    date_key = hmac_sha256(f"TC3{secret_key}".encode(), date)
    service_key = hmac_sha256(date_key, service)
    return date_key, service_key, hmac_sha256(service_key, "tc3_request")


def canonical_request(method: str, query: str, headers: Mapping[str, str], signed: list[str], body: bytes, lowered: bool) -> str:
    """headers: by lower-case name. lowered: whether their values are lower-cased, as the page says and the vendor's SDKs do not.

    The action is lower-cased in either form (documented).
    """
    lines = []
    for name in signed:
        value = headers.get(name, "").strip()
        lines.append(f"{name}:{value.lower() if lowered or name == 'x-tc-action' else value}\n")
    return "\n".join([method, "/", query, "".join(lines), ";".join(signed), hashlib.sha256(body).hexdigest()])


def signature_of(secret_key: str, date: str, service: str, timestamp: str, canonical: str) -> str:
    string_to_sign = "\n".join(["TC3-HMAC-SHA256", timestamp, f"{date}/{service}/tc3_request", hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac_sha256(keys_of_day(secret_key, date, service)[2], string_to_sign).hex()


def verify(
    credentials: Mapping[str, dict], headers: Mapping[str, str], body: bytes, now: float, *, method: str = "POST", query: str = "", service: str = "apigateway",
) -> str:
    """The SecretId that signed the request. Raises Refused with the documented code.

    credentials: by SecretId, with secret_key and token. headers: by lower-case name. now: the server's clock.
    """
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    timestamp = headers.get("x-tc-timestamp", "")
    if not found or not re.fullmatch(r"\d{1,12}", timestamp) or found["service"] != service:
        raise Refused("AuthFailure.InvalidAuthorization")
    signed = found["headers"].split(";")
    if not {"content-type", "host"} <= set(signed) or any(name not in headers for name in signed):
        raise Refused("AuthFailure.InvalidAuthorization")
    credential = credentials.get(found["id"])
    if credential is None:
        raise Refused("AuthFailure.SecretIdNotFound")
    if abs(now - int(timestamp)) > LIFETIME:
        raise Refused("AuthFailure.SignatureExpire")
    day = datetime.datetime.fromtimestamp(int(timestamp), datetime.timezone.utc).strftime("%Y-%m-%d")
    wanted = {
        signature_of(credential["secret_key"], day, service, timestamp, canonical_request(method, query, headers, signed, body, lowered))
        for lowered in (False, True)
    }
    if found["date"] != day or not any(hmac.compare_digest(found["signature"], one) for one in wanted):
        raise Refused("AuthFailure.SignatureFailure")
    if headers.get("x-tc-token", "") != credential.get("token", ""):
        raise Refused("AuthFailure.TokenFailure")
    return found["id"]
