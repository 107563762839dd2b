# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call leaves behind, what it costs and how an answer is judged; over a connection that answers from a list."""

from __future__ import annotations

import concurrent.futures
import threading
import types

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import AT_ONCE, Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Result
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

READ, LIST, WRITE = "DescribeUsagePlan", "DescribeApiKeysStatus", "BindSecretIds"
KEY = ("AccessKeyId",)


class Answering:
    """A connection. answers: the results, or errors, of the requests in order. seconds: how long each takes."""

    region, host = "ap-guangzhou", "gateway.example.com"

    def __init__(self, *answers, seconds=0.0):
        self.clock = VirtualTime()
        self.answers, self.seconds = list(answers), seconds
        self.sent, self.timeouts, self.seen, self.others = [], [], [], []
        self.closed = False
        self.client = None

    def send(self, action, body, *, timeout, keep_secrets):
        self.sent.append((action, body, keep_secrets))
        self.timeouts.append(timeout)
        self.seen.append(dict(self.client.calls[-1]))
        self.clock.sleep(self.seconds)
        answer = self.answers.pop(0)
        if isinstance(answer, ApiError):
            raise answer
        return Result({"Result": answer}, f"r-{len(self.sent)}")

    def another(self):
        self.others.append(Answering())
        return self.others[-1]

    def close(self):
        self.closed = True

    def caller(self, wait_timeout=60, **options):
        self.client = Client(self, wait=self.clock.wait(wait_timeout), **options)
        return self.client


def throttled():
    return ApiError(READ, "RequestLimitExceeded", request_id="r-throttled")


def listed(*ids, count=None):
    return {"TotalCount": len(ids) if count is None else count, "ApiKeySet": [{"AccessKeyId": one} for one in ids]}


def test_a_client_is_of_its_connection_and_by_default_as_the_options_are():
    gateway = Answering({})
    gateway.client = caller = Client(gateway)
    assert (caller.region, caller.host, caller.now) == (gateway.region, gateway.host, gateway.clock)
    assert caller.retries == CONNECTION["api_retries"]["default"]
    assert caller.wait.left() == 0
    caller.call(READ)
    assert gateway.timeouts == [CONNECTION["api_timeout"]["default"]]


# ---- What a call leaves behind

def test_a_call_is_listed_with_its_request_id_its_attempts_and_its_time(monkeypatch):
    monkeypatch.setattr(_client, "time", types.SimpleNamespace(monotonic=iter([10.0, 12.345]).__next__))
    gateway = Answering(throttled(), {})
    gateway.caller().call(READ, UsagePlanId="p")
    assert gateway.seen == [
        {"action": READ, "request_id": "", "attempts": 1, "milliseconds": 0},
        {"action": READ, "request_id": "r-throttled", "attempts": 2, "milliseconds": 0},
    ]
    assert gateway.client.calls == [{"action": READ, "request_id": "r-2", "attempts": 2, "milliseconds": 2345}]
    assert gateway.sent == [(READ, b'{"UsagePlanId": "p"}', False)] * 2


def test_the_request_id_to_quote_is_that_of_the_last_write_else_of_the_last_call():
    gateway = Answering({}, {}, True, True, {})
    caller = gateway.caller()
    assert caller.last_request_id() == ""
    quoted = []
    for action in (READ, LIST, WRITE, WRITE, READ):
        caller.call(action)
        quoted.append(caller.last_request_id())
    assert quoted == ["r-1", "r-2", "r-3", "r-4", "r-4"]


def test_the_first_attempt_is_free_and_given_its_full_time_and_a_repeat_is_neither():
    gateway = Answering(throttled(), throttled(), {}, seconds=3)
    caller = gateway.caller(wait_timeout=10)
    caller.call(READ)
    # The pauses are half a second and one.
    assert gateway.timeouts == pytest.approx([30, 9.5, 5.5])
    assert caller.wait.left() == pytest.approx(10 - 0.5 - 3 - 1 - 3)


# ---- How answers are judged

