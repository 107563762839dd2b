# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Id, key and token come from one source, or the error says which half is missing, or what was tried; roles are assumed once, and anew in time."""

from __future__ import annotations

import errno
import json
import threading
import time
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _credentials
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._credentials import METADATA, find_credentials, first_set, refuse_another_account
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Result, fetch
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials
from ansible_collections.tencentcloud.apigateway.tests.emulator.signature import Refused, verify
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed


def find(options, environment, ask=lambda url: None, clock=time.time):
    return find_credentials(options, {"HOME": "/nowhere", **environment}, ask, clock)


OPTIONS = {"secret_id": "id-option", "secret_key": "key-option"}
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        (OPTIONS, {}, Credentials("id-option", "key-option")),
        (OPTIONS, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "left-over"}, Credentials("id-option", "key-option")),
        ({**OPTIONS, "token": "t"}, ENVIRONMENT, Credentials("id-option", "key-option", "t")),
        ({}, ENVIRONMENT, Credentials("id-env", "key-env")),
        ({"secret_id": "", "secret_key": None, "token": " "}, ENVIRONMENT, Credentials("id-env", "key-env")),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "", "TENCENTCLOUD_SECURITY_TOKEN": "second"}, Credentials("id-env", "key-env", "second")),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "first", "TENCENTCLOUD_SECURITY_TOKEN": "second"}, Credentials("id-env", "key-env", "first")),
        ({"secret_id": " id\n", "secret_key": "key\n"}, {}, Credentials("id", "key")),
        ({"secret_id": "!id~", "secret_key": "~key!"}, {}, Credentials("!id~", "~key!")),
        ({}, {"TENCENTCLOUD_SECRET_ID": "id\n", "TENCENTCLOUD_SECRET_KEY": "key\n"}, Credentials("id", "key")),
    ],
)
def test_the_first_source_that_gives_anything_gives_everything(options, environment, expected):
    assert find(options, environment).source() == expected


@pytest.mark.parametrize(
    ("options", "environment", "named"),
    [
        ({"secret_id": "AKIDx"}, ENVIRONMENT, ["options", "secret_id without secret_key"]),
        ({"secret_key": "hidden-value"}, ENVIRONMENT, ["options", "secret_key without secret_id"]),
        ({"token": "hidden-value"}, ENVIRONMENT, ["options", "token without secret_id and secret_key"]),
        ({}, {"TENCENTCLOUD_SECRET_ID": "AKIDx"}, ["environment", "TENCENTCLOUD_SECRET_ID without TENCENTCLOUD_SECRET_KEY"]),
        ({}, {"TENCENTCLOUD_SECURITY_TOKEN": "hidden-value"}, ["environment", "TENCENTCLOUD_SECURITY_TOKEN without"]),
        ({}, {}, ["secret_id and secret_key", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY", "default.credential", "role of this machine"]),
        ({"secret_id": "AKIDx", "secret_key": "hidden-value inside"}, {}, ["secret_key (options)", "white space"]),
        ({"secret_id": "AKIDx", "secret_key": "hidden-value\u4f60"}, {}, ["secret_key (options)"]),
        ({"secret_id": "AKIDx", "secret_key": "hidden-value\x7f"}, {}, ["secret_key (options)"]),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "hidden-value\nX-Header: 1"}, ["TENCENTCLOUD_TOKEN (environment)"]),
    ],
)
def test_half_a_source_is_an_error_that_names_it_and_no_value(options, environment, named):
    with pytest.raises(InputError) as error:
        find(options, environment)
    for part in named:
        assert part in str(error.value)
    assert "hidden-value" not in str(error.value)


def test_first_set_takes_the_first_that_is_not_blank():
    assert first_set(["A", "B", "C"], {"A": "", "B": " \n", "C": " c\n"}) == "c"
    assert first_set(["A"], {}) is None


# ---- Profiles

CLI = {"secretId": "id-cli", "secretKey": "key-cli", "token": "token-cli"}


