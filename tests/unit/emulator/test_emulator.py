# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator itself: signatures, wire, faults, switches, control plane and command line."""

from __future__ import annotations

import contextlib
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
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator, wire
from ansible_collections.tencentcloud.apigateway.tests.unit.emulator.client import PLAN, call, headers_for, send
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

ROOT = pathlib.Path(__file__).resolve().parents[3]
SEED = {"usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}], "access_keys": [{"access_key_id": one, "name": one} for one in "abc"]}


@pytest.fixture
def clock():
    return VirtualTime()


@pytest.fixture
def emulator(clock):
    with Emulator(SEED, clock=clock) as one:
        yield one


# ---- Signatures

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
    if part == "Signature=":
        # A digit of it, which stays one: a signature of other letters than a to f is malformed, not wrong.
        at = next(place for place in range(at, len(headers[name])) if headers[name][place].isdigit())
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


@pytest.mark.parametrize("verb", ["PUT", "HEAD", "TRACE", "PROPFIND"])
def test_every_other_verb_is_answered_by_the_api(emulator, verb):
    status, headers, body = send(emulator, {}, method=verb)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert verb == "HEAD" or json.loads(body)["Response"]["Error"]["Code"] == "UnsupportedProtocol"


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/json;charset=UTF-8"])
def test_parameters_of_the_content_type_do_not_matter(emulator, clock, content_type):
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock(), **{"content-type": content_type})
    assert b'"UsagePlanName"' in send(emulator, headers, body)[2]


@pytest.mark.parametrize("megabytes", [11, 24])
def test_a_body_that_is_too_large_is_read_to_its_end_and_refused(emulator, megabytes):
    _status, headers, body = send(emulator, {"Content-Type": "application/json"}, b" " * (megabytes << 20))
    assert json.loads(body)["Response"]["Error"]["Code"] == "RequestSizeLimitExceeded"
    assert headers["Connection"] == "close"


def test_an_error_of_the_emulator_itself_is_loud(emulator, clock):
    deed = {"bind": {"usage_plan_id": "missing", "access_key_ids": ["a"]}}
    emulator.faults([{"action": "*", "kind": "meanwhile", "do": [deed]}])
    body = json.dumps({"UsagePlanId": PLAN}).encode()
    status, _headers, answer = send(emulator, headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock()), body)
    assert status == 500 and b"KeyError" in answer
    assert emulator.calls()[0]["status"] == 500


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


def test_what_is_being_answered_when_it_stops_is_answered(monkeypatch):
    """The answer to stop itself is, on a machine with much to do."""
    emulator, closed, reply = Emulator(SEED), threading.Event(), wire._Handler._reply
    close = wire.ThreadingHTTPServer.server_close
    monkeypatch.setattr(wire.ThreadingHTTPServer, "server_close", lambda server: (close(server), closed.set()))

    def late(handler, *answer):
        # No reply before the server has begun to close; a moment more, for what it does then.
        assert closed.wait(10)
        time.sleep(0.05)
        reply(handler, *answer)

    monkeypatch.setattr(wire._Handler, "_reply", late)
    emulator.start()
    stopping = threading.Thread(target=lambda: (emulator.wait(), emulator.stop()))
    stopping.start()
    assert send(emulator, {}, path="/_emulator/stop")[0] == 200
    stopping.join()


def test_stopping_before_starting_and_twice_is_harmless():
    emulator = Emulator(SEED)
    emulator.stop()
    emulator.stop()
    with Emulator(SEED) as other:
        other.stop()


def test_stopping_cuts_connections_that_have_said_nothing_yet():
    with Emulator() as emulator:
        host, _colon, port = emulator.url.partition("//")[2].partition(":")
        connections = [socket.create_connection((host, int(port)), timeout=10) for _number in range(8)]
        started = time.monotonic()
    # A connection that nobody cuts is waited for during a minute.
    assert time.monotonic() - started < 50
    for connection in connections:
        with contextlib.suppress(OSError):
            assert connection.recv(1) == b""
        connection.close()


def test_a_process_that_forgets_to_stop_it_ends_all_the_same():
    script = "from tests.emulator import Emulator; Emulator().start()"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=20, check=False).returncode == 0


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
     ("false_result", b'{"Response": {"Result": false'), ("bare_error", b'{"Response": {"Error": {}, "Result": {'), ("charset", b'{"Response": {"Result": {')],
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


