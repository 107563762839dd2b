# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server says, and however much: no part of a secret is shown, and a message stays one that a person reads."""

from __future__ import annotations

import json
import secrets

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _http
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import KINDS
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_anything import Answer
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import run_module
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, PLAN, Gateway, meanwhile

# Characters of a msg of any module; the lists below would be longer alone.
READABLE = 4000
# Where a text was cut, or is: in msg, in api_message.
CUTS = (300, 1000)


# ---- Secrets


def quoting(secret):
    """A text that has it across each cut, whatever of it is before."""
    text = ""
    for cut in CUTS:
        text += " ".join(["x" * 9] * 200)[:cut - len(text) - len(secret) + 3] + secret
    return text


def in_part(secret, text):
    """The longest beginning of the secret that is in the text."""
    return max(length for length in range(len(secret) + 1) if secret[:length] in text)


@pytest.fixture(name="caller")
def a_caller():
    return {"secret_id": "AKIDcaller", "secret_key": secrets.token_hex(20), "token": secrets.token_hex(20)}


def refused(caller, name, message, code="OperationDenied", action="", options=None):
    """All that comes out of a module that is refused with this text."""
    with Emulator({**SEED, "credentials": [caller]}) as emulator:
        emulator.faults([{"action": action or CASES[name].action, "kind": "refuse", "code": code, "message": message, "times": 0}])
        result, output = run_module(name, {**CASES[name].succeeds, **caller, "region": "ap-guangzhou", "endpoint": emulator.url, **(options or {})})
    assert result["failed"] and result["error_code"] == code, result
    return output


@pytest.mark.parametrize("code", ["OperationDenied", "Unknown.Code"])
@pytest.mark.parametrize("name", MODULES)
def test_a_refusal_that_quotes_a_secret_across_a_cut_shows_no_part_of_it(caller, name, code):
    for part in ("secret_key", "token"):
        assert in_part(caller[part], refused(caller, name, quoting(caller[part]), code)) < 6


@pytest.mark.parametrize(("name", "options", "action"), [
    ("api_key", {"access_key_id": "a", "name": "a", "access_key_secret": "{}"}, "UpdateApiKey"),
    ("access", {"usage_plans": [], "allow_empty": True, "access_keys": [{"name": "a", "access_key_secret": "{}"}]}, "UpdateApiKey"),
])
def test_a_secret_that_a_key_is_to_have_is_hidden_before_a_text_is_cut(caller, name, options, action):
    secret = secrets.token_hex(20)
    options = json.loads(json.dumps(options).replace("{}", secret))
    assert in_part(secret, refused(caller, name, quoting(secret), action=action, options=options)) < 6


def test_a_secret_that_a_server_quotes_as_json_is_hidden(caller):
    """As it was in the body of the request."""
    secret = f'{secrets.token_hex(8)}"\\\u00e9{secrets.token_hex(8)}'
    options = {"access_key_id": "a", "name": "a", "access_key_secret": secret}
    output = refused(caller, "api_key", json.dumps({"AccessKeySecret": secret}), action="UpdateApiKey", options=options)
    assert in_part(secret[-16:], output) < 6 and in_part(secret, output) < 6


@pytest.mark.parametrize("code", ["OperationDenied", "Unknown.Code"])
@pytest.mark.parametrize("end", [".", "..."])
def test_a_secret_that_ends_in_dots_is_hidden_where_the_end_of_a_text_is_dropped(caller, code, end):
    caller["secret_key"] += end
    assert in_part(caller["secret_key"], refused(caller, "usage_plan_keys", f"No {caller['secret_key']}", code)) < 6


def test_a_secret_of_a_key_that_was_read_or_made_in_the_run_is_in_no_text():
    """Ansible knows neither."""
    with Gateway() as gateway:
        keys = gateway.emulator._state.region("ap-guangzhou").access_keys
        keys["a"].secret = old = secrets.token_hex(20)
        due = gateway.emulator._due

        def noted(action):
            faults = due(action)
            for fault in faults:
                fault["message"] = quoting(keys["a"].secret)
            return faults

        gateway.emulator._due = noted
        gateway.emulator.faults([{"action": "UpdateApiKey", "kind": "refuse", "code": "OperationDenied"}])
        read = gateway.run("api_key", access_key_id="a", rotate=True)
        keys["a"].enabled = False
        gateway.emulator.faults([{"action": "DisableApiKey", "kind": "refuse", "code": "OperationDenied", "times": 0}])
        made = gateway.run("api_key", access_key_id="a", rotate=True)
        new = keys["a"].secret
    assert read["failed"] and in_part(old, json.dumps(read)) < 6
    assert made["failed"] and new != old and made.pop("access_key_secret") == new
    assert in_part(new, json.dumps(made)) < 6