def write(file, text, mode=0o600):
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def test_a_profile_of_the_command_line_tool_goes_before_one_of_the_sdk(tmp_path):
    write(tmp_path / ".tencentcloud/credentials", "[default]\nsecret_id = id-sdk\nsecret_key = key%sdk\n[work]\nsecret_id = id-work\nsecret_key = key-work\n")
    home = {"HOME": str(tmp_path)}
    assert (find({}, home).source(), find({}, home).region) == (Credentials("id-sdk", "key%sdk"), "")
    assert find({"profile": "work"}, home).source() == Credentials("id-work", "key-work")
    write(tmp_path / ".tccli/default.credential", "{}")
    assert find({}, home).source() == Credentials("id-sdk", "key%sdk")
    write(tmp_path / ".tccli/default.credential", json.dumps(CLI))
    write(tmp_path / ".tccli/default.configure", json.dumps({"_sys_param": {"output": "json"}}))
    assert find({}, home).region == ""
    write(tmp_path / ".tccli/default.configure", json.dumps({"_sys_param": {"region": "ap-tokyo", "output": "json"}}))
    found = find({}, home)
    assert (found.source(), found.region, found.warnings) == (Credentials("id-cli", "key-cli", "token-cli"), "ap-tokyo", [])
    assert find({"profile": "work"}, home).source() == Credentials("id-work", "key-work")
    assert find(OPTIONS, home).source() == Credentials("id-option", "key-option")


