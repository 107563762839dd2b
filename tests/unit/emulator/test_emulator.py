# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator itself: signatures, wire, faults, switches, control plane and command line."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator, signature
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLAN = "usagePlan-a"
SEED = {"usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}], "access_keys": [{"access_key_id": one, "name": one} for one in "abc"]}
PUBLISHED_BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'


@pytest.fixture
def clock():
    return VirtualTime()


@pytest.fixture
def emulator(clock):
    with Emulator(SEED, clock=clock) as one:
        yield one


def headers_for(body: bytes, *, host="", timestamp=0, action="DescribeUsagePlan", key="SECRETEXAMPLE", signed=("content-type", "host"), **changed):
    """Headers signed by the emulator's own arithmetic, which the published examples below hold."""
    headers = {
        "content-type": "application/json", "host": host, "x-tc-action": action, "x-tc-version": "2018-08-08", "x-tc-region": "ap-guangzhou",
        "x-tc-timestamp": str(int(timestamp)), **changed,
    }
    date = time.strftime("%Y-%m-%d", time.gmtime(int(timestamp)))
    canonical = signature.canonical_request("POST", "", headers, list(signed), body, False)
    value = signature.signature_of(key, date, "apigateway", headers["x-tc-timestamp"], canonical)
    headers["authorization"] = (
        f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{date}/apigateway/tc3_request, SignedHeaders={';'.join(signed)}, Signature={value}"
    )
    return headers


def send(emulator, headers, body=b"{}", *, method="POST", path="/"):
    """Status, headers and body of one request, by the standard library's client."""
    connection = http.client.HTTPConnection(emulator.url.partition("//")[2], timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def call(emulator, clock, action="DescribeUsagePlan", **params):
    """The Response of one well-signed call."""
    body = json.dumps(params or {"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock(), action=action)
    _status, _headers, answer = send(emulator, headers, body)
    return json.loads(answer)["Response"]


# ---- Signatures

@pytest.mark.parametrize(
    ("method", "query", "content_type", "body", "signed", "timestamp", "key", "expected"),
    [
        ("POST", "", "application/json; charset=utf-8", PUBLISHED_BODY, ["content-type", "host"], "1551113065",
         "Gu5t9xGARNpq86cd98joQYCN3*******", "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
        ("POST", "", "application/json; charset=utf-8", PUBLISHED_BODY, ["content-type", "host", "x-tc-action"], "1551113065",
         "*" * 32, "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"),
        ("GET", "Limit=10&Offset=0", "application/x-www-form-urlencoded", b"", ["content-type", "host"], "1539084154",
         "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474"),
    ],
)
def test_the_published_signatures(method, query, content_type, body, signed, timestamp, key, expected):
    headers = {"content-type": content_type, "host": "cvm.tencentcloudapi.com", "x-tc-action": "DescribeInstances"}
    date = time.strftime("%Y-%m-%d", time.gmtime(int(timestamp)))
    canonical = signature.canonical_request(method, query, headers, signed, body, False)
    assert signature.signature_of(key, date, "cvm", timestamp, canonical) == expected


def test_the_published_keys_of_a_day():
    keys = signature.keys_of_day("*" * 32, "2019-02-25", "cvm")
    assert [key.hex() for key in keys] == [
        "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0", "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f",
        "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af",
    ]


@pytest.mark.parametrize("more", [(), ("x-tc-action",), ("x-tc-region", "x-tc-timestamp")])
def test_any_list_of_signed_headers_is_honoured(emulator, clock, more):
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock(), signed=("content-type", "host", *more))
    assert b'"UsagePlanName"' in send(emulator, headers, body)[2]


def flipped(text: str, at: int) -> str:
    return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1:]


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("authorization", "Signature=", "AuthFailure.SignatureFailure"), ("authorization", "Credential=", "AuthFailure.SecretIdNotFound"),
        ("authorization", "SignedHeaders=", "AuthFailure.InvalidAuthorization"), ("authorization", "TC3", "AuthFailure.InvalidAuthorization"),
        ("content-type", "", "UnsupportedProtocol"), ("host", "", "AuthFailure.SignatureFailure"), ("x-tc-timestamp", "-1", "AuthFailure.SignatureFailure"),
        ("x-tc-action", "", "InvalidAction"), ("x-tc-version", "", "NoSuchVersion"),
    ],
)
def test_one_flipped_bit_of_a_header_is_refused(emulator, clock, name, part, code):
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock())
    at = len(headers[name]) - 1 if part == "-1" else headers[name].index(part) + len(part)
    headers[name] = flipped(headers[name], at)
    assert json.loads(send(emulator, headers, body)[2])["Response"]["Error"]["Code"] == code


