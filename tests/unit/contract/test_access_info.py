# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_info: the document of what there is, applied where it is from and elsewhere; findings, quotas, and every answer the API might give."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_access import SHOP, WHOLE, gateway, keys, plans, seed_plans, told
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import assert_failed

__all__ = ["gateway"]  # the fixture

API = {**SHOP, "api_ids": ["api-1", "api-2"]}
PRUNE = ["bindings", "environments", "usage_plans", "access_keys"]


@pytest.fixture
def filled(gateway):
    """A bit of everything: whole environments and single APIs, limits, disabled keys, names that are not unique, names that are ids."""
    seed_plans(gateway, gold="ab:test", silver="b:", bronze=":")
    gateway.emulator.seed({
        "services": [{"service_id": "service-3", "name": "apis", "api_ids": ["api-1", "api-2"]}],
        "access_keys": [
            {"access_key_id": "t1", "name": "twin", "secret": "KEYSECRETt1"}, {"access_key_id": "t2", "name": "twin"},
            {"access_key_id": "odd", "name": "a"}, {"access_key_id": "off", "name": "retired", "enabled": False, "type": "manual"},
        ],
        "usage_plans": [
            {"usage_plan_id": "usagePlan-d1", "name": "double", "description": "first", "max_requests": 5}, {"usage_plan_id": "usagePlan-d2", "name": "double"},
        ],
        "bindings": [
            {"usage_plan_id": "usagePlan-silver", "environments": [{"service_id": "service-3", "environment": "release", "api_ids": ["api-1", "api-2"]}]},
            {"usage_plan_id": "usagePlan-d1", "access_key_ids": ["t1", "odd", "off"], "environments": [{"service_id": "service-2", "environment": "prepub"}]},
        ],
    })
    return gateway


SWITCHES = [{}, {"plan_lists_single_apis": False}, {"empty_list": "null"}]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
def test_the_document_of_what_there_is(filled, switches):
    filled.emulator.seed({"switches": switches})
    document = filled.run("access_info")["access"]
    assert document["access_keys"] == [
        {"name": "a", "enabled": True, "access_key_id": "odd"}, {"name": "name-a", "enabled": True}, {"name": "name-b", "enabled": True},
        {"name": "retired", "enabled": False},
        {"name": "twin", "enabled": True, "access_key_id": "t1"}, {"name": "twin", "enabled": True, "access_key_id": "t2"},
    ]
    no_limit = {"max_requests": -1, "max_requests_per_second": -1}
    assert document["usage_plans"] == [
        {"name": "bronze", "description": "", **no_limit, "access_keys": [], "environments": []},
        {
            "name": "double", "description": "first", **no_limit, "max_requests": 5, "usage_plan_id": "usagePlan-d1",
            "access_keys": ["odd", "retired", "t1"],
            # This service's name is the id of another.
            "environments": [{"service": "service-2", "environment": "prepub"}],
        },
        {"name": "double", "description": "", **no_limit, "usage_plan_id": "usagePlan-d2", "access_keys": [], "environments": []},
        {"name": "gold", "description": "", **no_limit, "access_keys": ["name-a", "name-b"], "environments": [{"service": "shop", "environment": "test"}]},
        {
            "name": "silver", "description": "", **no_limit, "access_keys": ["name-b"],
            "environments": [{"service": "apis", "environment": "release", "api_ids": ["api-1", "api-2"]}],
        },
    ]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize("secrets", [False, True])
@pytest.mark.parametrize("prune", [[], PRUNE], ids=["add", "prune"])
def test_applying_it_where_it_is_from_is_quiet(filled, switches, secrets, prune):
    filled.emulator.seed({"switches": switches})
    document = filled.run("access_info", include_secrets=secrets)["access"]
    before = filled.emulator.state()
    for check_mode in (True, False):
        result = filled.run("access", **document, prune=prune, allow_empty=True, check_mode=check_mode)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["changes"], result["diff"]["before"]) == (False, [], {"access_keys": [], "usage_plans": []})
    assert filled.emulator.state() == before