@pytest.mark.parametrize("option", ["endpoint", "sts_endpoint", "domain"])
def test_a_password_in_a_url_that_is_refused_is_not_shown(option):
    password = secrets.token_hex(20)
    for url in (f"https://user:{password}@gateway.example", f"user:{password}@gateway.example"):
        result, output = run_module("usage_plan_info", {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "region": "r", option: url})
        assert option in result["msg"] and in_part(password, output) < 6


# ---- Length


def assert_readable(result):
    assert result["failed"]
    assert len(result["msg"]) < READABLE and "\n" not in result["msg"], result["msg"][:READABLE]
    assert all(len(warning) < READABLE for warning in result.get("warnings", []))


@pytest.mark.parametrize("part", ["Code", "Message", "RequestId", "Content-Type"])
@pytest.mark.parametrize("name", MODULES)
def test_what_a_server_says_is_bounded(name, part, monkeypatch):
    said = {"Code": "Unknown.Code", "Message": "No.", "RequestId": "r", "Content-Type": "application/json", part: "word\n" * 400000}
    body = {"Error": {member: said[member] for member in ("Code", "Message")}, "RequestId": said["RequestId"]}
    answer = Answer(403 if part == "Content-Type" else 200, json.dumps({"Response": body} if part != "Content-Type" else {}).encode(), said)
    monkeypatch.setattr(_http.requests.Session, "post", lambda _session, *_details, **_more: answer)
    with Gateway() as gateway:
        result = gateway.run(name, **CASES[name].succeeds)
    assert_readable(result)
    assert result["error_kind"] in KINDS and result["error_kind"] == ("rejected" if part == "Content-Type" else "other")
    assert len(json.dumps(result)) < 3 * READABLE
    assert len(result["api_message"]) <= 1000


def test_what_a_write_or_the_account_is_answered_with_is_bounded(monkeypatch):
    huge = "word\n" * 400000
    with Gateway() as gateway:
        monkeypatch.setattr(_http.requests.Session, "post", lambda _session, *_details, **_more: Answer(
            200, json.dumps({"Response": {"AccountId": huge, "RequestId": huge}}).encode(), {},
        ))
        assert_readable(gateway.run("usage_plan_info", expected_account="100000000001"))
        monkeypatch.undo()
        body = json.dumps({"Response": {"Result": huge, "RequestId": huge}})
        gateway.emulator.faults([{"action": "BindSecretIds", "kind": "http", "status": 200, "body": body, "acts": False, "times": 0}])
        assert_readable(gateway.keys("a", wait_timeout=0))


def region(keys=0, **more):
    """Keys that differ by number only, in one plan unless `more` says otherwise."""
    names = [f"partner-{number:03}" for number in range(keys)]
    return {"access_keys": [{"access_key_id": one, "name": one} for one in names], **more}, names


def listed(ids, most=10):
    return f"{', '.join(sorted(ids)[:most])} and {len(ids) - most} more"


TWINS = [f"twin-{number:03}" for number in range(400)]


@pytest.mark.parametrize(("name", "options"), [
    ("api_key", {"name": "twin"}),
    ("usage_plan_keys", {"usage_plan_id": PLAN, "access_key_names": ["twin"]}),
    ("access", {"access_keys": [{"name": "twin"}]}),
    ("access", {"usage_plans": [{"name": "gold", "access_keys": ["twin"]}]}),
])
def test_of_400_ids_of_one_name_ten_are_named(name, options):
    with Gateway(others={"access_keys": [{"access_key_id": one, "name": "twin"} for one in TWINS]}) as gateway:
        result = gateway.run(name, **options)
    assert_readable(result)
    assert f"400 access keys have the name twin: {listed(TWINS)}." in result["msg"]


def test_of_400_names_and_ids_that_nothing_has_ten_are_named():
    with Gateway() as gateway:
        named = gateway.run("usage_plan_keys", usage_plan_id=PLAN, access_key_names=TWINS)
        absent = gateway.run("usage_plan_keys", usage_plan_id=PLAN, access_key_names=TWINS, state="absent")
        predicted, by_id = gateway.keys(TWINS, check_mode=True), gateway.keys(TWINS)
        document = gateway.run("access", usage_plans=[{"name": "gold", "access_keys": TWINS}])
    for result in (named, predicted, by_id, document):
        assert_readable(result)
    assert f"{' or '.join(TWINS[:10])} and 390 more" in named["msg"]
    assert len(absent["warnings"][0]) < READABLE and " and 390 more" in absent["warnings"][0]
    # One call has 50 of them.
    for result in (predicted, by_id):
        assert "; twin-009 does not exist and 40 more." in result["msg"], result["msg"]
    assert TWINS[9] in document["msg"] and TWINS[10] not in document["msg"] and "390 more" in document["msg"]