def test_one_flipped_bit_anywhere_in_the_body_is_refused(emulator, clock):
    body = json.dumps({"UsagePlanId": PLAN})
    headers = headers_for(body.encode(), host=emulator.url.partition("//")[2], timestamp=clock())
    for at in range(len(body)):
        answer = send(emulator, headers, flipped(body, at).encode())[2]
        assert json.loads(answer)["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize(("seconds", "code"), [(299, None), (-299, None), (302, "AuthFailure.SignatureExpire"), (-302, "AuthFailure.SignatureExpire")])
def test_a_clock_may_differ_by_five_minutes(emulator, clock, seconds, code):
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock() + seconds)
    answer = json.loads(send(emulator, headers, body)[2])["Response"]
    assert answer.get("Error", {}).get("Code") == code


@pytest.mark.parametrize(("token", "sent"), [("T", "T"), ("T", ""), ("", "T"), ("T", "X")])
def test_a_token_belongs_to_its_credentials(emulator, clock, token, sent):
    code = None if token == sent else "AuthFailure.TokenFailure"
    emulator.seed({"credentials": [{"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "token": token}]})
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock())
    if sent:
        headers["x-tc-token"] = sent
    assert json.loads(send(emulator, headers, body)[2])["Response"].get("Error", {}).get("Code") == code


# ---- The wire

def test_refusals_are_http_200_with_exactly_this_content_type(emulator, clock):
    status, headers, body = send(emulator, {"Content-Type": "application/json"})
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body)["Response"]["Error"]["Code"] == "MissingParameter"
    assert json.loads(body)["Response"]["RequestId"]


@pytest.mark.parametrize(
    ("method", "content_type"),
    [("GET", "application/json"), ("PUT", "application/json"), ("POST", "application/x-www-form-urlencoded"), ("POST", "text/plain")],
)
def test_only_json_over_post_is_spoken(emulator, clock, method, content_type):
    body = send(emulator, {"Content-Type": content_type}, method=method)[2]
    assert json.loads(body)["Response"]["Error"]["Code"] == "UnsupportedProtocol"


def test_unknown_fields_and_bodies_that_are_no_json_are_refused(emulator, clock):
    assert call(emulator, clock, UsagePlanId=PLAN, Colour="x")["Error"]["Code"] == "UnknownParameter"
    body = b"{broken"
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock())
    assert json.loads(send(emulator, headers, body)[2])["Response"]["Error"]["Code"] == "InvalidParameter"


def test_a_request_without_a_length_does_not_hang(emulator):
    host, _colon, port = emulator.url.partition("//")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: emulator\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 ") and b"Connection: close" in answer


def test_a_kept_connection_is_one_connection(emulator):
    connection = http.client.HTTPConnection(emulator.url.partition("//")[2], timeout=5)
    for _number in range(3):
        connection.request("POST", "/", b"{}", {"Content-Type": "application/json"})
        connection.getresponse().read()
    connection.close()
    assert emulator.connections == 1


def test_stopping_leaves_no_thread_and_no_connection():
    before = set(threading.enumerate())
    emulator = Emulator(SEED)
    emulator.start()
    connection = http.client.HTTPConnection(emulator.url.partition("//")[2], timeout=5)
    connection.request("POST", "/", b"{}", {"Content-Type": "application/json"})
    connection.getresponse().read()
    emulator.stop()
    assert set(threading.enumerate()) == before
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("POST", "/", b"{}")
        connection.getresponse()
    connection.close()


def test_emulators_share_nothing(clock):
    with Emulator(SEED, clock=clock) as one, Emulator(SEED, clock=clock) as other:
        call(one, clock, "BindSecretIds", UsagePlanId=PLAN, AccessKeyIds=["a"])
        assert call(other, clock)["Result"]["BindSecretIds"] == []
        assert other.calls()[0]["action"] == "DescribeUsagePlan"


# ---- Faults

def bind(emulator, clock, *ids):
    return call(emulator, clock, "BindSecretIds", UsagePlanId=PLAN, AccessKeyIds=list(ids))


def bound(emulator):
    return emulator.state()["ap-guangzhou"]["usage_plans"][0]["access_key_ids"]


def test_refuse_answers_the_code_and_does_nothing_as_often_as_it_is_told(emulator, clock):
    emulator.faults([{"action": "BindSecretIds", "kind": "refuse", "code": "InternalError", "skip": 1, "times": 2}])
    answers = [bind(emulator, clock, one).get("Error", {}).get("Code") for one in "abcb"]
    assert answers == [None, "InternalError", "InternalError", None]
    assert bound(emulator) == ["a", "b"]


@pytest.mark.parametrize("acts", [True, False])
def test_http_answers_the_status_and_acts_only_if_told(emulator, clock, acts):
    emulator.faults([{"action": "BindSecretIds", "kind": "http", "status": 503, "acts": acts}])
    body = json.dumps({"UsagePlanId": PLAN, "AccessKeyIds": ["a"]}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock(), action="BindSecretIds")
    assert send(emulator, headers, body)[0] == 503
    assert bound(emulator) == (["a"] if acts else [])


@pytest.mark.parametrize(("kind", "acts"), [("reset", False), ("drop", True)])
def test_reset_and_drop_cut_the_connection_before_and_after_acting(emulator, clock, kind, acts):
    emulator.faults([{"action": "BindSecretIds", "kind": kind}])
    with pytest.raises((http.client.HTTPException, OSError)):
        bind(emulator, clock, "a")
    assert bound(emulator) == (["a"] if acts else [])
    assert emulator.calls()[0]["fault"] == kind


def test_slow_takes_its_time_and_acts(emulator, clock):
    emulator.faults([{"action": "BindSecretIds", "kind": "slow", "seconds": 0.1}])
    started = time.monotonic()
    assert bind(emulator, clock, "a")["Result"] is True
    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize(
    ("how", "start"),
    [("not_json", b"<html>"), ("truncated", b'{"Resp'), ("no_response", b'{"Answer"'), ("null_result", b'{"Response": {"Result": null'),
     ("false_result", b'{"Response": {"Result": false'), ("charset", b'{"Response": {"Result": {')],
)
def test_garble_spoils_the_answer(emulator, clock, how, start):
    emulator.faults([{"action": "*", "kind": "garble", "how": how}])
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    _status, headers, answer = send(emulator, headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock()), body)
    assert answer.startswith(start)
    assert ("charset" in headers["Content-Type"]) == (how == "charset")