def test_it_has_secrets_only_when_they_are_asked_for(filled):
    assert "KEYSECRETt1" not in json.dumps(filled.run("access_info"))
    document = filled.run("access_info", include_secrets=True)["access"]
    assert [key["access_key_secret"] for key in document["access_keys"] if key["access_key_id"] == "t1"] == ["KEYSECRETt1"]


def test_applied_elsewhere_with_secrets_it_rebuilds_everything_with_the_same_keys(gateway):
    gateway.run("access", **WHOLE)
    document = gateway.run("access_info", include_secrets=True)["access"]
    truth = (keys(gateway), plans(gateway))
    gateway.emulator.reset()
    gateway.emulator.seed({"services": [{"service_id": "service-9", "name": "shop"}, {"service_id": "service-2", "name": "mall"}]})
    result = gateway.run("access", **document)
    assert not result.get("failed"), result["msg"]
    assert result["created_access_keys"] == []
    there = keys(gateway)
    for name, key in truth[0].items():
        assert [there[name][member] for member in ("access_key_id", "secret", "enabled")] == [key[member] for member in ("access_key_id", "secret", "enabled")]
    for name, plan in truth[1].items():
        assert plans(gateway)[name]["access_key_ids"] == plan["access_key_ids"]
    assert plans(gateway)["bronze"]["environments"] == [{"service_id": "service-9", "environment": "test", "api_id": ""}]
    assert gateway.run("access", **document)["changed"] is False


def test_applied_elsewhere_without_secrets_it_makes_keys_of_the_same_names(gateway):
    gateway.run("access", **WHOLE)
    document = gateway.run("access_info")["access"]
    old = {key["access_key_id"] for key in keys(gateway).values()}
    gateway.emulator.reset()
    gateway.emulator.seed({"services": [{"service_id": "service-9", "name": "shop"}]})
    refused = gateway.run("access", **document)
    assert_failed(refused, None, "No service has the id or the name service-2", "Nothing was changed")
    result = gateway.run("access", **document, missing_services="skip")
    assert not result.get("failed"), result["msg"]
    assert [warning for warning in result["warnings"] if "Not carried over" in warning and "test of service-2 (usage plan silver)" in warning]
    assert {one["access_key_id"] for one in result["created_access_keys"]} == {key["access_key_id"] for key in keys(gateway).values()}
    assert not old & {key["access_key_id"] for key in keys(gateway).values()}
    assert told(result)[:5] == [("created", "legacy"), ("created", "partner-a"), ("created", "partner-b"), ("created", "bronze"), ("created", "silver")]


def test_what_cannot_be_carried_over_is_told_by_name(filled):
    document = filled.run("access_info")["access"]
    filled.emulator.reset()
    result = filled.run("access", **document, allow_empty=True)
    for words in ("Access key odd does not exist", "usage plan usagePlan-d1 does not exist", "no service has the id or the name shop"):
        assert words in result["msg"]
    assert filled.emulator.state() == {}


def test_findings(filled):
    assert filled.run("access_info")["findings"] == {
        "access_keys_bound_to_nothing": ["t2"],
        "disabled_access_keys_bound": ["retired"],
        "usage_plans_without_access_keys": ["bronze", "usagePlan-d2"],
        "usage_plans_without_environments": ["bronze", "usagePlan-d2"],
        "access_keys_in_several_usage_plans": [{"access_key": "name-b", "usage_plans": ["gold", "silver"]}],
        "access_key_names_not_unique": ["twin"],
        "usage_plan_names_not_unique": ["double"],
        "service_names_not_unique": [],
    }


def test_quotas(filled):
    assert filled.run("access_info")["quotas"] == {
        "access_keys": {"used": 6, "default": 400}, "usage_plans": {"used": 5, "default": 200},
        "access_keys_in_a_usage_plan": {"used": 3, "default": 50}, "usage_plans_of_an_access_key": {"used": 2, "default": 10},
    }


