# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the API Gateway control plane, version 2018-08-08, over HTTP.

The only file that knows requests. Knows how an action is sent, what an answer looks like, what may be sent again and
how lists are paged. Does not know what any action means.
"""

from __future__ import annotations

import email.utils
import itertools
import json
import time
import traceback
from socket import gaierror
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials, TC3Auth
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

# The one other place of the version is galaxy.yml; a test keeps the two equal.
VERSION = "0.1.0"
SERVICE = "apigateway"
API_VERSION = "2018-08-08"
# The API's greatest Limit; what it does with a greater one is not documented.
PAGE = 100
# By name, for requests and urllib3 wrap these in many ways and versions: what happens before anything is sent.
_NEVER_SENT = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout"})
# Libraries and reasons of OpenSSL.
_NO_CERTIFICATES = frozenset({"X509", "PEM"})
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "RECORD_LAYER_FAILURE"})


class Result(NamedTuple):
    """The answer to one call: its `Response` without keys' secrets."""

    response: dict
    request_id: str

    @property
    def result(self) -> Any:
        """`Response.Result`, which the API may leave out or give as null for any action."""
        return self.response.get("Result")


def retryable(error: ApiError) -> bool:
    """Whether the same call may be sent again at once: surely not carried out, or a read with an unsure answer."""
    return error.resendable or (error.unsure and error.action.startswith("Describe"))