def test_garble_spoils_lists(emulator, clock):
    emulator.faults([{"action": "*", "kind": "garble", "how": "count"}, {"action": "*", "kind": "garble", "how": "null_list"}])
    assert call(emulator, clock, "DescribeApiKeysStatus", Limit=1)["Result"]["TotalCount"] == 4
    answer = call(emulator, clock, "DescribeApiKeysStatus", Limit=1)["Result"]
    assert (answer["TotalCount"], answer["ApiKeySet"]) == (3, None)


def test_meanwhile_somebody_else_acts_and_other_faults_still_apply(emulator, clock):
    deed = {"action": "BindSecretIds", "kind": "meanwhile", "do": [{"bind": {"usage_plan_id": PLAN, "access_key_ids": ["c"]}}, {"disable": ["b"]}]}
    emulator.faults([deed, {"action": "BindSecretIds", "kind": "reset"}])
    with pytest.raises((http.client.HTTPException, OSError)):
        bind(emulator, clock, "a")
    assert bound(emulator) == ["c"]
    assert bind(emulator, clock, "b")["Error"]["Code"] == "UnsupportedOperation.InvalidStatus"


@pytest.mark.parametrize("by", ["switch", "fault"])
def test_lag_shows_a_change_late_and_writes_see_it_at_once(emulator, clock, by):
    if by == "switch":
        emulator.seed({"switches": {"lag": 2}})
    else:
        emulator.faults([{"action": "BindSecretIds", "kind": "lag", "seconds": 2}])
    bind(emulator, clock, "a")
    assert call(emulator, clock)["Result"]["BindSecretIds"] == []
    assert bind(emulator, clock, "a")["Error"]["Code"] == "UnsupportedOperation.AlreadyBindUsagePlan"
    clock.sleep(2)
    assert call(emulator, clock)["Result"]["BindSecretIds"] == ["a"]


# ---- Switches that no module's contract shows by itself

def test_the_rate_limit_counts_seconds_and_actions(emulator, clock):
    emulator.seed({"switches": {"rate_limit": 2}})
    codes = [call(emulator, clock).get("Error", {}).get("Code") for _number in range(3)]
    assert codes == [None, None, "RequestLimitExceeded"]
    assert "Result" in call(emulator, clock, "DescribeApiKeysStatus", Limit=1)
    clock.sleep(1)
    assert "Result" in call(emulator, clock)


def test_latency_takes_its_time(emulator, clock):
    emulator.seed({"switches": {"latency": 0.1}})
    started = time.monotonic()
    call(emulator, clock)
    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize(("value", "found"), [("exact", 0), ("fuzzy", 1)])
def test_a_filter_by_name_is_exact_or_fuzzy(emulator, clock, value, found):
    emulator.seed({"switches": {"name_filter": value}})
    answer = call(emulator, clock, "DescribeUsagePlansStatus", Filters=[{"Name": "UsagePlanName", "Values": ["gol"]}])
    assert answer["Result"]["TotalCount"] == found


