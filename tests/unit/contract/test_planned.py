# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains in check mode: what one task would create is there for the next, and never sent."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway, assert_failed

PLAN, KEY = "planned:usage_plan:silver plan", "planned:api_key:new"
SHOP = {"service_id": "service-1", "environment": "release"}
SERVICES = {"services": [{"service_id": "service-1", "name": "shop"}]}
CHAIN = [
    ("usage_plan_keys", {"usage_plan_id": PLAN, "access_key_ids": [KEY, "a"]}),
    ("usage_plan_keys", {"usage_plan_id": PLAN, "access_key_ids": [KEY], "state": "exact"}),
    ("usage_plan_environments", {"usage_plan_id": PLAN, "environments": [SHOP]}),
    ("usage_plan", {"usage_plan_id": PLAN, "max_requests": 5}),
    ("api_key", {"access_key_id": KEY, "enabled": False}),
    ("usage_plan", {"usage_plan_id": PLAN, "state": "absent"}),
    ("api_key", {"access_key_id": KEY, "state": "absent"}),
]
READS = [
    ("usage_plan_keys_info", {"usage_plan_id": PLAN}), ("usage_plan_environments_info", {"usage_plan_id": PLAN}),
    ("usage_plan_info", {"usage_plan_ids": [PLAN]}), ("api_key_info", {"access_key_ids": [KEY]}), ("api_key_info", {"not_usage_plan_ids": [PLAN]}),
    ("service_info", {"not_usage_plan_ids": [PLAN]}),
]


@pytest.fixture
def gateway():
    with Gateway(others=SERVICES) as one:
        yield one


def test_the_ids_are_those_that_check_mode_gives(gateway):
    assert gateway.run("usage_plan", name="silver plan", check_mode=True)["usage_plan"]["usage_plan_id"] == PLAN
    assert gateway.run("api_key", name="new", check_mode=True)["api_key"]["access_key_id"] == KEY


