# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator: who may call, rate limit, faults, and the control plane beside the API.

Knows what a request must look like before any action sees it, and in which ways an answer can go wrong. HTTP itself is
in wire.py, the actions in actions.py.
"""

from __future__ import annotations

import collections
import json
import threading
import time
import uuid
from typing import Any, Callable

from .actions import Actions
from .caller import perform
from .signature import Refused, verify
from .spoiled import spoiled
from .state import State
from .tables import checked_fault
from .wire import LARGEST_BODY, Cut, Server

API_VERSION = "2018-08-08"
MESSAGES = {"en-US": "The request was refused: {code}.", "zh-CN": "\u8bf7\u6c42\u88ab\u62d2\u7edd: {code}\u3002"}


class Emulator:
    """One emulated gateway on 127.0.0.1; `with Emulator() as emulator` starts and stops it.

    clock: seconds since the epoch, for signatures, lag and the rate limit. Latency really takes its time.
    connections: how many were accepted since the last reset.
    """

    def __init__(self, seed: dict | None = None, clock: Callable[[], float] = time.time, port: int = 0) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.last_used = time.monotonic()
        self.reset()
        if seed is not None:
            self.seed(seed)
        self._server = Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="emulator", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(self, *_details: Any) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close everything, kept-alive connections too; no thread is left. It may be called twice, and before start()."""
        self._stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def wait(self, idle_timeout: float | None = None) -> None:
        """Until somebody asks it to stop, or nobody has called for that many seconds."""
        while not self._stopping.wait(0.2):
            if idle_timeout is not None and time.monotonic() - self.last_used > idle_timeout:
                return

    # ---- The control plane

    def reset(self) -> None:
        with self._lock:
            self._state = State(self._clock)
            self._faults: list[dict] = []
            self._calls: list[dict] = []
            self._under_way: list[str] = []
            self._recent: dict = collections.defaultdict(collections.deque)
            self.connections = 0

    def seed(self, document: dict) -> None:
        """Raises ValueError."""
        with self._lock:
            self._state.seed(document)

    def faults(self, faults: list[dict]) -> None:
        """In place of those that are left. Raises ValueError."""
        if not isinstance(faults, list):
            raise ValueError(f"faults: takes a list, not {faults!r}")
        checked = [checked_fault(fault, Actions.names()) for fault in faults]
        with self._lock:
            self._faults = [{**fault, "seen": 0} for fault in checked]

    def calls(self) -> list[dict]:
        with self._lock:
            return [dict(call) for call in self._calls]

    def under_way(self, action: str) -> bool:
        """Whether a call of the action has come and is not carried out yet."""
        return action in self._under_way

    def state(self) -> dict:
        with self._lock:
            return json.loads(json.dumps(self._state.show()))

    def control(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Status and answer of a request to /_emulator/..."""
        try:
            if (method, path) == ("GET", "/_emulator/calls"):
                return 200, self.calls()
            if (method, path) == ("GET", "/_emulator/state"):
                return 200, self.state()
            if (method, path) in (("POST", "/_emulator/seed"), ("POST", "/_emulator/faults")):
                (self.seed if path.endswith("seed") else self.faults)(json.loads(body))
            elif (method, path) == ("POST", "/_emulator/reset"):
                self.reset()
            elif (method, path) == ("POST", "/_emulator/stop"):
                self._stopping.set()
            else:
                return 404, {"error": f"there is no {method} {path}"}
        except ValueError as error:
            return 400, {"error": f"{error}"}
        return 200, {}

    # ---- The API

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of a request to the API. headers: by lower-case name. Raises Cut."""
        action, region = headers.get("x-tc-action", ""), headers.get("x-tc-region", "")
        call = {"action": action, "region": region, "params": None, "status": 200, "code": None, "at": self._clock(), "fault": None}
        call["request_id"] = str(uuid.uuid4())
        faults: list[dict] = []
        try:
            try:
                self._admit(method, path, headers, body)
                call["params"] = _parsed(body)
                faults = self._due(action)
                call["fault"] = next((fault["kind"] for fault in faults), None)
                self._under_way.append(action)
                try:
                    response = self._perform(action, region, call["params"], faults)
                finally:
                    self._under_way.remove(action)
            except Refused as refused:
                call["code"] = refused.code
                response = _refusal(refused, headers.get("x-tc-language", "zh-CN"))
            answer = spoiled({**response, "RequestId": call["request_id"]}, faults)
            call["status"] = answer[0]
            return answer
        except Cut:
            call["status"] = None
            raise
        except Exception:
            call["status"] = 500  # an error of the emulator itself: wire.py says which
            raise
        finally:
            self._pause(self._state.switches["latency"])
            with self._lock:
                self._calls.append(call)

    def _admit(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Whether the request is one at all, and the caller's. Raises Refused. The order of the checks is assumed."""
        switches = self._state.switches
        # Documented: GET and forms are refused with this code. Assumed: parameters of the content type do not matter.
        if method != "POST" or path != "/" or headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused("UnsupportedProtocol")
        if len(body) > LARGEST_BODY:
            raise Refused("RequestSizeLimitExceeded")
        for name in ("x-tc-action", "x-tc-version", "x-tc-timestamp", "x-tc-region"):
            if not headers.get(name):
                raise Refused("MissingParameter", f"The header {name} is missing.")
        if switches["offline"]:
            raise Refused(switches["offline"])
        if headers["x-tc-version"] != API_VERSION:
            raise Refused("NoSuchVersion")
        action = headers["x-tc-action"]
        if action not in Actions.names():
            raise Refused("InvalidAction")
        caller = verify(self._state.credentials, headers, body, self._clock())
        # Inferred: the actions list this code and not UnsupportedRegion, which is for an action that a region lacks.
        if headers["x-tc-region"] not in self._state.regions:
            raise Refused("InvalidParameterValue.InvalidRegion")
        if action in switches["denied_actions"]:
            raise Refused("AuthFailure.UnauthorizedOperation")
        if switches["rate_limit"]:
            self._count(self._recent[caller, action], switches["rate_limit"])

    def _count(self, recent: collections.deque, limit: int) -> None:
        """At most so many in any second. Raises Refused."""
        with self._lock:
            now = self._clock()
            while recent and recent[0] <= now - 1:
                recent.popleft()
            if len(recent) >= limit:
                raise Refused("RequestLimitExceeded")
            recent.append(now)

    def _due(self, action: str) -> list[dict]:
        """The faults of this call: everything that somebody else does and all delays, and of the others the first."""
        due: list[dict] = []
        with self._lock:
            for fault in self._faults:
                if fault["action"] not in (action, "*"):
                    continue
                single = fault["kind"] not in ("meanwhile", "lag", "slow")
                if single and any(other["kind"] not in ("meanwhile", "lag", "slow") for other in due):
                    continue
                fault["seen"] += 1
                number = fault["seen"] - fault["skip"]
                if number >= 1 and (fault["times"] == 0 or number <= fault["times"]):
                    due.append(fault)
        return due

    def _perform(self, action: str, region: str, params: Any, faults: list[dict]) -> dict:
        """The action with its faults up to the answer. Raises Refused and Cut."""
        for fault in faults:
            if fault["kind"] == "slow":
                self._pause(fault["seconds"])
        with self._lock:
            place = self._state.region(region)
            lag = next((fault["seconds"] for fault in faults if fault["kind"] == "lag"), self._state.switches["lag"])
            try:
                self._meanwhile(place, faults, "before")
                for fault in faults:
                    if fault["kind"] == "refuse":
                        raise Refused(fault["code"], fault["message"])
                    if fault["kind"] == "reset":
                        raise Cut
                    if fault.get("acts") is False:
                        return {}
                result = perform(Actions(self._state, place, lag), action, params)
                if any(fault["kind"] == "drop" for fault in faults):
                    raise Cut
                return {"Result": result}
            finally:
                self._meanwhile(place, faults, "after")

    def _meanwhile(self, place: Any, faults: list[dict], when: str) -> None:
        for fault in faults:
            if fault["kind"] == "meanwhile" and fault["when"] == when:
                for deed in fault["do"]:
                    for what, target in deed.items():
                        self._state.change(place, what, target, self._state.switches["lag"])

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._stopping.wait(seconds)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        raise Refused("InvalidParameter", "The body is not JSON.") from None


def _refusal(refused: Refused, language: str) -> dict:
    message = refused.message or MESSAGES.get(language, MESSAGES["zh-CN"]).format(code=refused.code)
    return {"Error": {"Code": refused.code, "Message": message}}