def test_the_folder_of_another_tool_is_looked_in_and_an_older_form_has_its_region(tmp_path):
    write(tmp_path / "else/default.credential", json.dumps({**CLI, "role-arn": "arn", "role-session-name": "me"}))
    write(tmp_path / "else/default.configure", json.dumps({"region": "ap-seoul"}))
    found = find({}, {"TENCENTCLOUD_SHARED_CREDENTIALS_DIR": str(tmp_path / "else")})
    assert (found.region, found.role) == ("ap-seoul", {"role_arn": "arn", "role_session_name": "me"})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_or_change_is_a_warning(tmp_path, mode):
    write(tmp_path / ".tccli/default.credential", json.dumps(CLI), mode)
    (warning,) = find({}, {"HOME": str(tmp_path)}).warnings
    assert "default.credential" in warning and "chmod 600" in warning and "key-cli" not in warning


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{not json key-cli", "cannot be read as credentials (JSONDecodeError)"), ('{"secretId": "id"}', "secretId without secretKey"),
        ("[1]", "No credentials"), ("{}", "no profile default"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_name_and_without_its_content(tmp_path, text, words):
    write(tmp_path / ".tccli/default.credential", text)
    with pytest.raises(InputError) as error:
        find({}, {"HOME": str(tmp_path)})
    assert words in str(error.value) and "default.credential" in str(error.value) and "key-cli" not in str(error.value)


def test_a_profile_that_is_named_and_nowhere_is_an_error_and_nobody_else_is_asked(tmp_path):
    write(tmp_path / ".tencentcloud/credentials", "[default]\nsecret_id = id\nsecret_key = key\n")
    with pytest.raises(InputError) as error:
        find({"profile": "missing"}, {"HOME": str(tmp_path)}, ask=lambda url: pytest.fail("asked"))
    for words in ("missing.credential: no such file", "no profile missing with credentials", "/etc/tencentcloud/credentials: no such file"):
        assert words in str(error.value)


def test_without_a_home_in_its_environment_the_callers_own_is_looked_in(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / ".tccli/default.credential", json.dumps(CLI))
    assert find_credentials({}, {}, lambda url: None, time.time).source().secret_id == "id-cli"


def credentials_at(tmp_path, where):
    """A place for HOME in which nothing can be, or nothing can be read."""
    home = tmp_path / "home"
    if where == "a file":
        home.write_text("")
    elif where == "a loop":
        home.symlink_to(home)
    elif where == "a long name":
        home = tmp_path / ("x" * 300)
    elif where == "/dev/null":
        home = where
    return {"HOME": str(home)}


@pytest.mark.parametrize("where", ["/dev/null", "a file", "a loop", "a long name", "nowhere"])
def test_a_home_in_which_no_file_can_be_has_none_and_the_chain_goes_on(tmp_path, where):
    environment = credentials_at(tmp_path, where)
    answer = json.dumps({**TEMPORARY, "ExpiredTime": 10**10})
    assert find({"cam_role_name": "worker"}, environment, ask=lambda url: answer).source().secret_id == "id-instance"
    with pytest.raises(InputError) as error:
        find({"profile": "work"}, environment)
    for file in (".tccli/work.credential", ".tencentcloud/credentials"):
        assert f"{environment['HOME']}/{file}: no such file" in str(error.value)
    # The folder of the command line tool, too.
    with pytest.raises(InputError) as error:
        find({"profile": "work"}, {"TENCENTCLOUD_SHARED_CREDENTIALS_DIR": environment["HOME"]})
    assert f"{environment['HOME']}/work.credential: no such file" in str(error.value)
    assert find({"profile": "x" * 300, **OPTIONS}, environment).source().secret_id == "id-option"


def test_without_any_home_the_chain_goes_on(monkeypatch):
    """As in a container whose user is not in the list of users."""
    def nobody(*_details):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(_credentials.pathlib.Path, "expanduser", nobody)
    answer = json.dumps({**TEMPORARY, "ExpiredTime": 10**10})
    assert find_credentials({"cam_role_name": "worker"}, {}, lambda url: answer, time.time).source().secret_id == "id-instance"
    with pytest.raises(InputError, match="files in the home folder: HOME is not set, and the user of this process has none"):
        find_credentials({}, {}, lambda url: None, time.time)


def test_a_file_of_another_tool_is_looked_in_without_any_home(tmp_path, monkeypatch):
    monkeypatch.setattr(_credentials, "_home", lambda environment: None)
    write(tmp_path / "else/default.credential", json.dumps(CLI))
    write(tmp_path / "else/default.configure", json.dumps({"region": "ap-seoul"}))
    found = find({}, {"TENCENTCLOUD_SHARED_CREDENTIALS_DIR": str(tmp_path / "else")})
    assert (found.source().secret_id, found.region) == ("id-cli", "ap-seoul")


@pytest.mark.parametrize(("error", "words"), [
    (IsADirectoryError(errno.EISDIR, "x"), "it is a folder"), (PermissionError(errno.EACCES, "x"), "this user may not read it"),
    (OSError(errno.EIO, "x"), "OSError"),
])
def test_a_file_that_is_there_and_cannot_be_read_ends_the_chain_with_the_reason(tmp_path, monkeypatch, error, words):
    """Another identity could be behind it: nobody else is asked."""
    def unreadable(*_details, **_more):
        raise error

    monkeypatch.setattr(_credentials.pathlib.Path, "read_text", unreadable)
    with pytest.raises(InputError) as caught:
        find({"cam_role_name": "worker"}, {"HOME": str(tmp_path)}, ask=lambda url: pytest.fail("asked"))
    assert str(caught.value) == f"{tmp_path}/.tccli/default.credential cannot be read as credentials: {words}."


def test_a_folder_in_the_place_of_a_file_is_told_as_such_and_one_of_regions_is_none(tmp_path):
    (tmp_path / ".tccli/default.credential").mkdir(parents=True)
    with pytest.raises(InputError, match="default.credential cannot be read as credentials: it is a folder"):
        find({}, {"HOME": str(tmp_path)})
    (tmp_path / ".tccli/default.credential").rmdir()
    write(tmp_path / ".tccli/default.credential", json.dumps(CLI))
    (tmp_path / ".tccli/default.configure").mkdir()
    assert find({}, {"HOME": str(tmp_path)}).region == ""


def test_a_file_that_is_nested_without_end_is_told_as_one_that_cannot_be_read(tmp_path):
    write(tmp_path / ".tccli/default.credential", "[" * 100_000)
    with pytest.raises(InputError, match="default.credential cannot be read as credentials"):
        find({}, {"HOME": str(tmp_path)})
    write(tmp_path / ".tccli/default.credential", json.dumps(CLI))
    write(tmp_path / ".tccli/default.configure", "[" * 100_000)
    assert find({}, {"HOME": str(tmp_path)}).region == ""
    with pytest.raises(InputError, match="gives no credentials of the role worker"):
        find({"cam_role_name": "worker"}, {}, lambda url: "[" * 60_000).source()


# ---- The role of the instance

TEMPORARY = {"TmpSecretId": "id-instance", "TmpSecretKey": "key-instance", "Token": "token-instance", "Code": "Success"}


def test_the_role_of_the_instance_comes_last_and_is_asked_for_again_before_it_ends():
    asked, now = [], [1000.0]

    def ask(url):
        asked.append(url)
        return "worker" if url == METADATA else json.dumps({**TEMPORARY, "ExpiredTime": now[0] + 3600})

    source = find({}, {}, ask, lambda: now[0]).source
    assert [source(), source()] == [Credentials("id-instance", "key-instance", "token-instance")] * 2
    assert asked == [METADATA, METADATA + "worker"]
    now[0] += 3299
    source()
    assert asked[2:] == []
    now[0] += 1
    source()
    assert asked[2:] == [METADATA + "worker"]
    assert find({"cam_role_name": "named"}, {}, ask, lambda: now[0]).source() and asked[3:] == [METADATA + "named"]


def test_the_role_is_good_until_it_ends_when_it_cannot_be_had_anew():
    now, answers = [0.0], [json.dumps({**TEMPORARY, "ExpiredTime": 1000})]
    source = find({"cam_role_name": "worker"}, {}, lambda url: answers[0], lambda: now[0]).source
    assert source()
    now[0], answers[0] = 900.0, "nonsense"
    assert source().secret_id == "id-instance"
    now[0] = 1000.0
    with pytest.raises(InputError, match="gives no credentials of the role worker"):
        source()


@pytest.mark.parametrize("answer", ["", "<html>\n<body>", None])
def test_what_names_no_role_is_none(answer):
    with pytest.raises(InputError, match="it has none, or is none"):
        find({}, {}, lambda url: answer)


def test_half_of_an_instances_credentials_is_told_as_half_a_set():
    answer = json.dumps({**TEMPORARY, "TmpSecretKey": "", "ExpiredTime": 1})
    with pytest.raises(InputError, match="in the metadata service: secret_id and token without secret_key"):
        find({"cam_role_name": "worker"}, {}, lambda url: answer).source()


def test_the_metadata_service_is_asked_without_a_proxy_and_not_for_long(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(lambda handler: (200, b"worker")) as url:
        assert fetch(url) == "worker"
    with serving(lambda handler: (404, b"no role")) as url:
        assert fetch(url) is None
    assert fetch("http://127.0.0.1:9/") is None


# ---- The security token service


class serving:
    """A server on 127.0.0.1 that answers with what `answer` gives for the request: status and body."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                status, body = answer(self)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_details):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_details):
        self._server.shutdown()
        self._thread.join()
        self._server.socket.close()


class TokenService:
    """Verifies what it is asked, and hands out one set of credentials after another that the gateway knows."""

    def __init__(self, gateway, lasts=7200):
        self.gateway, self.lasts, self.asked = gateway, lasts, []

    def __call__(self, handler):
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(int(headers["content-length"]))
        known = {"AKIDEXAMPLE": {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "token": ""}}
        try:
            verify(known, {**headers}, body, self.gateway.time(), service="sts")
        except Refused as refused:
            return self.answer({"Error": {"Code": refused.code, "Message": "no"}})
        assert headers["x-tc-version"] == "2018-08-13"
        self.asked.append((headers["x-tc-action"], json.loads(body)))
        if headers["x-tc-action"] == "GetCallerIdentity":
            return self.answer({"AccountId": "100000000001", "Arn": "arn", "Type": "CAMUser"})
        number = len(self.asked)
        made = {"secret_id": f"AKIDtemporary{number}", "secret_key": f"SENTINELKEY{number}", "token": f"SENTINELTOKEN{number}"}
        self.gateway.emulator.seed({"credentials": [made]})
        return self.answer({
            "Credentials": {"TmpSecretId": made["secret_id"], "TmpSecretKey": made["secret_key"], "Token": made["token"]},
            "ExpiredTime": int(self.gateway.time()) + self.lasts,
        })

    @staticmethod
    def answer(response):
        return 200, json.dumps({"Response": {**response, "RequestId": "of-sts"}}).encode()


ROLE = {
    "role_arn": "qcs::cam::uin/1:roleName/gateway", "role_session_name": "nightly", "role_session_duration": 3600, "role_external_id": "outside",
}


def test_a_role_is_assumed_once_and_its_credentials_sign_every_call():
    with Gateway() as gateway:
        service = TokenService(gateway)
        with serving(service) as url:
            result = gateway.run("usage_plan_keys", usage_plan_id=PLAN, access_key_ids=["a"], sts_endpoint=url, **ROLE)
        assert (result.get("failed"), result["bound"]) == (None, ["a"])
        wanted = {"RoleArn": ROLE["role_arn"], "RoleSessionName": "nightly", "DurationSeconds": 3600, "ExternalId": "outside"}
        assert service.asked == [("AssumeRole", wanted)]
        assert "SENTINEL" not in json.dumps(result)


def test_a_role_is_assumed_anew_in_the_middle_of_a_run_before_it_ends():
    with Gateway(switches={"lag": 1}) as gateway:
        service = TokenService(gateway, lasts=301)
        gateway.emulator.faults([{"action": "BindSecretIds", "kind": "garble", "how": "null_result", "acts": False, "times": 3}])
        with serving(service) as url:
            result = gateway.run("usage_plan_keys", usage_plan_id=PLAN, access_key_ids=["a"], sts_endpoint=url, **ROLE)
        assert result["bound"] == ["a"]
        assert len(service.asked) > 1


def test_a_role_without_options_is_assumed_as_ansible():
    with Gateway() as gateway:
        service = TokenService(gateway)
        with serving(service) as url:
            gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, sts_endpoint=url, role_arn="arn")
        assert service.asked == [("AssumeRole", {"RoleArn": "arn", "RoleSessionName": "ansible"})]


def test_an_answer_without_credentials_or_account_is_told_as_such():
    def empty(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return TokenService.answer({})

    with Gateway() as gateway, serving(empty) as url:
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, sts_endpoint=url, role_arn="arn")
        assert_failed(result, None, "AssumeRole", "the answer has no credentials")
        assert (result["action"], result["error_kind"], result["request_id"]) == ("AssumeRole", "unclear", "of-sts")
        with pytest.raises(ApiError) as caught:
            refuse_another_account(types.SimpleNamespace(call=lambda action: Result({}, "r-1")), "42")
        assert caught.value.request_id == "r-1"
        for account, told in (("100000000001", "100000000001"), ("1" * 29, "1" * 29), ("1" * 30, "unknown"), ("no number", "unknown")):
            with pytest.raises(ApiError, match=f"belongs to account {told},"):
                refuse_another_account(types.SimpleNamespace(call=lambda action, account=account: Result({"AccountId": account}, "r-1")), "42")
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, sts_endpoint=url, expected_account="42")
        assert_failed(result, None, "belongs to account unknown,")
        assert (result["action"], result["error_kind"], result["request_id"]) == ("GetCallerIdentity", "auth", "of-sts")
        assert gateway.calls() == []


def test_a_role_that_may_not_be_assumed_is_told_with_the_services_code():
    with Gateway() as gateway:
        with serving(lambda handler: TokenService.answer({"Error": {"Code": "AuthFailure.UnauthorizedOperation", "Message": "no"}})) as url:
            result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, sts_endpoint=url, **ROLE)
        assert_failed(result, "AuthFailure.UnauthorizedOperation", "AssumeRole")
        assert gateway.calls() == []


STS_ANSWERS = {
    "refused": {"Error": {"Code": "AuthFailure.UnauthorizedOperation", "Message": "no"}}, "empty": {},
    "unknown": {"Error": {"Code": "InvalidParameter.RoleNotExist", "Message": "no such role"}}, "a fault": {"Error": {"Code": "InternalError", "Message": ""}},
}


@pytest.mark.parametrize("how", [*STS_ANSWERS, "not there"])
@pytest.mark.parametrize("options", [ROLE, {"expected_account": "42"}], ids=["AssumeRole", "GetCallerIdentity"])
def test_the_host_that_is_named_is_the_one_that_was_asked(how, options):
    """By a read, by a write, and in a hint."""
    def answer(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return TokenService.answer(STS_ANSWERS[how])

    with Gateway() as gateway, serving(answer) as url:
        url = "http://127.0.0.1:9/" if how == "not there" else url
        for name, more in (("usage_plan_keys_info", {}), ("usage_plan_keys", {"access_key_ids": ["a"]}), ("access_info", None)):
            given = {} if more is None else {"usage_plan_id": PLAN, **more}
            result = gateway.run(name, sts_endpoint=url, api_retries=1, wait_timeout=1, **options, **given)
            action, host = ("AssumeRole" if "role_arn" in options else "GetCallerIdentity"), url.split("/")[2]
            assert_failed(result, result["error_code"], f"{action} for ", f" failed in ap-guangzhou at {host}: ")
            assert (result["action"], gateway.calls()) == (action, [])
            assert gateway.emulator.url.split("/")[2] not in result["msg"]
        assert how != "not there" or "Check sts_endpoint or domain" in result["hint"]


def test_a_role_that_cannot_be_assumed_anew_during_a_write_is_told_of_the_token_service():
    """What was read back to find out whether the write was carried out could not be read either."""
    with Gateway() as gateway:
        service, asked = TokenService(gateway, lasts=0), []

        def once(handler):
            asked.append(handler)
            if len(asked) == 1:
                return service(handler)
            handler.rfile.read(int(handler.headers["Content-Length"]))
            return 500, b""

        with serving(once) as url:
            options = {"usage_plan_id": PLAN, "access_key_ids": ["a"], "api_retries": 0, "wait_timeout": 0}
            result = gateway.run("usage_plan_keys", sts_endpoint=url, **options, **ROLE)
        assert_failed(result, None, f"AssumeRole for usage plan {PLAN} failed in ap-guangzhou at {url.split('/')[2]}: ")


@pytest.mark.parametrize("check_mode", [True, False])
def test_another_account_than_the_expected_one_does_nothing(check_mode):
    with Gateway("a") as gateway:
        options = {"usage_plan_id": PLAN, "access_key_ids": ["a"], "state": "absent"}
        with serving(TokenService(gateway)) as url:
            result = gateway.run("usage_plan_keys", check_mode=check_mode, expected_account="42", sts_endpoint=url, **options)
            assert_failed(result, None, "GetCallerIdentity", "100000000001", "expected_account is 42")
            assert (result["error_kind"], gateway.calls()) == ("auth", [])
            result = gateway.run("usage_plan_keys", check_mode=check_mode, expected_account="100000000001", sts_endpoint=url, **options)
            assert result["changed"]
            assert [call["action"] for call in result["api_calls"]][0] == "GetCallerIdentity"


def test_a_region_may_come_from_the_profile_and_the_warning_of_its_file_reaches_the_result(tmp_path, monkeypatch):
    write(tmp_path / ".tccli/default.credential", json.dumps({"secretId": "AKIDEXAMPLE", "secretKey": "SECRETEXAMPLE"}), 0o644)
    write(tmp_path / ".tccli/default.configure", json.dumps({"region": "ap-guangzhou"}))
    with Gateway("a") as gateway:
        result = gateway.run(
            "usage_plan_keys_info", usage_plan_id=PLAN, secret_id="", secret_key="", region="", variables={"HOME": str(tmp_path)},
        )
        assert result["usage_plan_keys"]["access_key_ids"] == ["a"]
        assert ["chmod 600" in warning for warning in result["warnings"]] == [True]


def test_the_options_of_roles_come_from_the_environment_by_the_names_of_two_tools():
    fallbacks = {option: spec["fallback"][1] for option, spec in CONNECTION.items() if "fallback" in spec}
    assert fallbacks["role_arn"] == ["TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"]
    assert fallbacks["profile"] == ["TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"]
    assert _credentials.STS_VERSION == "2018-08-13"