@pytest.mark.parametrize(("name", "options"), CHAIN)
def test_in_check_mode_what_would_be_created_exists_and_is_empty(gateway, name, options):
    result = gateway.run(name, check_mode=True, **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"]
    assert "planned:" not in json.dumps([call["params"] for call in gateway.emulator.calls()])


@pytest.mark.parametrize(("name", "options"), READS)
def test_in_check_mode_the_info_modules_accept_it_too(gateway, name, options):
    result = gateway.run(name, check_mode=True, **options)
    assert not result.get("failed"), result["msg"]
    assert "planned:" not in json.dumps([call["params"] for call in gateway.emulator.calls()])


def test_the_info_modules_describe_it(gateway):
    plan = gateway.run("usage_plan_info", usage_plan_ids=[PLAN], check_mode=True)["usage_plan"]
    assert plan == [{"usage_plan_id": PLAN, "name": "silver plan", "description": "", "max_requests": -1, "max_requests_per_second": -1}]
    key = gateway.run("api_key_info", access_key_ids=[KEY, "a"], check_mode=True)["api_key"]
    assert [(one["access_key_id"], one["enabled"]) for one in key] == [("a", True), (KEY, True)]


@pytest.mark.parametrize(("name", "options"), CHAIN + READS)
def test_a_real_run_refuses_it_before_any_call(gateway, name, options):
    result = gateway.run(name, **options)
    (option,) = [one for one in options if "planned:" in str(options[one])][:1]
    assert_failed(result, None, f"{option}: planned:", " is a check-mode placeholder. Run the task that creates it without --check first.")
    assert (result["error_kind"], gateway.calls()) == ("invalid", [])


BOUND = {"usage_plan_id": "usagePlan-contract"}
NO_KIND = "is no placeholder: it is planned:<kind>:<name>, and a kind is usage_plan or api_key."
A_KEYS, A_PLANS = "is the placeholder of an access key, and a usage plan belongs here.", "is the placeholder of a usage plan, and an access key belongs here."
NEVER = "has no placeholder, for no module creates one. Give the id of one that exists."


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("name", "options", "words"), [
    *(("usage_plan_keys_info", {"usage_plan_id": one}, NO_KIND) for one in ("planned:x", " planned: ", "planned:api_key:", "planned:key:new")),
    ("usage_plan", {"usage_plan_id": "planned:x", "state": "absent"}, NO_KIND), ("usage_plan", {"usage_plan_id": KEY, "max_requests": 5}, A_KEYS),
    ("api_key", {"access_key_id": "planned:x", "enabled": False}, NO_KIND), ("api_key", {"access_key_id": PLAN, "state": "absent"}, A_PLANS),
    ("usage_plan_keys", {**BOUND, "access_key_ids": ["a", PLAN]}, A_PLANS), ("usage_plan_keys", {**BOUND, "access_key_ids": ["a", "planned:\n"]}, NO_KIND),
    ("usage_plan_keys", {"usage_plan_id": KEY, "access_key_ids": ["a"]}, A_KEYS),
    ("usage_plan_environments", {"usage_plan_id": KEY, "environments": [SHOP]}, A_KEYS),
    ("usage_plan_environments", {**BOUND, "environments": [{**SHOP, "service_id": "planned:service:shop"}]}, NEVER),
    ("usage_plan_environments", {**BOUND, "environments": [{**SHOP, "api_ids": ["planned:api:get"]}]}, NEVER),
    ("service_environment", {"service_id": "planned:service:shop", "environment": "test"}, NEVER), ("service_info", {"service_ids": [PLAN]}, NEVER),
    ("usage_plan_info", {"usage_plan_ids": [KEY]}, A_KEYS), ("usage_plan_info", {"not_service_ids": ["planned:service:shop"]}, NEVER),
    ("api_key_info", {"access_key_ids": [PLAN]}, A_PLANS), ("api_key_info", {"not_usage_plan_ids": [KEY]}, A_KEYS),
    ("access", {"access_keys": [{"access_key_id": PLAN}]}, A_PLANS), ("access", {"usage_plans": [{"usage_plan_id": KEY}]}, A_KEYS),
    ("access", {"usage_plans": [{"usage_plan_id": "planned:x"}]}, NO_KIND),
    ("access", {"usage_plans": [{"name": "gold", "access_keys": ["a", PLAN]}]}, A_PLANS),
    ("access", {"usage_plans": [{"name": "gold", "access_keys": [{"access_key_id": "planned:x"}]}]}, NO_KIND),
    ("access", {"usage_plans": [{"name": "gold", "environments": [{"service_id": "planned:x", "environment": "test"}]}]}, NO_KIND),
    ("access", {"usage_plans": [{"name": "gold", "environments": [{"service": "planned:service:shop", "environment": "test"}]}]}, NEVER),
])
def test_what_is_no_placeholder_or_that_of_something_else_is_refused_before_any_call(gateway, check_mode, name, options, words):
    result = gateway.run(name, check_mode=check_mode, **options)
    assert_failed(result, None, words, "planned:")
    assert (result["error_kind"], gateway.calls()) == ("invalid", [])


def test_texts_and_names_may_begin_as_a_placeholder_does(gateway):
    """Also in a document, and in an export of it, where a name that could be taken for a placeholder gives way to the id."""
    for name, options in (
        ("usage_plan", {"name": "planned:x", "description": "planned:usage_plan:gold"}), ("api_key", {"name": KEY}), ("api_key", {"name": "planned:y"}),
        ("usage_plan_keys", {"usage_plan_name": "planned:x", "access_key_names": [KEY, "planned:y"]}),
        ("access", {"access_keys": [{"name": KEY}], "usage_plans": [{"name": "planned:x", "description": PLAN, "access_keys": ["planned:y"]}]}),
    ):
        for check_mode in (True, False):
            result = gateway.run(name, check_mode=check_mode, **options)
            assert not result.get("failed"), result["msg"]
    access = gateway.run("access_info")["access"]
    again = gateway.run("access", allow_empty=True, **access)
    assert (again.get("failed"), again["changed"]) == (None, False), again


def test_the_placeholder_of_a_secret_is_no_secret(gateway):
    options = {"access_key_id": "a", "access_key_secret": "planned:secret"}
    assert gateway.run("api_key", check_mode=True, **options)["changed"]
    assert_failed(gateway.run("api_key", **options), None, "access_key_secret: ", " is a check-mode placeholder.")
    assert_failed(gateway.run("access", access_keys=[options]), None, "access_key_secret: ", " is a check-mode placeholder.")
    assert gateway.writes() == []
