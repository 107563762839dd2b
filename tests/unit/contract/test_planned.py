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
    assert_failed(gateway.run(name, **options), None, "check mode foretold", "planned:")
    assert gateway.calls() == []
