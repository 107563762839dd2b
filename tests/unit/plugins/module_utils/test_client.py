# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent again, what is believed, and what an answer may look like: over HTTP, in virtual time."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import AT_ONCE, Client, retryable
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import VERSION, Connection
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._secrets import Secrets
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

READ, WRITE = "DescribeUsagePlan", "BindSecretIds"
PARAMS = {READ: {"UsagePlanId": "usagePlan-a"}, WRITE: {"UsagePlanId": "usagePlan-a", "AccessKeyIds": ["a"]}}
SEED = {"usage_plans": [{"usage_plan_id": "usagePlan-a", "name": "gold"}], "access_keys": [{"access_key_id": "a", "name": "a", "secret": "KEYSECRET"}]}


@pytest.fixture
def emulator():
    with Emulator(SEED) as one:
        yield one


@pytest.fixture
def clock():
    return VirtualTime()


def client(url, clock, *, language="en-US", **options):
    options = {"timeout": 5, "retries": 2, "wait": clock.wait(60), **options}
    return Client(connection(url, clock, language), **options)


def connection(url, clock, language="en-US"):
    return Connection(Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "ap-guangzhou", f"{url}/", language=language, verify=True, clock=clock)


def refuse(code):
    return {"kind": "refuse", "code": code}


def garble(how):
    return {"kind": "garble", "how": how}


@pytest.mark.parametrize(
    ("fault", "kind", "code", "reads", "writes"),
    [
        (refuse("RequestLimitExceeded"), "throttled", "RequestLimitExceeded", 3, 3),
        (refuse("RequestLimitExceeded.IPLimitExceeded"), "throttled", "RequestLimitExceeded.IPLimitExceeded", 3, 3),
        (refuse("LimitExceeded.RequestLimitExceeded"), "throttled", "LimitExceeded.RequestLimitExceeded", 3, 3),
        (refuse("ServiceUnavailable"), "unavailable", "ServiceUnavailable", 3, 3),
        (refuse("ResourceUnavailable"), "unavailable", "ResourceUnavailable", 3, 3),
        (refuse("InternalError"), "internal", "InternalError", 3, 1),
        (refuse("InternalError.OssException"), "internal", "InternalError.OssException", 3, 1),
        (refuse("UnsupportedOperation.RequestPostError"), "internal", "UnsupportedOperation.RequestPostError", 3, 1),
        (refuse("LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"), "quota", "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded", 1, 1),
        (refuse("ResourceNotFound.InvalidUsagePlan"), "not_found", "ResourceNotFound.InvalidUsagePlan", 1, 1),
        (refuse("AuthFailure.SignatureFailure"), "auth", "AuthFailure.SignatureFailure", 1, 1),
        (refuse("ActionOffline"), "offline", "ActionOffline", 1, 1),
        (refuse("Something.New"), "other", "Something.New", 1, 1),
        ({"kind": "http", "status": 429}, "throttled", None, 3, 3),
        ({"kind": "http", "status": 500}, "lost", None, 3, 1),
        ({"kind": "http", "status": 502}, "lost", None, 3, 1),
        ({"kind": "http", "status": 200}, "lost", None, 3, 1),
        ({"kind": "http", "status": 204, "body": ""}, "lost", None, 3, 1),
        ({"kind": "http", "status": 302}, "rejected", None, 1, 1),
        ({"kind": "http", "status": 403}, "rejected", None, 1, 1),
        ({"kind": "http", "status": 407}, "rejected", None, 1, 1),
        ({"kind": "reset"}, "lost", None, 3, 1),
        ({"kind": "drop"}, "lost", None, 3, 1),
        (garble("not_json"), "lost", None, 3, 1),
        (garble("truncated"), "lost", None, 3, 1),
        (garble("no_response"), "lost", None, 3, 1),
        (garble("bare_error"), "lost", None, 3, 1),
    ],
)
def test_what_is_sent_again(emulator, clock, fault, kind, code, reads, writes):
    for action, attempts in ((READ, reads), (WRITE, writes)):
        emulator.reset()
        emulator.seed(SEED)
        emulator.faults([{"action": action, "times": 0, **fault}])
        caller = client(emulator.url, clock)
        with pytest.raises(ApiError) as caught:
            caller.call(action, **PARAMS[action])
        assert (caught.value.kind, caught.value.code, caught.value.action) == (kind, code, action)
        assert caught.value.attempts == caller.calls[0]["attempts"] == attempts
        assert len(emulator.calls()) == attempts
        assert "SECRETEXAMPLE" not in str(caught.value) and "Signature=" not in caught.value.message