@pytest.mark.parametrize(("result", "told"), [(None, "null"), (False, "false"), ("yes", "something else"), ({}, "something else")])
def test_a_write_that_is_answered_with_anything_but_true(result, told):
    with pytest.raises(ApiError) as caught:
        Answering(result).caller().write(WRITE)
    error = caught.value
    assert (error.action, error.kind, error.code, error.request_id) == (WRITE, "unconfirmed", None, "r-1")
    assert f"answered {told} where it answers true" in error.message


def test_a_change_gives_what_was_made_and_its_secret_only_when_asked_to():
    gateway = Answering({"AccessKeyId": "a"}, {"AccessKeyId": "b"})
    assert gateway.caller().change("CreateApiKey", SecretName="n") == {"AccessKeyId": "a"}
    assert gateway.client.change("CreateApiKey", keep_secrets=True) == {"AccessKeyId": "b"}
    assert gateway.sent == [("CreateApiKey", b'{"SecretName": "n"}', False), ("CreateApiKey", b"{}", True)]


def test_a_change_that_is_answered_with_null():
    with pytest.raises(ApiError) as caught:
        Answering(None).caller().change("CreateApiKey")
    error = caught.value
    assert (error.action, error.kind, error.request_id) == ("CreateApiKey", "unconfirmed", "r-1")
    assert "null" in error.message


def test_a_description_that_is_null_is_asked_for_again_once_at_the_cost_of_the_budget_and_in_its_full_time():
    gateway = Answering(None, {"UsagePlanId": "p"}, seconds=3)
    assert gateway.caller(wait_timeout=4).describe(READ, UsagePlanId="p") == {"UsagePlanId": "p"}
    assert gateway.sent == [(READ, b'{"UsagePlanId": "p"}', False)] * 2
    assert gateway.timeouts == [30, 30]
    assert gateway.client.wait.left() == pytest.approx(1)
    with pytest.raises(ApiError) as caught:
        Answering(None, None).caller().describe(READ)
    error = caught.value
    assert (error.action, error.kind, error.request_id) == (READ, "unclear", "r-2")
    assert "describes nothing" in error.message
    with pytest.raises(ApiError, match="describes nothing"):
        Answering({"UsagePlanName": "gold"}, {"UsagePlanId": None}).caller().describe(READ, UsagePlanId="p")


def test_a_list_that_contradicts_its_count_is_read_again_at_the_cost_of_the_budget_and_in_its_full_time():
    gateway = Answering(listed("a", count=2), listed("a"), seconds=3)
    assert gateway.caller(wait_timeout=4).pages(LIST, "ApiKeySet", KEY, Filters=[]) == [{"AccessKeyId": "a"}]
    assert gateway.timeouts == [30, 30]
    # The back-off took half a second.
    assert gateway.client.wait.left() == pytest.approx(0.5)
    assert all(b'"Filters": []' in body for _action, body, _keep in gateway.sent)
    with pytest.raises(ApiError) as caught:
        Answering(None, None).caller(wait_timeout=0).pages(LIST, "ApiKeySet", KEY)
    error = caught.value
    assert (error.action, error.kind, error.request_id) == (LIST, "unclear", "r-2")
    assert "contradicts" in error.message


@pytest.mark.parametrize("empty", [{"TotalCount": None, "ApiKeySet": None}, {"TotalCount": 0, "ApiKeySet": None}, {}])
def test_null_with_a_count_of_null_is_an_empty_list(empty):
    assert Answering(empty).caller().pages(LIST, "ApiKeySet", KEY) == []


def test_a_row_without_what_tells_it_apart_is_no_answer():
    broken = {"TotalCount": 1, "ApiKeySet": [{"AccessKeyId": None}]}
    with pytest.raises(ApiError, match="contradicts"):
        Answering(broken, broken).caller(wait_timeout=0).pages(LIST, "ApiKeySet", KEY)


def numbered(first, last, count):
    return {"TotalCount": count, "ApiKeySet": [{"AccessKeyId": f"k{number}"} for number in range(first, last)]}


FULL = numbered(0, 100, 150)


