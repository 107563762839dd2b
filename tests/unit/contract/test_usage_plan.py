# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage_plan and its _info twin: identity, what is left alone, creating once, and deleting with what is bound."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable, with_real_ids

CREATE, MODIFY, DELETE, FIND, READ = "CreateUsagePlan", "ModifyUsagePlan", "DeleteUsagePlan", "DescribeUsagePlansStatus", "DescribeUsagePlan"
SHOP = {"service_id": "service-1", "environment": "release"}
BOUND = {
    "services": [{"service_id": "service-1", "name": "shop", "environments": ["release"], "api_ids": ["api-1", "api-2"]}],
    "bindings": [{"usage_plan_id": PLAN, "environments": [SHOP, {**SHOP, "environment": "test", "api_ids": ["api-1", "api-2"]}]}],
}


def plans(gateway):
    """The truth, by name."""
    return {plan["name"]: plan for plan in gateway.emulator.state()["ap-guangzhou"]["usage_plans"]}


def both(gateway, **options):
    """The result of the real run, once it is known to be that of its prediction."""
    writes = len([call for call in gateway.calls() if not call.startswith("Describe")])
    predicted = gateway.run("usage_plan", check_mode=True, **options)
    assert len([call for call in gateway.calls() if not call.startswith("Describe")]) == writes
    result = gateway.run("usage_plan", **options)
    assert comparable(with_real_ids(predicted, result)) == comparable(result)
    return result


def calls_of(result):
    return [call["action"] for call in result["api_calls"]]


def test_a_plan_is_created_by_name_in_two_calls():
    with Gateway() as gateway:
        result = both(gateway, name="silver", description="New", max_requests_per_second=5)
        assert calls_of(result) == [FIND, CREATE]
        assert result["usage_plan"].items() >= {"name": "silver", "description": "New", "max_requests_per_second": 5, "max_requests": -1}.items()
        assert plans(gateway)["silver"]["usage_plan_id"] == result["usage_plan"]["usage_plan_id"]
        assert result["diff"]["before"] == {}
        again = gateway.run("usage_plan", name="silver", description="New", max_requests_per_second=5)
        assert (again["changed"], calls_of(again), again["usage_plan"]) == (False, [FIND], result["usage_plan"])


def test_check_mode_gives_a_plan_that_would_be_created_a_planned_id():
    with Gateway() as gateway:
        assert gateway.run("usage_plan", name="silver", check_mode=True)["usage_plan"]["usage_plan_id"] == "planned:usage_plan:silver"


def test_a_limit_of_0_in_an_answer_is_no_limit():
    no_limit = {"max_requests": -1, "max_requests_per_second": -1}
    with Gateway(others={"usage_plans": [{"name": "silver", "max_requests": 0, "max_requests_per_second": 0}]}) as gateway:
        result = both(gateway, name="silver", **no_limit)
        assert (result["changed"], calls_of(result)) == (False, [FIND])
        (listed,) = [plan for plan in gateway.run("usage_plan_info")["usage_plan"] if plan["name"] == "silver"]
        (exported,) = [plan for plan in gateway.run("access_info")["access"]["usage_plans"] if plan["name"] == "silver"]
        for shown in (result["usage_plan"], listed, exported, both(gateway, name="silver", description="New")["usage_plan"]):
            assert shown.items() >= no_limit.items()


@pytest.mark.parametrize("resets", [True, False])
def test_an_option_that_is_left_out_is_left_alone(resets):
    with Gateway(switches={"modify_resets_omitted": resets}) as gateway:
        gateway.run("usage_plan", usage_plan_id=PLAN, description="Old", max_requests=9, max_requests_per_second=7)
        result = both(gateway, usage_plan_id=PLAN, max_requests_per_second=8)
        assert calls_of(result) == [READ, MODIFY]
        expected = {"usage_plan_id": PLAN, "name": "gold", "description": "Old", "max_requests": 9, "max_requests_per_second": 8}
        assert result["usage_plan"] == expected
        assert plans(gateway)["gold"].items() >= expected.items()
        assert result["diff"]["before"] == {**expected, "max_requests_per_second": 7}