@pytest.mark.parametrize(("value", "code"), [("accept", None), ("refuse", "InvalidParameterValue.InvalidAccessKeyIds")])
def test_the_same_id_twice(emulator, clock, value, code):
    emulator.seed({"switches": {"duplicate_ids": value}})
    assert bind(emulator, clock, "a", "a").get("Error", {}).get("Code") == code


@pytest.mark.parametrize(("value", "code"), [(True, "ResourceNotFound.InvalidAccessKeyId"), (False, None)])
def test_keys_of_another_region(emulator, clock, value, code):
    emulator.seed({"switches": {"keys_are_regional": value}, "access_keys": [{"access_key_id": "far", "name": "far", "region": "ap-seoul"}]})
    assert call(emulator, clock, "DescribeApiKey", AccessKeyId="far").get("Error", {}).get("Code") == code


# ---- The control plane

def post(emulator, path, document):
    request = urllib.request.Request(f"{emulator.url}/_emulator/{path}", json.dumps(document).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())


def get(emulator, path):
    with urllib.request.urlopen(f"{emulator.url}/_emulator/{path}", timeout=5) as answer:
        return json.loads(answer.read())


def test_the_control_plane_does_what_the_object_does(emulator, clock):
    post(emulator, "seed", {"access_keys": [{"access_key_id": "d", "name": "d"}]})
    post(emulator, "faults", [{"action": "BindSecretIds", "kind": "refuse", "code": "InternalError"}])
    assert bind(emulator, clock, "d")["Error"]["Code"] == "InternalError"
    assert [call["code"] for call in get(emulator, "calls")] == ["InternalError"]
    assert get(emulator, "state") == emulator.state()
    post(emulator, "reset", {})
    assert (get(emulator, "calls"), get(emulator, "state")) == ([], {})


@pytest.mark.parametrize(
    ("path", "document", "words"),
    [
        ("seed", {"colours": []}, "colours"), ("seed", {"switches": {"colour": 1}}, "colour"), ("seed", {"switches": {"lag": "long"}}, "lag"),
        ("seed", {"switches": {"rebind": "maybe"}}, "rebind"), ("seed", {"quotas": {"colours": 1}}, "quotas"), ("seed", {"usage_plans": [{}]}, "name"),
        ("seed", {"usage_plans": [{"name": "x", "colour": 1}]}, "colour"), ("seed", {"bindings": [{"usage_plan_id": "x"}]}, "usage plan x"),
        ("seed", [], "object"),
        ("faults", [{"action": "*", "kind": "colour"}], "colour"), ("faults", [{"action": "*", "kind": "refuse"}], "code"),
        ("faults", [{"action": "*", "kind": "garble", "how": "x"}], "how"), ("faults", [{"kind": "reset"}], "action"),
    ],
)
def test_what_is_wrong_with_a_seed_or_a_fault_is_said(emulator, path, document, words):
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(emulator, path, document)
    assert caught.value.code == 400
    assert words in json.loads(caught.value.read())["error"]


# ---- The command line

def command(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, **options,
    )


def test_it_runs_a_command_with_its_address_and_ends_with_its_code(tmp_path):
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"credentials": [{"secret_id": "AKIDother", "secret_key": "OTHER"}]}))
    script = "import os, sys; print(os.environ['TENCENTCLOUD_APIGATEWAY_ENDPOINT'], os.environ['TENCENTCLOUD_SECRET_ID']); sys.exit(7)"
    process = command("--seed", str(seed), "--", sys.executable, "-c", script)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (7, "")
    assert output.startswith("http://127.0.0.1:") and output.endswith(" AKIDother\n")


def test_sigterm_ends_it_without_a_word(tmp_path):
    process = command("--url-file", str(tmp_path / "url"))
    said = [process.stdout.readline() for _line in range(5)]
    assert (tmp_path / "url").read_text() in said[0]
    assert "export TENCENTCLOUD_SECRET_KEY=SECRETEXAMPLE\n" in said
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "", "")


def test_it_ends_when_nobody_calls():
    process = command("--idle-timeout", "0.3")
    assert process.wait(timeout=20) == 0
    process.communicate()


@pytest.mark.parametrize("text", ["usage_plans: [", "colours: []"])
def test_a_wrong_seed_file_is_one_clear_line(tmp_path, text):
    seed = tmp_path / "seed.yml"
    seed.write_text(text)
    output, errors = command("--seed", str(seed)).communicate(timeout=20)
    assert output == ""
    assert len(errors.splitlines()) == 1 and "seed.yml" in errors
