# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of more than one page that another writer changes between two pages: nothing is hidden, and nothing is taken for gone."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed

KEYS, PLANS, BOUND, ENVIRONMENTS = "DescribeApiKeysStatus", "DescribeUsagePlansStatus", "DescribeUsagePlanSecretIds", "DescribeUsagePlanEnvironments"
NUMBERS = range(150)
# The first item of the second page, when one of the first page has gone.
HIDDEN = 100
ENVIRONMENT = {"service_id": f"service-{HIDDEN:03}", "environment": "release"}
FIRST = {"service_id": "service-005", "environment": "release"}
MANY = {
    "usage_plans": [{"usage_plan_id": f"plan-{number:03}", "name": f"plan {number}"} for number in NUMBERS],
    "access_keys": [{"access_key_id": f"key-{number:03}", "name": f"key {number}"} for number in NUMBERS],
    "services": [{"service_id": f"service-{number:03}", "name": f"service {number}"} for number in NUMBERS],
    "bindings": [{
        "usage_plan_id": PLAN, "access_key_ids": [f"key-{number:03}" for number in NUMBERS],
        "environments": [{"service_id": f"service-{number:03}", "environment": "release"} for number in NUMBERS],
    }],
}
# What somebody else does between two pages, so that the first page has one less, and whether the list is as long as it was.
MOVES = {
    KEYS: [{"delete_keys": ["key-005"]}, {"delete_keys": ["key-005"], "create_keys": [{"access_key_id": "key-new", "name": "new"}]}],
    PLANS: [{"delete_usage_plan": "plan-005"}, {"delete_usage_plan": "plan-005", "create_usage_plans": [{"name": "new"}]}],
    BOUND: [
        {"unbind": {"usage_plan_id": PLAN, "access_key_ids": ["key-005"]}},
        {"unbind": {"usage_plan_id": PLAN, "access_key_ids": ["key-005"]}, "bind": {"usage_plan_id": PLAN, "access_key_ids": ["a"]}},
    ],
    ENVIRONMENTS: [
        {"unbind": {"usage_plan_id": PLAN, "environments": [FIRST]}},
        {"unbind": {"usage_plan_id": PLAN, "environments": [FIRST]}, "bind": {"usage_plan_id": PLAN, "environments": [{**ENVIRONMENT, "environment": "test"}]}},
    ],
}


@pytest.fixture(params=[60, 0], ids="wait_timeout={}".format)
def run(request):
    """Runs a module over lists of more than a page, with this wait_timeout."""
    with Gateway(keys="a", others=MANY, quotas={"access_keys_per_usage_plan": 200, "access_keys": 1000, "usage_plans": 1000}) as gateway:
        def run_it(name, **params):
            return gateway.run(name, wait_timeout=request.param, **params)

        run_it.gateway = gateway
        yield run_it


def moving(gateway, action, move, *, times=1, order="oldest_first"):
    gateway.emulator.seed({"switches": {"list_order": order}})
    gateway.emulator.faults([{"action": action, "kind": "meanwhile", "do": [move], "skip": 1, "times": times}])


def region(gateway):
    return gateway.emulator.state()["ap-guangzhou"]


def names(gateway, what):
    return [one["name"] for one in region(gateway)[what]]


def writes(gateway):
    return [call["action"] for call in gateway.emulator.calls() if not call["action"].startswith("Describe")]


@pytest.mark.parametrize("move", MOVES[BOUND], ids=["shorter", "as long"])
def test_absent_is_no_success_while_the_key_is_bound(run, move):
    moving(run.gateway, BOUND, move)
    result = run("usage_plan_keys", usage_plan_id=PLAN, access_key_ids=[f"key-{HIDDEN:03}"], state="absent")
    assert not result.get("failed"), result["msg"]
    assert (result["unbound"], f"key-{HIDDEN:03}" in run.gateway.bound()) == ([f"key-{HIDDEN:03}"], False)


@pytest.mark.parametrize("move", MOVES[ENVIRONMENTS], ids=["shorter", "as long"])
def test_absent_is_no_success_while_the_environment_is_bound(run, move):
    moving(run.gateway, ENVIRONMENTS, move)
    result = run("usage_plan_environments", usage_plan_id=PLAN, environments=[ENVIRONMENT], state="absent")
    assert not result.get("failed"), result["msg"]
    assert result["unbound"] == ["/".join(ENVIRONMENT.values())]


@pytest.mark.parametrize("move", MOVES[KEYS], ids=["shorter", "as long"])
def test_access_creates_no_second_key_of_a_name(run, move):
    moving(run.gateway, KEYS, move)
    # The list begins with the key that is not one of the many.
    result = run("access", access_keys=[{"name": f"key {HIDDEN - 1}"}])
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], writes(run.gateway), names(run.gateway, "access_keys").count(f"key {HIDDEN - 1}")) == (False, [], 1)


@pytest.mark.parametrize("move", MOVES[PLANS], ids=["shorter", "as long"])
def test_access_creates_no_second_plan_of_a_name(run, move):
    moving(run.gateway, PLANS, move)
    # The list begins with the plan that every gateway here has.
    result = run("access", usage_plans=[{"name": f"plan {HIDDEN - 1}"}])
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], writes(run.gateway), names(run.gateway, "usage_plans").count(f"plan {HIDDEN - 1}")) == (False, [], 1)


@pytest.mark.parametrize("move", MOVES[KEYS], ids=["shorter", "as long"])
@pytest.mark.parametrize("order", ["oldest_first", "newest_first"])
def test_an_export_lacks_no_key(run, move, order):
    moving(run.gateway, KEYS, move, order=order)
    document = run("access_info")["access"]
    there = set(names(run.gateway, "access_keys"))
    assert {key["name"] for key in document["access_keys"]} == there
    moving(run.gateway, KEYS, {"delete_keys": ["key-007"]}, order=order)
    assert {key["name"] for key in run("api_key_info")["api_key"]} == set(names(run.gateway, "access_keys"))


def test_a_list_of_plans_lacks_none(run):
    for move in MOVES[PLANS]:
        moving(run.gateway, PLANS, move)
        assert sorted(plan["name"] for plan in run("usage_plan_info")["usage_plan"]) == sorted(names(run.gateway, "usage_plans"))


@pytest.mark.parametrize("order", ["oldest_first", "newest_first"])
def test_a_list_that_never_stands_still_is_unclear_and_nothing_is_written(run, order):
    moving(run.gateway, KEYS, {"create_keys": [{"name": "one more"}]}, times=0, order=order)
    result = run("access", access_keys=[{"name": "new"}])
    assert_failed(result, None, "changed while its pages were read")
    assert (result["error_kind"], result["changed"], writes(run.gateway)) == ("unclear", False, [])


def test_a_list_that_stands_still_in_the_end_is_read_and_takes_no_longer_than_it_may():
    for wait_timeout, succeeds in ((60, True), (5, False)):
        with Gateway(others=MANY) as gateway:
            moving(gateway, KEYS, {"create_keys": [{"name": "one more"}]}, times=9)
            started = gateway.time.now
            result = gateway.run("api_key_info", wait_timeout=wait_timeout, max_results=1000)
            assert result.get("failed", False) is not succeeds
            assert 0 < gateway.time.now - started <= wait_timeout


def test_a_list_of_up_to_a_hundred_is_one_call():
    with Gateway(keys="", others={"access_keys": MANY["access_keys"][:100]}) as gateway:
        assert len(gateway.run("api_key_info")["api_key"]) == 100
        assert gateway.calls() == [KEYS]