def test_a_limit_and_a_description_can_be_taken_away_and_every_spelling_of_that_is_the_same():
    with Gateway() as gateway:
        gateway.run("usage_plan", usage_plan_id=PLAN, description="Old", max_requests=9)
        assert both(gateway, usage_plan_id=PLAN, description="", max_requests=-1)["changed"]
        # By id and by name the API spells them differently.
        for identity in ({"usage_plan_id": PLAN}, {"name": "gold"}):
            assert both(gateway, description="", max_requests=-1, max_requests_per_second=-1, **identity)["changed"] is False


def test_a_plan_given_by_id_and_name_is_renamed():
    with Gateway() as gateway:
        result = both(gateway, usage_plan_id=PLAN, name="platinum")
        assert result["usage_plan"]["name"] == "platinum"
        assert list(plans(gateway)) == ["platinum"]


@pytest.mark.parametrize("name_filter", ["exact", "fuzzy"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_only_exactly_this_name_is_meant_and_two_of_it_are_an_error_that_lists_them(name_filter, state):
    others = {"usage_plans": [{"usage_plan_id": "usagePlan-1", "name": "goldfish"}, {"usage_plan_id": "usagePlan-2", "name": "gold"}]}
    with Gateway(others=others, switches={"name_filter": name_filter}) as gateway:
        result = both(gateway, name="gold", state=state)
        assert_failed(result, None, PLAN, "usagePlan-2", "Give the id")
        assert "usagePlan-1" not in result["msg"]
        assert result["error_kind"] == "ambiguous"
        assert both(gateway, name="goldfish", max_requests=3)["usage_plan"]["usage_plan_id"] == "usagePlan-1"


def test_an_id_that_does_not_exist_is_never_created():
    with Gateway() as gateway:
        assert_failed(both(gateway, usage_plan_id="usagePlan-nowhere1", name="new"), "ResourceNotFound.InvalidUsagePlan", "usagePlan-nowhere1")


@pytest.mark.parametrize("identity", [{"usage_plan_id": "usagePlan-nowhere1"}, {"name": "nothing"}])
def test_a_plan_that_is_gone_is_fine(identity):
    with Gateway() as gateway:
        result = both(gateway, state="absent", **identity)
        assert (result["changed"], result["usage_plan"], len(result["api_calls"])) == (False, None, 1)


@pytest.mark.parametrize("force", [True, False])
def test_a_plan_is_not_deleted_by_an_id_and_a_name_that_do_not_belong_together(force):
    with Gateway("a", others=BOUND) as gateway:
        before = gateway.emulator.state()
        result = both(gateway, usage_plan_id=PLAN, name="silver", state="absent", force=force)
        assert_failed(result, None, f"usage plan {PLAN} has the name gold, not silver. Nothing was deleted.")
        assert (result["error_kind"], gateway.emulator.state()) == ("invalid", before)
        assert both(gateway, usage_plan_id=PLAN, name="gold", state="absent", force=True)["changed"]


def test_a_plan_with_nothing_bound_is_deleted_and_seen_gone():
    with Gateway() as gateway:
        result = both(gateway, name="gold", state="absent")
        assert (result["changed"], result["usage_plan"], plans(gateway)) == (True, None, {})
        assert calls_of(result)[-2:] == [DELETE, READ]


@pytest.mark.parametrize(("bound", "others"), [("ab", {}), ("", BOUND), ("ab", BOUND)])
@pytest.mark.parametrize("of_keys_alone", ["refuse", "accept"])
def test_a_plan_with_something_bound_is_not_deleted_without_force(bound, others, of_keys_alone):
    with Gateway(bound, others=others, switches={"delete_plan_with_keys": of_keys_alone}) as gateway:
        result = both(gateway, usage_plan_id=PLAN, state="absent")
        assert_failed(result, "UnsupportedOperation.UsagePlanInUse", "force: true", *(bound or ["service-1/release", "service-1/test/api-1"]))
        assert (result["changed"], list(plans(gateway)), DELETE in gateway.calls()) == (False, ["gold"], False)


def test_force_unbinds_keys_and_environments_first_and_lists_them():
    with Gateway("ab", others=BOUND) as gateway:
        result = both(gateway, usage_plan_id=PLAN, state="absent", force=True)
        assert result["unbound_access_keys"] == ["a", "b"]
        assert result["unbound_environments"] == ["service-1/release", "service-1/test/api-1", "service-1/test/api-2"]
        writes = [call for call in calls_of(result) if not call.startswith("Describe")]
        assert writes == ["UnBindSecretIds", "UnBindEnvironment", "UnBindEnvironment", "UnBindEnvironment", DELETE]
        assert plans(gateway) == {}


def test_a_forced_delete_that_fails_midway_says_what_is_unbound():
    with Gateway("ab") as gateway:
        gateway.emulator.faults([{"action": DELETE, "kind": "refuse", "code": "UnauthorizedOperation"}])
        result = gateway.run("usage_plan", usage_plan_id=PLAN, state="absent", force=True)
        assert_failed(result, "UnauthorizedOperation", "Completed before the failure: unbound access keys a, b.")
        assert (result["changed"], result["usage_plan"]["usage_plan_id"]) == (True, PLAN)


# ---- Creating once

@pytest.mark.parametrize("lag", [0, 2])
@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "garble", "how": "null_result"}, {"kind": "http", "status": 502, "acts": True}])
def test_a_create_without_an_answer_is_settled_by_its_name_and_never_sent_again(fault, lag):
    with Gateway(switches={"lag": lag}) as gateway:
        gateway.emulator.faults([{"action": CREATE, "times": 0, **fault}])
        result = gateway.run("usage_plan", name="silver", description="New")
        assert not result.get("failed"), result["msg"]
        assert result["changed"]
        assert result["usage_plan"]["usage_plan_id"] == plans(gateway)["silver"]["usage_plan_id"]
        assert gateway.calls().count(CREATE) == 1


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "garble", "how": "null_result", "acts": False}, {"kind": "refuse", "code": "InternalError"}])
def test_a_create_that_does_not_appear_is_a_failure_that_tells_of_a_second_run(fault):
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": CREATE, **fault}])
        result = gateway.run("usage_plan", name="silver")
        assert result["failed"]
        assert result["error_code"] == fault.get("code")
        if "code" not in fault:
            assert result["error_kind"] == "unconfirmed"
            assert "takes up what was created, if it appears" in result["msg"]
        assert gateway.calls().count(CREATE) == 1
        assert (gateway.run("usage_plan", name="silver")["changed"], list(plans(gateway))) == (True, ["gold", "silver"])