def test_a_repeat_is_signed_anew(clock):
    """The pause is longer than a signature lives."""
    with Emulator(SEED, clock=clock) as emulator:
        emulator.faults([{"action": READ, **refuse("RequestLimitExceeded")}])
        wait = Wait(1000, clock=clock, sleep=lambda seconds: clock.sleep(400))
        caller = Client(connection(emulator.url, clock), retries=1, wait=wait)
        assert caller.call(READ, **PARAMS[READ]).result["UsagePlanId"] == "usagePlan-a"


def test_success_after_a_throttled_answer_ends_the_call(emulator, clock):
    emulator.faults([{"action": WRITE, **refuse("RequestLimitExceeded")}])
    caller = client(emulator.url, clock)
    caller.write(WRITE, **PARAMS[WRITE])
    assert [call["code"] for call in emulator.calls()] == ["RequestLimitExceeded", None]
    assert caller.calls[0]["attempts"] == 2


@pytest.mark.parametrize("how", ["null_result", "false_result"])
def test_a_write_that_is_not_answered_with_true_is_unconfirmed(emulator, clock, how):
    emulator.faults([{"action": WRITE, "kind": "garble", "how": how}])
    with pytest.raises(ApiError) as caught:
        client(emulator.url, clock).write(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.unsure) == ("unconfirmed", True)
    assert caught.value.request_id == emulator.calls()[0]["request_id"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({}, "no text"), ([], "no text"), (0, "no text"), ("", "no text"), (False, "no text"),
        ("try again", "try again"), (["try", "again"], '["try", "again"]'),
        ({"Message": "try\nagain"}, "try again"), ({"Code": 7, "Message": "try again"}, "try again"), ({"Code": " ", "Message": "try again"}, "try again"),
        ({"Code": {"a": 1}}, '{"Code": {"a": 1}}'), ({"Code": None, "Message": ["a"]}, '["a"]'),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_an_error_of_any_kind_is_never_a_success(emulator, clock, error, text, status):
    response = {"Response": {"Error": error, "Result": True, "RequestId": "r-1"}}
    fault = {"action": WRITE, "kind": "http", "status": status, "content_type": "application/json", "body": json.dumps(response)}
    emulator.faults([fault])
    with pytest.raises(ApiError) as caught:
        client(emulator.url, clock).write(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.code) == ("lost", None)
    if status == 200:
        assert caught.value.message == f"the response has an error without a code: {text}"
        assert caught.value.request_id == "r-1"


def test_an_error_of_null_is_none(emulator, clock):
    response = {"Response": {"Error": None, "Result": True, "RequestId": "r-1"}}
    emulator.faults([{"action": WRITE, "kind": "http", "status": 200, "content_type": "application/json", "body": json.dumps(response)}])
    client(emulator.url, clock).write(WRITE, **PARAMS[WRITE])
    assert emulator.calls()[0]["fault"] == "http"


def test_the_text_of_an_error_without_a_code_is_short_and_quotes_no_part_of_a_secret(emulator, clock):
    response = {"Response": {"Error": {"Message": f"{'refused ' * 36} SECRETEXAMPLE refused"}, "RequestId": "r-1"}}
    emulator.faults([{"action": WRITE, "kind": "http", "status": 200, "content_type": "application/json", "body": json.dumps(response)}])
    secrets = Secrets()
    secrets.add(["SECRETEXAMPLE"])
    asking = Connection(
        lambda: Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "ap-guangzhou", f"{emulator.url}/", language="en-US", verify=True, clock=clock, secrets=secrets,
    )
    with pytest.raises(ApiError) as caught:
        Client(asking, timeout=5, wait=clock.wait(60)).write(WRITE, **PARAMS[WRITE])
    assert "SECRETE" not in caught.value.message and "refused refused ****" in caught.value.message and len(caught.value.message) < 350


def test_all_pages_are_read_over_one_connection(emulator, clock):
    ids = [f"k{number}" for number in range(250)]
    emulator.seed({"access_keys": [{"access_key_id": one, "name": "n"} for one in ids]})
    rows = client(emulator.url, clock).pages("DescribeApiKeysStatus", "ApiKeySet", ("AccessKeyId",))
    assert [row["AccessKeyId"] for row in rows] == ["a", *ids]
    assert [call["params"]["Offset"] for call in emulator.calls()] == [0, 99, 198]
    assert emulator.connections == 1


def test_exactly_one_full_page_takes_one_call(emulator, clock):
    emulator.seed({"access_keys": [{"access_key_id": f"k{number}", "name": "n"} for number in range(99)]})
    assert len(client(emulator.url, clock).pages("DescribeApiKeysStatus", "ApiKeySet", ("AccessKeyId",))) == 100
    assert len(emulator.calls()) == 1


@pytest.mark.parametrize("how", ["count", "null_list", "null_result"])
def test_a_list_that_contradicts_its_count_is_read_again_until_time_is_up(emulator, clock, how):
    action = "DescribeApiKeysStatus"
    caller = client(emulator.url, clock, wait=clock.wait(10))
    emulator.faults([{"action": action, "kind": "garble", "how": how, "times": 5}])
    # Back-off takes 0.5, 1, 2 and 4 seconds of the ten, and there is no time for 8 more.
    with pytest.raises(ApiError) as caught:
        caller.pages(action, "ApiKeySet", ("AccessKeyId",))
    assert (caught.value.kind, len(emulator.calls()), caller.wait.left()) == ("unclear", 5, 2.5)
    emulator.faults([{"action": action, "kind": "garble", "how": how, "times": 3}])
    assert len(client(emulator.url, clock).pages(action, "ApiKeySet", ("AccessKeyId",))) == 1
    assert client(emulator.url, clock).pages(action, "NoSuchList", ("AccessKeyId",), none_for=("unclear",)) is None


@pytest.mark.parametrize("number", [0, 150])
def test_a_list_is_read_again_once_without_any_time(emulator, clock, number):
    emulator.seed({"access_keys": [{"access_key_id": f"k{one}", "name": "n"} for one in range(number)]})
    fault = {"action": "DescribeApiKeysStatus", "kind": "garble", "how": "count", "skip": number // 100}
    for times, succeeds in ((1, True), (0, False)):
        emulator.faults([{**fault, "times": times}])
        caller = client(emulator.url, clock, wait=clock.wait(0))
        try:
            assert len(caller.pages("DescribeApiKeysStatus", "ApiKeySet", ("AccessKeyId",))) == number + 1
        except ApiError as error:
            assert (error.kind, succeeds) == ("unclear", False)
        else:
            assert succeeds


def test_secrets_of_keys_are_dropped_from_every_answer(emulator, clock):
    caller = client(emulator.url, clock)
    assert "AccessKeySecret" not in str(caller.call("DescribeApiKey", AccessKeyId="a"))
    assert "KEYSECRET" not in str(caller.pages("DescribeApiKeysStatus", "ApiKeySet", ("AccessKeyId",)))


def test_the_request_names_the_collection_and_its_version(emulator, clock):
    caller = client(emulator.url, clock, language="zh-CN")
    headers = caller._connection._session.headers
    assert headers["User-Agent"] == f"tencentcloud.apigateway/{VERSION}"
    assert headers["X-TC-RequestClient"] == f"tencentcloud.apigateway_{VERSION}"
    assert (headers["X-TC-Version"], headers["X-TC-Region"], headers["X-TC-Language"]) == ("2018-08-08", "ap-guangzhou", "zh-CN")
    with pytest.raises(ApiError) as caught:
        caller.call("DescribeApiKey", AccessKeyId="missing")
    assert "\u8bf7\u6c42" in caught.value.message


def test_redirects_are_not_followed(emulator, clock):
    with Emulator(SEED) as elsewhere:
        emulator.faults([{"action": READ, "kind": "http", "status": 307}])
        with pytest.raises(ApiError):
            client(emulator.url, clock).call(READ, **PARAMS[READ])
        assert elsewhere.calls() == []


def test_nobody_listens(clock):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    caller = client(f"http://127.0.0.1:{port}", clock)
    with pytest.raises(ApiError) as caught:
        caller.call(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.unresolved, caught.value.attempts) == ("unreachable", False, 3)


def test_a_name_that_does_not_resolve(clock, monkeypatch):
    def unresolved(*_details, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    with pytest.raises(ApiError) as caught:
        client("https://apigateway.intl.tencentcloudapi.com", clock).call(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.unresolved) == ("unreachable", True)


def test_a_proxy_that_is_not_there(emulator, clock, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ApiError) as caught:
        client(emulator.url, clock).call(WRITE, **PARAMS[WRITE])
    assert caught.value.kind == "unreachable"
    assert emulator.calls() == []


def test_certificates_that_cannot_be_loaded(emulator, clock, monkeypatch, tmp_path):
    (tmp_path / "none.pem").write_text("no certificate")
    for path in ("missing.pem", "none.pem"):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / path))
        with pytest.raises(ApiError) as caught:
            client(emulator.url.replace("http:", "https:"), clock).call(WRITE, **PARAMS[WRITE])
        assert (caught.value.kind, caught.value.attempts) == ("untrusted", 1)


def test_a_host_that_speaks_no_tls(emulator, clock):
    with pytest.raises(ApiError) as caught:
        client(emulator.url.replace("http:", "https:"), clock).call(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.attempts, "protocol: http" in caught.value.message) == ("untrusted", 1, True)


def test_a_host_that_no_request_can_be_made_to(clock, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ApiError) as caught:
        client("http://a..b", clock).call(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, caught.value.attempts) == ("invalid", 1)


def test_no_answer_in_time(emulator, clock):
    emulator.faults([{"action": WRITE, "kind": "slow", "seconds": 5}])
    with pytest.raises(ApiError) as caught:
        client(emulator.url, clock, timeout=0.2).call(WRITE, **PARAMS[WRITE])
    assert (caught.value.kind, "in time" in caught.value.message) == ("lost", True)


def test_a_server_that_speaks_no_http_at_all(clock):
    def rude(listener):
        for _attempt in range(3):
            connection, _address = listener.accept()
            connection.recv(4096)
            connection.sendall(b"\x15\x03\x01 nonsense\r\n\r\n")
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=rude, args=(listener,))
        thread.start()
        with pytest.raises(ApiError) as caught:
            client(f"http://127.0.0.1:{listener.getsockname()[1]}", clock).call(READ, **PARAMS[READ])
        thread.join()
    assert (caught.value.kind, caught.value.attempts) == ("lost", 3)