def test_it_takes_the_lists_and_a_call_for_each_plan_and_each_service(filled):
    calls = [call["action"] for call in filled.run("access_info")["api_calls"]]
    assert {action: calls.count(action) for action in sorted(set(calls))} == {
        "DescribeApiKeysStatus": 1, "DescribeApiUsagePlan": 4, "DescribeServicesStatus": 1, "DescribeUsagePlan": 5, "DescribeUsagePlansStatus": 1,
    }


@pytest.mark.parametrize("how", ["count", "null_list"])
@pytest.mark.parametrize("switches", SWITCHES, ids=str)
def test_lists_that_contradict_their_counts_are_asked_for_elsewhere(filled, how, switches):
    filled.emulator.seed({"switches": switches})
    before = filled.run("access_info")
    filled.emulator.faults([{"action": "DescribeUsagePlan", "kind": "garble", "how": how, "times": 0}])
    after = filled.run("access_info")
    assert (after["access"], after["findings"]) == (before["access"], before["findings"])
    assert "DescribeUsagePlanSecretIds" in [call["action"] for call in after["api_calls"]]


@pytest.mark.parametrize("action", ["DescribeUsagePlan", "DescribeApiUsagePlan", "DescribeApiKeysStatus", "DescribeServicesStatus"])
def test_a_read_that_fails_is_a_failure_and_never_a_shorter_document(filled, action):
    filled.emulator.faults([{"action": action, "kind": "refuse", "code": "AuthFailure.UnauthorizedOperation", "skip": 0, "times": 1}])
    result = filled.run("access_info")
    assert_failed(result, "AuthFailure.UnauthorizedOperation")
    assert "access" not in result


def test_more_than_max_results_are_a_failure_before_any_plan_is_read_and_never_a_shorter_document(filled):
    result = filled.run("access_info", max_results=10)
    assert_failed(result, None, "6 access keys and 5 usage plans are there, more than max_results: 10", "raise max_results")
    assert result["error_kind"] == "too_many" and "access" not in result
    assert "DescribeUsagePlan" not in [call["action"] for call in result["api_calls"]]
    assert len(filled.run("access_info", max_results=11)["access"]["usage_plans"]) == 5


def test_a_plan_that_vanishes_meanwhile_is_left_out(filled):
    filled.emulator.faults([{"action": "DescribeUsagePlan", "kind": "meanwhile", "do": [{"delete_usage_plan": "usagePlan-bronze"}]}])
    assert "bronze" not in [plan["name"] for plan in filled.run("access_info")["access"]["usage_plans"]]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
def test_an_environment_of_which_only_single_apis_are_bound_is_not_taken_for_bound_whole(gateway, switches):
    """The lists of a plan cannot tell them apart, whatever they show; a document that wants all of it would be told it is there."""
    seed_plans(gateway, gold="a:")
    gateway.emulator.seed({
        "switches": switches,
        "bindings": [{"usage_plan_id": "usagePlan-gold", "environments": [{"service_id": "service-1", "environment": "release", "api_ids": ["api-1"]}]}],
    })
    whole = {"usage_plans": [{"name": "gold", "environments": [SHOP]}], "prune": ["environments"]}
    single = {"usage_plans": [{"name": "gold", "environments": [API]}]}
    assert told(gateway.run("access", **single)) == [("bound", "gold", "service-1/release/api-2")]
    assert gateway.run("access", **single)["changed"] is False
    result = gateway.run("access", **whole)
    assert result["changed"] and not result.get("failed"), result
    assert gateway.run("access_info")["access"]["usage_plans"][0]["environments"] == [SHOP]


