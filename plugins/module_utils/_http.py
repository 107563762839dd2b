# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request of the API Gateway control plane, version 2018-08-08, over HTTP, and what its answer says.

With _adapter.py the only file that knows requests. Does not know what any action means, nor what may be sent again.
"""

from __future__ import annotations

import contextlib
import email.utils
import json
import traceback
from socket import gaierror
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, ApiError, kind_of
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._secrets import MASK, Secrets
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials, TC3Auth
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import MOST_OF_A_NAME, shortened

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from ansible_collections.tencentcloud.apigateway.plugins.module_utils._adapter import Adapter, Watch
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

# The one other place of the version is galaxy.yml; a test keeps the two equal.
VERSION = "1.0.0"
SERVICE = "apigateway"
API_VERSION = "2018-08-08"
# Bytes. A page of a hundred usage plans has some 50,000.
LARGEST_ANSWER = 16 * 1024 * 1024
# Characters of the API's own text; the modules' documentation says so.
MOST_OF_A_MESSAGE = 1000
# By name, for requests and urllib3 wrap these in many ways and versions: what happens before anything is sent.
_NEVER_SENT = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout"})
# Libraries and reasons of OpenSSL.
_NO_CERTIFICATES = frozenset({"X509", "PEM"})
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "RECORD_LAYER_FAILURE"})
# What is read of answers, by its type in the documents of the actions; null is taken for all of it.
_TEXTS = frozenset({
    "AccessKeyId", "SecretName", "AccessKeySecret", "AccessKeyType", "CreatedTime", "ModifiedTime", "UsagePlanId", "UsagePlanName", "UsagePlanDesc",
    "ServiceId", "ServiceName", "ServiceDesc", "Protocol", "Environment", "EnvironmentName", "ApiId", "VersionName", "Url", "RequestId",
})
_NUMBERS = frozenset({"TotalCount", "Status", "MaxRequestNum", "MaxRequestNumPreSec", "BindSecretIdTotalCount", "BindEnvironmentTotalCount"})
_LISTS = {
    **dict.fromkeys(["BindSecretIds", "AvailableEnvironments"], str),
    **dict.fromkeys([
        "AccessKeyList", "ApiKeySet", "UsagePlanStatusSet", "ServiceSet", "EnvironmentList", "ServiceUsagePlanList", "ApiUsagePlanList", "BindEnvironments",
    ], dict),
}


class Result(NamedTuple):
    """The answer to one call: its `Response` without keys' secrets."""

    response: dict
    request_id: str

    @property
    def result(self) -> Any:
        """`Response.Result`, which the API may leave out or give as null for any action."""
        return self.response.get("Result")