def test_deeply_nested_json_is_no_answer(emulator, clock):
    emulator.faults([{"action": READ, "kind": "http", "status": 200, "content_type": "application/json", "body": "[" * 200_000, "times": 0}])
    with pytest.raises(ApiError) as caught:
        client(emulator.url, clock).call(READ, **PARAMS[READ])
    assert caught.value.kind == "lost"


def test_ids_of_any_script_arrive_as_they_are(emulator, clock):
    for name in ("\u5ba2\u6237", "{{ 7 * 7 }}", "a\"b'c\\d", "\U0001f511"):
        with pytest.raises(ApiError):
            client(emulator.url, clock).call("DescribeApiKey", AccessKeyId=name)
        assert emulator.calls()[-1]["params"] == {"AccessKeyId": name}


@pytest.mark.parametrize(("kind", "action", "expected"), [
    ("throttled", WRITE, True), ("unavailable", WRITE, True), ("unreachable", WRITE, True), ("lost", WRITE, False), ("internal", WRITE, False),
    ("unconfirmed", WRITE, False), ("lost", READ, True), ("internal", READ, True), ("quota", READ, False), ("conflict", READ, False),
    ("rejected", READ, False), ("untrusted", READ, False), ("unclear", READ, False), ("lost", "CreateUsagePlan", False),
    ("lost", "AssumeRole", True), ("internal", "GetCallerIdentity", True),
])
def test_the_predicate(kind, action, expected):
    assert retryable(ApiError(action, kind=kind)) is expected