def test_of_what_a_failed_run_did_ten_are_named():
    some, names = region(100)
    with Gateway(keys="", others=some, quotas={"access_keys_per_usage_plan": 400}) as gateway:
        gateway.emulator.faults([{"action": "BindSecretIds", "kind": "refuse", "code": "OperationDenied", "skip": 1}])
        result = gateway.keys(names)
        assert result["bound"] == names[:50]
        assert_readable(result)
        assert f"Completed before the failure: bound {listed(names[:50])}." in result["msg"]
        gateway.emulator.faults([
            {"action": "UnBindSecretIds", "kind": "drop"}, {"action": "DescribeUsagePlanSecretIds", "kind": "reset", "skip": 1, "times": 0},
            {"action": "DescribeUsagePlan", "kind": "reset", "times": 0},
        ])
        unknown = gateway.keys(names[:50], "absent", wait_timeout=0)
        assert unknown["unconfirmed"] == names[:50]
        assert_readable(unknown)
        assert f"carried out for: {listed(names[:50])}." in unknown["msg"]


def test_of_what_is_still_bound_ten_are_named():
    some, names = region(50)
    apis = [f"api-{number:03}" for number in range(50)]
    environment, places = {"service_id": "shop", "environment": "release", "api_ids": apis}, [f"shop/release/{one}" for one in apis]
    plans = [f"plan-{number:03}" for number in range(50)]
    some.update(
        services=[{"service_id": "shop", "name": "shop", "api_ids": apis}], usage_plans=[{"usage_plan_id": one, "name": one} for one in plans],
        bindings=[
            {"usage_plan_id": PLAN, "access_key_ids": names, "environments": [environment]},
            *({"usage_plan_id": one, "access_key_ids": ["shared"]} for one in plans),
        ],
    )
    with Gateway(keys=["shared"], others=some) as gateway:
        removal = {"usage_plan_id": PLAN, "state": "absent"}
        refusal = {"kind": "refuse", "code": "OperationDenied", "times": 0}
        gateway.emulator.faults([{"action": action, **refusal} for action in ("UnBindSecretIds", "UnBindEnvironment")])
        told = [
            *((gateway.run("usage_plan", check_mode=check_mode, **removal), f"Bound to it: {listed(names + places)}.") for check_mode in (True, False)),
            (gateway.keys(names, "absent"), f"Still bound: {listed(names)}."),
            (gateway.run("usage_plan_environments", environments=[environment], **removal), f"Still bound: {listed(places)}."),
            (gateway.run("api_key", access_key_id="shared", state="absent"), f"Bound to: {listed(plans)}."),
        ]
        predicted = gateway.run("usage_plan_environments", check_mode=True, usage_plan_id="plan-000", environments=[environment])
    for result, sentence in told:
        assert_readable(result)
        assert sentence in result["msg"]
    assert f"exist: {listed(places)}." in predicted["warnings"][0]


@pytest.mark.parametrize("check_mode", [True, False])
def test_of_300_obstacles_ten_are_named(check_mode):
    some, names = region(300)
    place = {"service_id": "shop", "environment": "release"}
    some.update(
        usage_plans=[{"usage_plan_id": "other", "name": "other"}], services=[{"service_id": "shop", "name": "shop"}],
        bindings=[{"usage_plan_id": "other", "access_key_ids": names, "environments": [place]}, {"usage_plan_id": PLAN, "access_key_ids": names}],
    )
    with Gateway(keys="", others=some, quotas={"access_keys_per_usage_plan": 400, "access_keys": 400}) as gateway:
        single = gateway.run("usage_plan_environments", usage_plan_id=PLAN, environments=[place], check_mode=check_mode)
        document = gateway.run(
            "access", usage_plans=[{"name": "gold", "environments": [{"service": "shop", "environment": "release"}]}], check_mode=check_mode,
        )
    for result in (single, document):
        assert_readable(result)
        assert names[9] in result["msg"] and names[10] not in result["msg"] and " and 290 more" in result["msg"]


def test_of_what_somebody_else_keeps_changing_ten_are_named():
    some, names = region(50)
    with Gateway(keys="", others=some) as gateway:
        fault = {**meanwhile("DescribeUsagePlanSecretIds", bind=names), "times": 0}
        gateway.emulator.faults([fault])
        result = gateway.keys([], "exact", allow_empty=True, api_retries=1, wait_timeout=5)
    assert_readable(result)
    assert f"{listed(names)}." in result["msg"], result["msg"]