def test_a_throttled_create_is_sent_again():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": CREATE, "kind": "refuse", "code": "RequestLimitExceeded"}])
        assert gateway.run("usage_plan", name="silver")["changed"]
        assert gateway.calls().count(CREATE) == 2


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "reset"}, {"kind": "garble", "how": "null_result"}])
@pytest.mark.parametrize(("action", "options"), [(MODIFY, {"description": "New"}), (DELETE, {"state": "absent"})])
def test_a_change_without_an_answer_is_settled_by_reading(action, options, fault):
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": action, **fault}])
        result = gateway.run("usage_plan", usage_plan_id=PLAN, **options)
        assert not result.get("failed"), result["msg"]
        assert result["changed"]
        assert [plan["description"] for plan in plans(gateway).values()] == (["New"] if action == MODIFY else [])


def test_a_quota_of_plans_fails_at_once():
    with Gateway(quotas={"usage_plans": 1}) as gateway:
        assert_failed(gateway.run("usage_plan", name="silver", api_rate=0), "LimitExceeded.UsagePlanLimitExceeded", "quota")
        assert gateway.time.slept == []


# ---- Input

@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "usage_plan_id or name is needed"), ({"name": " "}, "needed"), ({"usage_plan_id": PLAN, "name": " "}, "name is blank"),
        ({"usage_plan_id": ""}, "blank"), ({"name": "x", "max_requests": 0}, "max_requests is 0"),
        ({"name": "x", "max_requests": 100_000_000}, "max_requests is 100000000"),
        ({"name": "x", "max_requests_per_second": 2001}, "max_requests_per_second is 2001"), ({"name": "x", "max_requests_per_second": -2}, "no limit"),
    ],
)
def test_bad_input_is_told_before_any_call(options, words):
    with Gateway() as gateway:
        assert_failed(gateway.run("usage_plan", **options), None, words)
        assert gateway.calls() == []