def test_no_repeat_is_started_without_time_for_it(emulator, clock):
    emulator.faults([{"action": READ, "times": 0, **refuse("RequestLimitExceeded")}])
    caller = client(emulator.url, clock, retries=50, wait=clock.wait(7))
    started = clock.now
    with pytest.raises(ApiError):
        caller.call(READ, **PARAMS[READ])
    assert 2 <= caller.calls[0]["attempts"] <= 6
    assert clock.now - started <= 7


def test_calls_are_kept_below_the_rate_for_each_action(emulator, clock):
    caller = client(emulator.url, clock, rate=10)
    started = clock()
    for _number in range(11):
        caller.call(READ, **PARAMS[READ])
        caller.call("DescribeApiKeysStatus")
    # The eleventh follows the first by a second; the other action has a pace of its own.
    assert clock() - started == pytest.approx(1.0)


def test_at_the_rate_that_is_the_default_nothing_is_throttled(clock):
    """And without it, the same calls are refused."""
    with Emulator({**SEED, "switches": {"rate_limit": 20}}, clock=clock) as emulator:
        paced = client(emulator.url, clock, rate=CONNECTION["api_rate"]["default"])
        for _number in range(60):
            paced.call(READ, **PARAMS[READ])
        paced.close()
        assert [call["code"] for call in emulator.calls()] == [None] * 60
        clock.sleep(1)
        hasty = client(emulator.url, clock, retries=0)
        codes = [_code_of(lambda: hasty.call(READ, **PARAMS[READ])) for _number in range(21)]
        hasty.close()
    assert codes == [None] * 20 + ["RequestLimitExceeded"]