class Connection:
    """One caller, one region, one kept connection.

    credentials: gives those of the moment. service, version: the product's label in signatures, and of its API.
    url: from checked_url(). language: of the API's own texts.
    verify: False, True, or the path of a file or folder with certificates to trust.
    proxy: the URL of one to use in the place of the environment's, but not for hosts that NO_PROXY names.
    clock: the time that is signed, seconds since the epoch. secrets: what is hidden in all that the server says.
    """

    def __init__(
        self, credentials: Callable[[], Credentials], region: str, url: str, *, language: str, verify: Any, clock: Callable[[], float], proxy: str = "",
        service: str = SERVICE, version: str = API_VERSION, secrets: Secrets | None = None,
    ) -> None:
        self.region = region
        self.url = url
        self.host = urlsplit(url).netloc
        self.clock = clock
        self._verify = verify
        self._auth = TC3Auth(credentials, service, clock)
        self._language = language
        self._proxy = proxy
        self._secrets = secrets or Secrets()
        self._session = requests.Session()
        self._session.auth = self._auth
        self._session.headers.update({
            "Content-Type": "application/json",
            # What is not compressed cannot grow.
            "Accept-Encoding": "identity",
            "User-Agent": f"tencentcloud.apigateway/{VERSION}",
            "X-TC-RequestClient": f"tencentcloud.apigateway_{VERSION}",
            "X-TC-Version": version,
            "X-TC-Region": region,
            "X-TC-Language": language,
        })

        # Given with each request: those of a session give way to the environment's.
        direct = not proxy or requests.utils.should_bypass_proxies(url, no_proxy=None)
        self._proxies = {} if direct else {"http": proxy, "https": proxy}
        self._watch = Watch()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Adapter(self._watch, trusting=not verify))

    def another(self) -> Connection:
        """A second connection of the same caller to the same place."""
        return self.of(self._auth.credentials)

    def of(self, credentials: Callable[[], Credentials], url: str = "", **product: str) -> Connection:
        """A connection of another caller, or to another product's host, made as this one is."""
        return Connection(
            credentials, self.region, url or self.url, language=self._language, verify=self._verify, clock=self.clock, proxy=self._proxy,
            secrets=self._secrets, **product,
        )

    def close(self) -> None:
        self._session.close()
        self._watch.close()

    def send(self, action: str, body: bytes, *, timeout: float, keep_secrets: bool) -> Result:
        """Send one request and judge its answer. timeout: seconds, for all of it. Raises ApiError whose text never quotes headers or bodies."""
        try:
            with self._watch.during(timeout), contextlib.closing(self._session.post(
                self.url, data=body, headers={"X-TC-Action": action}, verify=self._verify, timeout=timeout, allow_redirects=False, stream=True,
                proxies=dict(self._proxies),
            )) as response:
                return self._judge(action, response, self._body_of(action, response), keep_secrets)
        except (requests.RequestException, ValueError) as error:
            raise self._transport_error(action, error) from None
        except OSError as error:
            # requests lets this one through when the file of trusted certificates is missing or is none.
            raise ApiError(action, message=f"the certificates to trust cannot be loaded ({type(error).__name__})", kind="untrusted") from None

    def _body_of(self, action: str, response: Any) -> bytes:
        """The body, if it is of a size that an answer can have. Raises ApiError and what requests raises."""
        body = bytearray()
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise ApiError(action, message=f"the answer of {self.host} is compressed, which nobody asked for", kind="lost")
        for chunk in response.iter_content(65536):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise ApiError(action, message=f"the answer of {self.host} is longer than {LARGEST_ANSWER} bytes", kind="lost")
        return bytes(body)

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
        if isinstance(error, requests.Timeout) or self._watch.fired:
            return ApiError(action, message=f"{self.host} did not answer in time", kind="lost")
        return ApiError(action, message=f"the connection to {self.host} broke before an answer came ({type(error).__name__})", kind="lost")

    def _judge(self, action: str, response: Any, body: bytes, keep_secrets: bool) -> Result:
        # A server that quotes what it was sent must not get the signature into a message.
        authorization = response.request.headers["Authorization"]
        signed = (authorization, authorization.rpartition("=")[2])
        for one in signed:
            body = body.replace(one.encode(), MASK.encode())

        def said(text: Any) -> str:
            """A text of the server. Secrets are hidden while they are whole: nothing finds what is left of one that was cut."""
            hidden = str(text or "")
            for one in signed:
                hidden = hidden.replace(one, MASK)
            return self._secrets.hide(hidden)

        def checked(found: dict) -> dict:
            """The JSON object; the API sends the secret of an access key with every key that it describes."""
            secret = found.get("AccessKeySecret") if keep_secrets else found.pop("AccessKeySecret", None)
            if isinstance(secret, str):
                self._secrets.meet([secret])
            return _checked(found)

        try:
            answer = json.loads(body, object_hook=checked)["Response"]
            request_id = shortened(said(answer.get("RequestId")), MOST_OF_A_NAME)
            failure = answer.get("Error")
            code, text = _code_and_text(failure)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            answer, request_id, failure, code, text = None, "", None, "", ""
        if code:
            raise ApiError(
                action, code if code in CODES else shortened(said(code), MOST_OF_A_NAME), said(text)[:MOST_OF_A_MESSAGE],
                kind=kind_of(code), request_id=request_id, clock_offset=self._clock_offset(response),
            )
        content_type = shortened(said(response.headers.get("Content-Type", "no content type")), MOST_OF_A_NAME)
        status = response.status_code
        if status == 429:
            raise ApiError(action, message=f"{self.host} answered HTTP 429, too many requests", kind="throttled", request_id=request_id)
        if 300 <= status < 500:
            raise ApiError(action, message=f"{self.host} answered HTTP {status} ({content_type}), which is no answer of the API", kind="rejected")
        if status != 200 or answer is None:
            size = len(body)
            raise ApiError(action, message=f"the answer of {self.host} cannot be used: HTTP {status}, {content_type}, {size} bytes", kind="lost")
        if failure is not None:
            own = shortened(said(text)) or "no text"
            raise ApiError(action, message=f"the response has an error without a code: {own}", kind="lost", request_id=request_id)
        return Result(answer, request_id)

    def _clock_offset(self, response: Any) -> float | None:
        """Seconds by which our clock is ahead of the answer's Date header, None without one."""
        try:
            return self.clock() - email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return None


def _code_and_text(failure: Any) -> tuple[str, str]:
    """The code and the server's own text of a response's `Error`, which may be anything; an empty code where there is none."""
    if isinstance(failure, dict):
        code, text = failure.get("Code"), failure.get("Message")
        if isinstance(code, str) and code.strip():
            return code, text if isinstance(text, str) else ""
        failure = text or failure
    return "", failure if isinstance(failure, str) else json.dumps(failure, ensure_ascii=False) if failure else ""


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


def _fits(name: str, value: Any) -> bool:
    """Whether a member of an answer is of its documented type, or null."""
    if value is None:
        return True
    if name in _TEXTS:
        return isinstance(value, str)
    if name in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    return name not in _LISTS or (isinstance(value, list) and all(isinstance(item, _LISTS[name]) for item in value))


def _checked(found: dict) -> dict:
    """The JSON object. Raises ValueError for a member that is not what it is documented to be: nothing can be concluded from such an answer."""
    for name, value in found.items():
        if not _fits(name, value):
            raise ValueError(name)
    return found


def fetch(url: str) -> str | None:
    """The text at a URL of the machine's own metadata service: plain http, no proxy, no credentials, two seconds. None when there is none."""
    watch = Watch()
    with requests.Session() as session, contextlib.closing(watch):
        session.trust_env = False
        session.mount("http://", Adapter(watch, trusting=False))
        try:
            with watch.during(2), contextlib.closing(session.get(url, timeout=2, allow_redirects=False, stream=True)) as response:
                return next(response.iter_content(65536), b"").decode() if response.status_code == 200 else None
        except (requests.RequestException, ValueError, OSError):
            return None