# ---- The _info twin

def test_the_info_twin_lists_all_pages_sorted_by_name():
    many = [{"name": f"p{number:03}", "max_requests": number or -1} for number in range(150)]
    with Gateway(others={"usage_plans": many[::-1]}) as gateway:
        result = gateway.run("usage_plan_info")
        assert [plan["name"] for plan in result["usage_plan"]] == ["gold", *(plan["name"] for plan in many)]
        assert len(result["api_calls"]) == 2
        assert result["usage_plan"][2].items() >= {"max_requests": 1, "max_requests_per_second": -1, "description": ""}.items()


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"names": ["gold"]}, ["gold"]), ({"names": ["gol"]}, []), ({"names": ["gold", "silver"]}, ["gold", "silver"]), ({"usage_plan_ids": [PLAN]}, ["gold"]),
        ({"not_service_ids": ["service-1"]}, ["silver"]), ({"environments": ["release"]}, ["gold"]), ({"not_api_ids": ["api-2"]}, ["silver"]),
        ({"usage_plan_ids": [PLAN], "names": ["silver"]}, []), ({"usage_plan_ids": ["usagePlan-nowhere1"]}, []),
    ],
)
@pytest.mark.parametrize("name_filter", ["exact", "fuzzy"])
def test_the_info_twin_filters(options, names, name_filter):
    with Gateway(others={**BOUND, "usage_plans": [{"name": "silver"}]}, switches={"name_filter": name_filter}) as gateway:
        assert [plan["name"] for plan in gateway.run("usage_plan_info", **options)["usage_plan"]] == names


def test_both_twins_describe_a_plan_alike():
    with Gateway() as gateway:
        described = gateway.run("usage_plan", usage_plan_id=PLAN)["usage_plan"]
        assert gateway.run("usage_plan_info")["usage_plan"] == [described]


def test_keys_that_could_not_be_unbound_are_no_failure_when_they_went_with_the_plan():
    with Gateway("ab", switches={"delete_plan_with_keys": "accept"}) as gateway:
        gateway.emulator.faults([{"action": "UnBindSecretIds", "kind": "refuse", "code": "OperationDenied", "times": 0}])
        result = gateway.run("usage_plan", usage_plan_id=PLAN, state="absent", force=True)
        assert (result.get("failed"), result["changed"], result["usage_plan"], result["unbound_access_keys"]) == (None, True, None, [])
        assert not gateway.emulator.state()["ap-guangzhou"]["usage_plans"]


def test_a_plan_that_vanishes_while_it_is_changed_is_not_made_a_second_time():
    with Gateway() as gateway:
        gone = {"action": "ModifyUsagePlan", "kind": "meanwhile", "do": [{"delete_usage_plan": PLAN}]}
        gateway.emulator.faults([gone])
        result = gateway.run("usage_plan", name="gold", description="New")
        assert_failed(result, "ResourceNotFound.InvalidUsagePlan")
        assert "CreateUsagePlan" not in gateway.calls()
