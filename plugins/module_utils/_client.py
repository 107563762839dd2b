# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the API: what may be sent again, how lists are paged, and several calls at a time.

Knows neither HTTP nor what any action means.
"""

from __future__ import annotations

import concurrent.futures
import copy
import itertools
import json
import queue
import time
from collections.abc import Iterable
from typing import Any, Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import STS_ACTIONS, ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Connection, Result
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import GRACE, Pace, Wait

# How many calls may be under way at once: with answers that take 0.4 seconds, still enough for 20 calls a second.
AT_ONCE = 8
# The API's greatest Limit; what it does with a greater one is not documented. A page begins with the last item of the page before.
PAGE = 100


def retryable(error: ApiError) -> bool:
    """Whether the same call may be sent again at once: surely not carried out, or a read with an unsure answer."""
    return error.resendable or (error.unsure and error.action.startswith(("Describe", *STS_ACTIONS)))


class Client:
    """One caller of one region.

    timeout: seconds for one HTTP request. retries: how often one call is sent again.
    wait: the task's budget for repeats. rate: calls a second for each action, 0 for no limit.
    """

    def __init__(self, connection: Connection, *, timeout: float = 30, retries: int = 5, wait: Wait | None = None, rate: float = 0) -> None:
        self.region = connection.region
        self.host = connection.host
        self.now = connection.clock
        self.calls: list[dict] = []
        self.wait = wait or Wait(0)
        self.retries = retries
        self._timeout = timeout
        self._connection = connection
        self._pace = Pace(rate)
        self._beside: queue.SimpleQueue[Client] = queue.SimpleQueue()

    def close(self) -> None:
        """Close the kept connections."""
        self._connection.close()
        while not self._beside.empty():
            self._beside.get()._connection.close()

    def _another(self) -> Client:
        """The same caller with a connection of its own, to call at the same time. It shares the pace, and the list of calls."""
        other = copy.copy(self)
        other._connection = self._connection.another()
        return other

    def each(self, do: Callable[[Client, Any], Any], items: Iterable[Any]) -> list[Any]:
        """do(client, item) for all of the items, several at a time, and what each returned, in order. They share the budget for repeats.

        Raises what the first of them raised, when those that are under way have ended; no other is begun then.
        """
        todo = list(items)
        if len(todo) < 2:
            return [do(self, item) for item in todo]
        failed = False

        def one(item: Any) -> Any:
            nonlocal failed
            if failed:
                return None
            try:
                client = self._beside.get_nowait()
            except queue.Empty:
                client = self._another()
            try:
                client.wait = self.wait.child()
                return do(client, item)
            except BaseException:
                failed = True
                raise
            finally:
                self._beside.put(client)

        pool = concurrent.futures.ThreadPoolExecutor(min(AT_ONCE, len(todo)))
        try:
            futures = [pool.submit(one, item) for item in todo]
            concurrent.futures.wait(futures)
        finally:
            # After an interrupt, too, nothing more is begun.
            failed = True
            pool.shutdown()
        return [future.result() for future in futures]

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
                        self._pace.keep(action, self.wait)
                        result = self._connection.send(action, body, timeout=self.wait.limit(self._timeout), keep_secrets=keep_secrets)
                    entry["request_id"] = result.request_id
                    return result
                except ApiError as error:
                    error.attempts = attempt
                    # Not those of a call that is made for this one, to get credentials.
                    error.region, error.host = error.region or self.region, error.host or self.host
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
            said = json.dumps(answer.result) if answer.result in (None, False) else "something else"
            text = f"the API answered {said} where it answers true for what has been carried out"
            raise ApiError(action, message=text, kind="unconfirmed", request_id=answer.request_id)

    def change(self, action: str, *, needed: tuple[str, ...] = (), keep_secrets: bool = False, **params: Any) -> dict:
        """An action that answers with what it made or changed. Raises ApiError, also when it answers with null, or without a member that is needed."""
        answer = self.call(action, keep_secrets=keep_secrets, **params)
        if not isinstance(answer.result, dict):
            raise ApiError(action, message="the API answered null where it describes what it has done", kind="unconfirmed", request_id=answer.request_id)
        missing = [member for member in needed if not answer.result.get(member)]
        if missing:
            text = f"the response describes what was done without {' and '.join(missing)}"
            raise ApiError(action, message=text, kind="unconfirmed", request_id=answer.request_id)
        return answer.result

    def describe(self, action: str, *, none_for: tuple[str, ...] = (), keep_secrets: bool = False, **ids: str) -> dict | None:
        """The one object that an action describes, by its id. Raises ApiError, but gives None for kinds in `none_for`.

        Null, or an object without its id, is asked again once, and is an error of kind `unclear` after that.
        """
        try:
            for repeat in (False, True):
                with self.wait.spending(repeat, capped=False):
                    answer = self.call(action, keep_secrets=keep_secrets, **ids)
                if isinstance(answer.result, dict) and all(answer.result.get(member) for member in ids):
                    return answer.result
            raise ApiError(action, message="the answer describes nothing", kind="unclear", request_id=answer.request_id)
        except ApiError as error:
            if error.kind in none_for:
                return None
            raise

    def pages(self, action: str, items: str, key: tuple[str, ...], *, none_for: tuple[str, ...] = (), **params: Any) -> list[dict] | None:
        """All objects of a paged list. Raises ApiError, but gives None for kinds in `none_for`.

        items: the name of the list in the answer. key: the members of its objects that are unique together.

        A list that contradicts its count, or that another writer has changed between two pages, is read again from its start, with back-off
        until time is up and once in any case. It is an error of kind `unclear` after that, never a shorter list.
        """
        for attempt in itertools.count(1):
            try:
                with self.wait.spending(attempt > 1, seconds=GRACE, capped=False):
                    return self._pages(action, items, key, params, repeat=attempt > 1)
            except ApiError as error:
                again = error.kind == "unclear" and (self.wait.back_off(attempt) or attempt == 1)
                if not again and error.kind in none_for:
                    return None
                if not again:
                    raise

    def _pages(self, action: str, items: str, key: tuple[str, ...], params: dict, *, repeat: bool) -> list[dict]:
        """One pass over the pages. Null with a count of 0 or null is how the API spells an empty list. Raises ApiError."""
        rows: list[tuple[tuple, dict]] = []
        total, text = 0, "the list in the response contradicts its own count"
        for offset in itertools.count(0, PAGE - 1):
            answer = self.call(action, Limit=PAGE, Offset=offset, **params)
            try:
                count, page = answer.result.get("TotalCount") or 0, answer.result.get(items) or []
                identified = [(tuple(item[member] for member in key), item) for item in page]
            except (AttributeError, TypeError, KeyError):
                break
            if offset and (count != total or not identified or identified[0][0] != rows[-1][0]):
                text = "the list changed while its pages were read"
                break
            total, rows = count, rows[:-1] + identified
            if len(rows) >= total or len(page) < PAGE or (repeat and self.wait.left() <= 0):
                found = dict(rows)
                if len(found) == len(rows) == total and not any(None in identity for identity in found):
                    return list(found.values())
                break
        raise ApiError(action, message=text, kind="unclear", request_id=answer.request_id)