def _code_of(call):
    try:
        call()
    except ApiError as error:
        return error.code
    return None


def test_several_at_a_time_come_back_in_order_over_a_few_connections(emulator):
    caller = Client(connection(emulator.url, time.time))
    # The first two are under way together, or neither goes on.
    both = threading.Barrier(2)

    def do(one, number):
        if number < 2:
            both.wait(60)
        return number, one.call(READ, **PARAMS[READ]).result["UsagePlanName"]

    answers = caller.each(do, range(30))
    caller.close()
    assert answers == [(number, "gold") for number in range(30)]
    assert 2 <= emulator.connections <= AT_ONCE
    assert len(caller.calls) == 30


def test_several_at_a_time_end_with_the_first_failure_and_begin_nothing_more(emulator):
    caller = Client(connection(emulator.url, time.time))

    def do(one, number):
        if number >= 3:
            raise ApiError(READ, message=f"number {number}", kind="invalid")
        return one.call(READ, **PARAMS[READ])

    with pytest.raises(ApiError) as caught:
        caller.each(do, range(1000))
    caller.close()
    assert caught.value.message.startswith("number ")
    assert len(emulator.calls()) <= 3
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def test_several_at_a_time_share_one_budget(emulator, clock, monkeypatch):
    """However many there are one after the other: what one of them has waited, nobody waits again."""
    monkeypatch.setattr(_client, "AT_ONCE", 1)
    caller, left = client(emulator.url, clock, wait=clock.wait(5)), []

    def do(one, _number):
        left.append(one.wait.left())
        with one.wait.spending():
            one.wait.sleep(2)

    caller.each(do, range(4))
    assert (left, caller.wait.left()) == ([5, 3, 1, 0], 0)


def test_several_at_a_time_inside_a_repeat_have_its_deadline(emulator, clock):
    caller = client(emulator.url, clock, wait=clock.wait(5))

    def do(one, _number):
        return one.wait.left(), one.wait.limit(30), one.wait.back_off(1)

    with caller.wait.spending(), caller.wait.spending(capped=False):
        clock.sleep(4.8)
        assert caller.each(do, range(3)) == [(pytest.approx(0.2), 0.5, False)] * 3