FROM_ELSEWHERE = {
    "access_keys": [
        {"name": "partner"}, {"name": "odd", "access_key_id": "AKID-odd"}, {"name": "twin", "access_key_id": "AKID-twin-1"},
        {"name": "twin", "access_key_id": "AKID-twin-2", "access_key_secret": "a-secret-of-ours"},
    ],
    "usage_plans": [
        {
            "name": "gold", "usage_plan_id": "usagePlan-there", "access_keys": ["AKID-odd", "AKID-twin-1", "AKID-twin-2", "partner"],
            "environments": [API, {"service": "shop", "environment": "test"}, {"service": "gone", "environment": "test"}],
        },
        {"name": "double", "usage_plan_id": "usagePlan-d1", "access_keys": ["partner"]}, {"name": "double", "usage_plan_id": "usagePlan-d2"},
        {"usage_plan_id": "usagePlan-nameless"},
    ],
}


def test_from_elsewhere_what_names_can_tell_is_made_and_the_rest_is_named_and_never_guessed(gateway):
    asked = {**FROM_ELSEWHERE, "from_elsewhere": True, "missing_services": "skip"}
    before = gateway.emulator.state()
    predicted = gateway.run("access", **asked, check_mode=True)
    assert gateway.emulator.state() == before
    result = gateway.run("access", **asked)
    assert not result.get("failed"), result["msg"]
    not_unique = "the id means nothing here, and the name is not the only one of its kind"
    assert predicted["not_carried_over"] == result["not_carried_over"] == [
        f"access key twin with the id AKID-twin-1: {not_unique}", f"usage plan double with the id usagePlan-d1: {not_unique}",
        f"usage plan double with the id usagePlan-d2: {not_unique}", f"usage plan usagePlan-nameless with the id usagePlan-nameless: {not_unique}",
        "access key AKID-twin-1 in usage plan gold", "release of shop (usage plan gold): the ids of single APIs mean nothing here (api-1, api-2)",
        "test of gone (usage plan gold): there is no such service here",
    ]
    there = {key["name"]: key for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"]}
    assert sorted(there) == ["odd", "partner", "twin"] and there["twin"]["access_key_id"] == "AKID-twin-2" and there["odd"]["access_key_id"] != "AKID-odd"
    assert list(plans(gateway)) == ["gold"] and plans(gateway)["gold"]["access_key_ids"] == sorted(key["access_key_id"] for key in there.values())
    assert plans(gateway)["gold"]["environments"] == [{"service_id": "service-1", "environment": "test", "api_id": ""}]
    again = gateway.run("access", **asked)
    assert (again["changed"], again["not_carried_over"]) == (False, result["not_carried_over"])


def test_from_elsewhere_nothing_is_pruned(gateway):
    result = gateway.run("access", **FROM_ELSEWHERE, from_elsewhere=True, prune=["bindings"])
    assert result["failed"] and "from_elsewhere cannot be combined with prune" in result["msg"] and gateway.emulator.calls() == []


def test_from_elsewhere_names_that_differ_by_a_blank_at_their_ends_are_names_of_two(gateway):
    document = {
        "access_keys": [{"name": "twin", "access_key_id": "AKID-one"}, {"name": "twin ", "access_key_id": "AKID-two"}],
        "usage_plans": [
            {"name": "gold", "usage_plan_id": "usagePlan-one", "access_keys": ["AKID-one"]},
            {"name": " gold", "usage_plan_id": "usagePlan-two", "access_keys": ["AKID-two"]},
        ],
        "from_elsewhere": True,
    }
    result = gateway.run("access", **document)
    assert (result.get("msg", ""), result["not_carried_over"]) == ("", [])
    there = keys(gateway)
    assert sorted(there) == ["twin", "twin "] and sorted(plans(gateway)) == [" gold", "gold"]
    assert plans(gateway)["gold"]["access_key_ids"] == [there["twin"]["access_key_id"]]
    assert plans(gateway)[" gold"]["access_key_ids"] == [there["twin "]["access_key_id"]]
    assert gateway.run("access", **document)["changed"] is False