@pytest.mark.parametrize("null", [False, True])
def test_omit_leaves_members_out_of_the_result_and_of_its_rows(emulator, clock, null):
    emulator.faults([{"action": "*", "kind": "omit", "members": ["Status", "TotalCount"], "null": null}])
    result = call(emulator, clock, "DescribeApiKeysStatus", Limit=100)["Result"]
    members = [*result, *(member for row in result["ApiKeySet"] for member in row)]
    assert ("Status" in members, "TotalCount" in members, "SecretName" in members) == (null, null, True)
    assert {result.get("TotalCount"), *(row.get("Status") for row in result["ApiKeySet"])} == {None}


def test_meanwhile_somebody_else_creates_what_lists_then_have(emulator, clock):
    deed = {"create_keys": [{"access_key_id": "new", "name": "new"}], "create_usage_plans": [{"usage_plan_id": "usagePlan-new", "name": "new"}]}
    emulator.faults([{"action": "DescribeApiKeysStatus", "kind": "meanwhile", "do": [deed]}])
    assert "new" in [row["AccessKeyId"] for row in call(emulator, clock, "DescribeApiKeysStatus", Limit=100)["Result"]["ApiKeySet"]]
    assert "new" in [row["UsagePlanName"] for row in call(emulator, clock, "DescribeUsagePlansStatus", Limit=100)["Result"]["UsagePlanStatusSet"]]


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


def test_a_command_meets_nothing_of_its_callers_account(tmp_path, monkeypatch):
    monkeypatch.setenv("TENCENTCLOUD_SECURITY_TOKEN", "REAL")
    monkeypatch.setenv("TENCENTCLOUD_DOMAIN", "real.example")
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"credentials": [{"secret_id": "AKIDother", "secret_key": "OTHER", "token": "TOKEN"}]}))
    script = "import json, os; print(json.dumps({n: v for n, v in os.environ.items() if n.startswith('TENCENTCLOUD_')}))"
    output, _errors = command("--seed", str(seed), "--", sys.executable, "-c", script).communicate(timeout=20)
    said = json.loads(output)
    assert said.pop("TENCENTCLOUD_APIGATEWAY_ENDPOINT").startswith("http://127.0.0.1:")
    assert said == {
        "TENCENTCLOUD_SECRET_ID": "AKIDother", "TENCENTCLOUD_SECRET_KEY": "OTHER", "TENCENTCLOUD_TOKEN": "TOKEN", "TENCENTCLOUD_REGION": "ap-guangzhou",
    }


def test_a_command_that_is_killed_ends_as_in_a_shell():
    process = command("--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    process.communicate(timeout=20)
    assert process.returncode == 128 + 9


def test_sigterm_reaches_the_command_and_leaves_no_process():
    script = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), sys.exit(0)));"
        "print('up', flush=True); time.sleep(60)"
    )
    process = command("--", sys.executable, "-c", script)
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (130, "asked\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--", "/no/such/command"], "/no/such/command"), (["--url-file", "/no/such/folder/url"], "/no/such/folder/url"), (["--port", "99999"], "99999")],
)
def test_what_cannot_be_started_is_one_clear_line(arguments, words):
    output, errors = command(*arguments).communicate(timeout=20)
    assert output == ""
    assert len(errors.splitlines()) == 1 and words in errors


def test_an_empty_seed_file_is_an_empty_emulator(tmp_path):
    seed = tmp_path / "seed.yml"
    seed.write_text("# nothing yet\n")
    process = command("--seed", str(seed), "--", sys.executable, "-c", "")
    assert (process.communicate(timeout=20), process.returncode) == (("", ""), 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_word(tmp_path, number):
    process = command("--url-file", str(tmp_path / "url"))
    said = [process.stdout.readline() for _line in range(5)]
    assert (tmp_path / "url").read_text() in said[0]
    assert "export TENCENTCLOUD_SECRET_KEY=SECRETEXAMPLE\n" in said
    process.send_signal(number)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "", "")


def test_it_ends_when_nobody_calls():
    process = command("--idle-timeout", "0.3")
    assert process.wait(timeout=20) == 0
    process.communicate()


@pytest.mark.parametrize("text", ["usage_plans: [", "colours: []", "[]", "usage_plans: x", "usage_plans: [x]", "credentials: {a: b}"])
def test_a_wrong_seed_file_is_one_clear_line(tmp_path, text):
    seed = tmp_path / "seed.yml"
    seed.write_text(text)
    output, errors = command("--seed", str(seed)).communicate(timeout=20)
    assert output == ""
    assert len(errors.splitlines()) == 1 and "seed.yml" in errors