@pytest.mark.parametrize(("second", "words"), [
    (numbered(100, 150, 150), "changed"), (numbered(99, 149, 149), "changed"), (numbered(99, 149, 150), "contradicts"), (numbered(98, 150, 150), "changed"),
    (numbered(99, 151, 150), "contradicts"), (numbered(0, 0, 150), "changed"), (numbered(99, 150, None), "changed"),
    ({"TotalCount": 150, "ApiKeySet": [*numbered(99, 149, 0)["ApiKeySet"], {"AccessKeyId": "k5"}]}, "contradicts"),
    ({"TotalCount": 150, "ApiKeySet": [*numbered(99, 149, 0)["ApiKeySet"], {"AccessKeyId": None}]}, "contradicts"),
])
def test_a_page_that_does_not_fit_the_one_before_makes_the_list_unclear(second, words):
    gateway = Answering(FULL, second, FULL, second)
    with pytest.raises(ApiError, match=words) as caught:
        gateway.caller(wait_timeout=0).pages(LIST, "ApiKeySet", KEY)
    assert (caught.value.kind, caught.value.request_id) == ("unclear", "r-4")
    again = Answering(FULL, second, FULL, numbered(99, 150, 150))
    assert [row["AccessKeyId"] for row in again.caller(wait_timeout=0).pages(LIST, "ApiKeySet", KEY)] == [f"k{number}" for number in range(150)]


def test_a_list_that_is_read_again_ends_with_the_page_at_which_time_is_up():
    many = [numbered(99 * page, 99 * page + 100, 991) for page in range(10)]
    gateway = Answering({"TotalCount": 991}, *many, seconds=1)
    with pytest.raises(ApiError) as caught:
        gateway.caller(wait_timeout=4).pages(LIST, "ApiKeySet", KEY)
    assert (caught.value.kind, len(gateway.sent)) == ("unclear", 1 + 4)


@pytest.mark.parametrize(("ask", "arguments"), [("describe", (READ,)), ("pages", (LIST, "ApiKeySet", KEY))])
def test_a_refusal_is_not_asked_again_and_is_none_only_where_that_is_wanted(ask, arguments):
    def refusing():
        return Answering(ApiError(READ, "ResourceNotFound.InvalidUsagePlan")).caller()

    assert getattr(refusing(), ask)(*arguments, none_for=("not_found",)) is None
    with pytest.raises(ApiError, match="InvalidUsagePlan"):
        getattr(refusing(), ask)(*arguments, none_for=("unclear",))


# ---- Several at a time

def test_one_alone_is_done_by_the_client_itself_and_two_beside_it():
    caller = Answering().caller()
    assert caller.each(lambda one, item: (one, item), "a") == [(caller, "a")]
    (first, a), (second, b) = caller.each(lambda one, item: (one, item), "ab")
    assert (a, b) == ("a", "b")
    assert caller not in (first, second)


def test_as_many_at_a_time_as_may_be_and_each_connection_is_closed():
    gateway = Answering()
    together = threading.Barrier(AT_ONCE)
    caller = gateway.caller()
    caller.each(lambda one, item: together.wait(60), range(5 * AT_ONCE))
    assert len(gateway.others) == AT_ONCE
    caller.close()
    assert gateway.closed and all(other.closed for other in gateway.others)


def test_after_a_failure_nothing_more_is_begun():
    begun = []

    def do(one, item):
        begun.append(item)
        raise ApiError(READ, message=f"number {item}", kind="invalid")

    with pytest.raises(ApiError, match="number "):
        Answering().caller().each(do, range(1000))
    assert len(begun) <= AT_ONCE


def test_after_an_interrupt_nothing_more_is_begun(monkeypatch):
    begun, going_on = [], threading.Event()
    shutdown = concurrent.futures.ThreadPoolExecutor.shutdown

    def interrupted(futures):
        raise KeyboardInterrupt

    def end(pool):
        going_on.set()
        shutdown(pool)

    monkeypatch.setattr(concurrent.futures, "wait", interrupted)
    monkeypatch.setattr(concurrent.futures.ThreadPoolExecutor, "shutdown", end)
    with pytest.raises(KeyboardInterrupt):
        Answering().caller().each(lambda one, item: begun.append(item) or going_on.wait(60), range(1000))
    assert len(begun) <= AT_ONCE