class Client:
    """One caller, one region, one connection.

    url: from checked_url().
    timeout: seconds for one HTTP request. retries: how often one call is sent again.
    verify: False, True, or the path of a file or folder with certificates to trust.
    wait: the task's budget for repeats. clock: the time that is signed, seconds since the epoch.
    """

    def __init__(
        self, credentials: Credentials, region: str, url: str, *, language: str = "en-US", timeout: float = 30, retries: int = 5,
        verify: Any = True, wait: Wait | None = None, clock: Callable[[], float] = time.time,
    ) -> None:
        self.region = region
        self.url = url
        self.host = urlsplit(url).netloc
        self.calls: list[dict] = []
        self.wait = wait or Wait(0)
        self.retries = retries
        self._timeout = timeout
        self._verify = verify
        self._clock = clock
        self._session = requests.Session()
        self._session.auth = TC3Auth(credentials, SERVICE, clock)
        self._session.headers.update({
            "Content-Type": "application/json",
            "User-Agent": f"tencentcloud.apigateway/{VERSION}",
            "X-TC-RequestClient": f"tencentcloud.apigateway_{VERSION}",
            "X-TC-Version": API_VERSION,
            "X-TC-Region": region,
            "X-TC-Language": language,
        })

    def close(self) -> None:
        """Close the kept connection."""
        self._session.close()

    def now(self) -> float:
        """The time that is signed, seconds since the epoch."""
        return self._clock()

    def last_request_id(self) -> str:
        """The RequestId to quote: of the last write, else of the last call."""
        writes = [entry for entry in self.calls if not entry["action"].startswith("Describe")]
        return (writes or self.calls or [{"request_id": ""}])[-1]["request_id"]

    def call(self, action: str, *, keep_secrets: bool = False, **params: Any) -> Result:
        """One action, sent again while that is harmless and there is time. Raises ApiError.

        keep_secrets: whether the answer keeps the secrets of access keys.
        """
        entry = {"action": action, "request_id": "", "attempts": 0, "milliseconds": 0}
        self.calls.append(entry)
        started = time.monotonic()
        body = json.dumps(params).encode()
        try:
            for attempt in itertools.count(1):
                entry["attempts"] = attempt
                try:
                    with self.wait.spending(attempt > 1):
                        result = self._send(action, body, keep_secrets)
                    entry["request_id"] = result.request_id
                    return result
                except ApiError as error:
                    error.attempts = attempt
                    entry["request_id"] = error.request_id
                    if attempt > self.retries or not retryable(error) or not self.wait.back_off(attempt):
                        raise
        finally:
            entry["milliseconds"] = round((time.monotonic() - started) * 1000)

    def write(self, action: str, **params: Any) -> None:
        """An action whose Result is true once it has been carried out. Raises ApiError, for any other Result as well."""
        answer = self.call(action, **params)
        if answer.result is not True:
            # The vendor documents the result as nullable and never says what null or false mean.
            text = f"the API answered {json.dumps(answer.result)} where it answers true for what has been carried out"
            raise ApiError(action, message=text, kind="unconfirmed", request_id=answer.request_id)

    def change(self, action: str, *, keep_secrets: bool = False, **params: Any) -> dict:
        """An action that answers with what it made or changed. Raises ApiError, also when it answers with null."""
        answer = self.call(action, keep_secrets=keep_secrets, **params)
        if not isinstance(answer.result, dict):
            raise ApiError(action, message="the API answered null where it describes what it has done", kind="unconfirmed", request_id=answer.request_id)
        return answer.result

    def describe(self, action: str, *, none_for: tuple[str, ...] = (), **params: Any) -> dict | None:
        """The one object that an action describes. Raises ApiError, but gives None for kinds in `none_for`.

        Null is asked again once, and is an error of kind `unclear` after that.
        """
        try:
            for repeat in (False, True):
                with self.wait.spending(repeat, capped=False):
                    answer = self.call(action, **params)
                if isinstance(answer.result, dict):
                    return answer.result
            raise ApiError(action, message="the answer describes nothing", kind="unclear", request_id=answer.request_id)
        except ApiError as error:
            if error.kind in none_for:
                return None
            raise

    def pages(self, action: str, items: str, key: tuple[str, ...], *, none_for: tuple[str, ...] = (), **params: Any) -> list[dict] | None:
        """All objects of a paged list, from one request per hundred of them. Raises ApiError, but gives None for kinds in `none_for`.

        items: the name of the list in the answer. key: the members of its objects that are unique together.

        An answer whose list and count contradict each other is read again once (another writer may have changed the
        list between two pages), and is an error of kind `unclear` after that, never a shorter list.
        """
        try:
            found = self._pages(action, items, key, params)
            if found is None:
                with self.wait.spending(capped=False):
                    found = self._pages(action, items, key, params)
            if found is None:
                raise ApiError(action, message="the list in the answer contradicts its own count", kind="unclear", request_id=self.calls[-1]["request_id"])
            return found
        except ApiError as error:
            if error.kind in none_for:
                return None
            raise

    def _pages(self, action: str, items: str, key: tuple[str, ...], params: dict) -> list[dict] | None:
        """One pass over the pages; None when they do not add up. Null with a count of 0 or null is how the API spells an empty list."""
        found: dict = {}
        offset = 0
        while True:
            answer = self.call(action, Limit=PAGE, Offset=offset, **params).result
            if not isinstance(answer, dict):
                return None
            total, page = answer.get("TotalCount") or 0, answer.get(items) or []
            try:
                found.update((tuple(item[member] for member in key), item) for item in page)
                if len(found) >= total or not page:
                    nameless = any(None in identity for identity in found)
                    return list(found.values()) if len(found) == total and not nameless else None
            except (TypeError, KeyError):
                return None
            offset += PAGE

    def _send(self, action: str, body: bytes, keep_secrets: bool) -> Result:
        """Send one request and judge its answer. Raises ApiError whose text never quotes headers or bodies."""
        try:
            response = self._session.post(
                self.url, data=body, headers={"X-TC-Action": action}, verify=self._verify,
                timeout=self.wait.limit(self._timeout), allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as error:
            raise self._transport_error(action, error) from None
        except OSError as error:
            # requests lets this one through when the file of trusted certificates is missing or is none.
            raise ApiError(action, message=f"the certificates to trust cannot be loaded ({type(error).__name__})", kind="untrusted") from None
        return self._judge(action, response, keep_secrets)

    def _transport_error(self, action: str, error: Exception) -> ApiError:
        if isinstance(error, ValueError):
            return ApiError(action, message=f"no request can be made to {self.host} ({type(error).__name__})", kind="invalid")
        causes = _causes(error)
        names = {type(cause).__name__ for cause in causes}
        if names & _NEVER_SENT or any("Tunnel connection failed" in str(cause) for cause in causes if isinstance(cause, OSError)):
            unresolved = any(isinstance(cause, gaierror) for cause in causes) or "NameResolutionError" in names
            reason = "its name could not be resolved" if unresolved else "no connection could be made"
            return ApiError(action, message=f"{self.host} was not reached: {reason}", kind="unreachable", unresolved=unresolved)
        tls = {text for cause in causes for text in (getattr(cause, "library", None), getattr(cause, "reason", None)) if isinstance(text, str)}
        if tls & _NO_CERTIFICATES:
            return ApiError(action, message="the certificates to trust cannot be loaded", kind="untrusted")
        if tls & _NO_TLS:
            return ApiError(action, message=f"{self.host} does not speak TLS as it is asked to; is it protocol: http?", kind="untrusted")
        if "SSLCertVerificationError" in names or "CertificateError" in names:
            return ApiError(action, message=f"the certificate of {self.host} is not trusted or is for another host", kind="untrusted")
        if isinstance(error, requests.Timeout):
            return ApiError(action, message=f"{self.host} did not answer in time", kind="lost")
        return ApiError(action, message=f"the connection to {self.host} broke before an answer came ({type(error).__name__})", kind="lost")

    def _judge(self, action: str, response: Any, keep_secrets: bool) -> Result:
        content_type = response.headers.get("Content-Type", "no content type")
        try:
            answer = json.loads(response.content, object_hook=None if keep_secrets else _without_secret)["Response"]
            request_id = answer.get("RequestId") or ""
            failure = answer.get("Error")
            code = failure["Code"] if failure else None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            answer, request_id, code = None, "", None
        if code:
            raise ApiError(
                action, str(code), str(failure.get("Message") or ""), request_id=str(request_id), clock_offset=self._clock_offset(response)
            )
        status = response.status_code
        if status == 429:
            raise ApiError(action, message=f"{self.host} answered HTTP 429, too many requests", kind="throttled", request_id=request_id)
        if 300 <= status < 500:
            raise ApiError(action, message=f"{self.host} answered HTTP {status} ({content_type}), which is no answer of the API", kind="rejected")
        if status != 200 or answer is None:
            size = len(response.content)
            raise ApiError(action, message=f"the answer of {self.host} cannot be used: HTTP {status}, {content_type}, {size} bytes", kind="lost")
        return Result(answer, str(request_id))

    def _clock_offset(self, response: Any) -> float | None:
        """Seconds by which our clock is ahead of the answer's Date header, None without one."""
        try:
            return self._clock() - email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return None


def _causes(error: BaseException) -> list[BaseException]:
    """The exception, what it wraps and what it was raised from: requests and urllib3 hide the cause in each of these ways."""
    seen: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            todo += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return seen


def _without_secret(found: dict) -> dict:
    """The JSON object less the secret of an access key, which the API sends with every key that it describes."""
    found.pop("AccessKeySecret", None)
    return found
