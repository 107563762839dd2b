# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage_plan_keys and its _info twin: what they do, in how many calls, and what check mode promises of it."""

from __future__ import annotations

import concurrent.futures
import re

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import ALREADY_BOUND, UNSUPPORTED_BIND
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_settling import conflicting, letters
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable

BIND, UNBIND, LIST = "BindSecretIds", "UnBindSecretIds", "DescribeUsagePlanSecretIds"
FULL = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"


# ---- What it does, and in how many calls

@pytest.mark.parametrize(
    ("bound", "state", "asked", "then", "calls"),
    [
        ("", "present", "ab", "ab", [LIST, BIND]),
        ("a", "present", "abba", "ab", [LIST, BIND]),
        ("ab", "present", "ba", "ab", [LIST]),
        ("abx", "absent", "abc", "x", [LIST, UNBIND, LIST]),
        ("x", "absent", "a", "x", [LIST]),
        ("ab", "exact", "bc", "bc", [LIST, BIND, UNBIND, LIST]),
        ("ab", "exact", "ab", "ab", [LIST]),
        ("a", "exact", "ab", "ab", [LIST, BIND]),
        ("ab", "exact", "a", "a", [LIST, UNBIND, LIST]),
    ],
)
def test_each_state_in_the_fewest_calls_and_again_unchanged(bound, state, asked, then, calls):
    with Gateway(bound) as gateway:
        predicted = gateway.predicted_keys(asked, state)
        gateway.emulator.faults([])
        so_far = len(gateway.calls())
        result = gateway.keys(asked, state)
        assert gateway.calls()[so_far:] == calls
        assert [call["action"] for call in result["api_calls"]] == calls
        assert comparable(result) == comparable(predicted)
        assert gateway.bound() == set(then)
        assert result["usage_plan_keys"] == {"usage_plan_id": PLAN, "access_key_ids": sorted(then)}
        assert (result["bound"], result["unbound"]) == (sorted(set(then) - set(bound)), sorted(set(bound) - set(then)))
        assert result["changed"] == (set(bound) != set(then))
        again = gateway.keys(asked, state)
        assert not again["changed"]
        assert [call["action"] for call in again["api_calls"]] == [LIST]


def test_the_diff_shows_the_keys_sorted_with_names():
    with Gateway("xb") as gateway:
        diff = gateway.keys("ab", "exact")["diff"]
        assert diff["before"] == {"usage_plan_id": PLAN, "access_keys": ["b (name-b)", "x (name-x)"]}
        # The first reading had no name for a, and none is read just for the diff.
        assert diff["after"] == {"usage_plan_id": PLAN, "access_keys": ["a", "b (name-b)"]}


def test_more_than_fifty_keys_go_in_calls_of_fifty_and_a_key_on_page_two_is_seen():
    many = letters(130)
    with Gateway(many[:101], keys=many, quotas={"access_keys_per_usage_plan": 500}) as gateway:
        result = gateway.keys(many)
        assert [(action, len(ids)) for action, ids in gateway.writes()] == [(BIND, 29)]
        assert result["bound"] == many[101:]
        result = gateway.keys(many, "absent")
        assert [(action, len(ids)) for action, ids in gateway.writes()[1:]] == [(UNBIND, 50), (UNBIND, 50), (UNBIND, 30)]
        assert gateway.bound() == set()
        assert gateway.run("usage_plan_keys_info", usage_plan_id=PLAN)["usage_plan_keys"]["access_keys"] == []


def test_the_request_id_is_that_of_the_last_write_else_of_the_last_read():
    with Gateway("b") as gateway:
        result = gateway.keys("a", "exact")
        assert result["request_id"] == result["api_calls"][2]["request_id"]
        again = gateway.keys("a", "exact")
        assert again["request_id"] == again["api_calls"][0]["request_id"] != ""


def test_the_info_twin_lists_all_pages_with_names_and_status():
    many = letters(101)
    with Gateway(many, disabled=[many[3]], quotas={"access_keys_per_usage_plan": 500}) as gateway:
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN)
        assert result["changed"] is False
        assert result["usage_plan_keys"]["access_key_ids"] == many
        assert result["usage_plan_keys"]["access_keys"][3] == {"access_key_id": "k003", "name": "name-k003", "enabled": False}
        assert len(result["api_calls"]) == 2
        assert gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, check_mode=True)["usage_plan_keys"] == result["usage_plan_keys"]


def test_both_twins_speak_of_the_same_members():
    with Gateway("ab") as gateway:
        info = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN)["usage_plan_keys"]
        assert gateway.keys("")["usage_plan_keys"].items() <= info.items()


def test_regions_are_separate():
    other = {"usage_plans": [{"usage_plan_id": PLAN, "name": "gold", "region": "private-1"}]}
    with Gateway("a", others=other) as gateway:
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, region="private-1")
        assert result["usage_plan_keys"]["access_key_ids"] == []


# ---- Plans that are missing, lists that are empty

@pytest.mark.parametrize(("state", "asked"), [("absent", "ab"), ("absent", ""), ("present", "")])
def test_a_plan_that_does_not_exist_is_fine_when_nothing_is_wanted_of_it(state, asked):
    with Gateway() as gateway:
        for check_mode in (True, False):
            result = gateway.run("usage_plan_keys", usage_plan_id="usagePlan-typo", access_key_ids=list(asked), state=state, check_mode=check_mode)
            assert not result.get("failed")
            assert result["changed"] is False
            host = gateway.emulator.url.partition("//")[2]
            assert len(result["warnings"]) == 1
            for part in ("usagePlan-typo", "ap-guangzhou", host):
                assert part in result["warnings"][0]


@pytest.mark.parametrize(
    "options", [{"access_key_ids": ["a"]}, {"access_key_ids": ["a"], "state": "exact"}, {"access_key_ids": [], "state": "exact", "allow_empty": True}]
)
def test_a_plan_that_does_not_exist_is_a_failure_when_something_is_wanted_of_it(options):
    with Gateway() as gateway:
        for check_mode in (True, False):
            result = gateway.run("usage_plan_keys", usage_plan_id="usagePlan-typo", check_mode=check_mode, **options)
            assert_failed(result, "ResourceNotFound.InvalidUsagePlan", "usagePlan-typo", "ap-guangzhou")
        assert_failed(gateway.run("usage_plan_keys_info", usage_plan_id="usagePlan-typo"), "ResourceNotFound.InvalidUsagePlan")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_empty_list_does_nothing(state):
    with Gateway("ab") as gateway:
        assert gateway.keys("", state)["changed"] is False
        assert gateway.bound() == {"a", "b"}


def test_an_empty_list_revokes_everybody_only_when_that_is_allowed():
    with Gateway("ab") as gateway:
        result = gateway.keys("", "exact")
        assert_failed(result, None, "allow_empty")
        assert gateway.calls() == []
        assert gateway.keys("", "exact", allow_empty=True)["unbound"] == ["a", "b"]
        assert gateway.bound() == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"usage_plan_id": " "}, ["usage_plan_id", "blank"]),
        ({"usage_plan_id": "usage plan"}, ["usage_plan_id", "white space"]),
        ({"access_key_ids": ["a", ""]}, ["access_key_ids", "blank"]),
        ({"access_key_ids": ["a\x00b"]}, ["access_key_ids", "control characters"]),
        ({"usage_plan_id": "AKIDexample", "access_key_ids": [PLAN]}, ["swapped"]),
    ],
)
def test_bad_input_is_told_before_any_call(options, words):
    with Gateway() as gateway:
        for name, ids in (("usage_plan_keys", {"access_key_ids": ["a"]}), ("usage_plan_keys_info", {})):
            given = {"usage_plan_id": PLAN, **ids, **options}
            if name.endswith("_info"):
                given.pop("access_key_ids", None)
                if "access_key_ids" in options and "usage_plan_id" not in options:
                    continue
            result = gateway.run(name, **given)
            assert_failed(result, None, *words)
            assert (result["error_kind"], result["changed"]) == ("invalid", False)
        assert gateway.calls() == []


# ---- Refusals

BY_STATE = {
    "ResourceNotFound.InvalidAccessKeyId": ({"missing": "b"}, "ab", "b does not exist"),
    "UnsupportedOperation.InvalidStatus": ({"disabled": "b"}, "ab", "b is disabled"),
    UNSUPPORTED_BIND: (
        {"others": conflicting("b")}, "ab", "b conflicts: usage plan usagePlan-rival holds it and is bound to the release environment of service-1",
    ),
}


@pytest.mark.parametrize("code", sorted(BY_STATE))
@pytest.mark.parametrize("filter_values", [{}, {"filter_values_limit": 1}, {"filter_values_limit": 1, "filter_values_over_limit": "truncate"}])
def test_what_the_state_refuses_is_predicted_and_names_the_keys_at_fault(code, filter_values):
    seed, asked, words = BY_STATE[code]
    with Gateway("x", switches=filter_values, **seed) as gateway:
        predicted = gateway.predicted_keys(asked)
        result = gateway.keys(asked)
        for one in (predicted, result):
            assert_failed(one, code, words)
        assert comparable(predicted) == comparable(result)
        assert (result["changed"], gateway.bound()) == (False, {"x"})


def test_a_region_that_the_host_does_not_have():
    with Gateway() as gateway:
        for check_mode in (True, False):
            assert_failed(gateway.keys("a", region="nowhere", check_mode=check_mode), "InvalidParameterValue.InvalidRegion", "nowhere", "Check region")


def test_a_full_plan_fails_at_once_and_check_mode_warns_of_it():
    with Gateway(letters(50)) as gateway:
        predicted = gateway.predicted_keys("a", api_rate=0)
        assert "default quota is 50" in predicted["warnings"][0]
        result = gateway.keys("a", api_rate=0)
        assert_failed(result, FULL, "quota")
        assert (result["error_kind"], gateway.time.slept) == ("quota", [])
        assert "Old keys may be unbound first." in gateway.predicted_keys("a", "exact")["warnings"][0]


def test_a_conflict_of_plans_bound_to_an_api_each_is_predicted_too():
    others = conflicting("b")
    for binding in others["bindings"]:
        binding["environments"] = [{"service_id": "service-1", "environment": "release", "api_ids": [f"api-{binding['usage_plan_id'][-5:]}"]}]
    with Gateway(others=others) as gateway:
        assert comparable(gateway.predicted_keys("ab")) == comparable(gateway.keys("ab"))


def test_a_plan_on_another_environment_is_no_conflict():
    others = conflicting("b")
    others["bindings"][1]["environments"] = [{"service_id": "service-1", "environment": "test"}]
    with Gateway(others=others) as gateway:
        predicted = gateway.predicted_keys("ab")
        assert comparable(predicted) == comparable(gateway.keys("ab"))
        assert gateway.bound() == {"a", "b"}


def test_calls_before_the_faulty_one_count_as_bound_in_check_mode_too():
    many = letters(60)
    with Gateway(keys=many, disabled=[many[55]], quotas={"access_keys_per_usage_plan": 99}) as gateway:
        predicted = gateway.predicted_keys(many)
        result = gateway.keys(many)
        assert_failed(result, "UnsupportedOperation.InvalidStatus", f"{many[55]} is disabled", "Completed before the failure: bound ")
        assert result["bound"] == many[:50]
        assert comparable(predicted) == comparable(result)


def test_a_key_that_is_bound_is_not_judged_again():
    with Gateway("a", disabled="a") as gateway:
        assert gateway.predicted_keys("a")["changed"] is False
        assert gateway.keys("ab")["bound"] == ["b"]


def test_what_check_mode_may_not_read_is_a_warning():
    with Gateway(switches={"denied_actions": ["DescribeApiKeysStatus"]}) as gateway:
        predicted = gateway.predicted_keys("a")
        assert "DescribeApiKeysStatus is not allowed" in predicted["warnings"][0]
        assert comparable(predicted) == comparable(gateway.keys("a"))


def test_a_refusal_that_cannot_be_explained_is_still_that_refusal():
    with Gateway(disabled="b", switches={"denied_actions": ["DescribeApiKeysStatus"]}) as gateway:
        assert_failed(gateway.keys("ab"), "UnsupportedOperation.InvalidStatus")


# ---- Under both positions of the switches for what nobody knows

@pytest.mark.parametrize(
    "switches",
    [
        {"rebind": "accept"}, {"already_bound_code": UNSUPPORTED_BIND}, {"conflict_code": ALREADY_BOUND}, {"unbind_unbound": "refuse"},
        {"quota_first": True}, {"duplicate_ids": "refuse"}, {"empty_list": "null"}, {"bind_applies_in_part": True}, {"keys_are_regional": False},
        {"filter_values_limit": 1}, {"lag": 2},
    ],
    ids=lambda switches: "-".join(f"{name}={value}" for name, value in switches.items()),
)
@pytest.mark.parametrize("bound", ["", "ab", "bx"])
def test_every_position_of_a_switch_gives_the_same_result(switches, bound):
    for state in ("present", "absent", "exact"):
        with Gateway(bound, switches=switches) as gateway:
            predicted = gateway.predicted_keys("abb", state)
            result = gateway.keys("abb", state)
            assert not result.get("failed"), result["msg"]
            assert comparable(predicted) == comparable(result)
            gateway.time.sleep(2)
            assert gateway.keys("abb", state)["changed"] is False


@pytest.mark.parametrize("code", [ALREADY_BOUND, UNSUPPORTED_BIND])
def test_either_code_may_be_the_conflict(code):
    with Gateway(switches={"conflict_code": code}, others=conflicting("b")) as gateway:
        result = gateway.keys("ab")
        assert_failed(result, code, "same environment of the same service", "usagePlan-rival")
        assert (result["changed"], result["bound"]) == (False, [])


def test_the_code_of_a_key_in_too_many_plans_is_passed_on():
    plans = [{"usage_plan_id": f"usagePlan-{number}", "name": "n"} for number in range(10)]
    bindings = [{"usage_plan_id": plan["usage_plan_id"], "access_key_ids": ["a"]} for plan in plans]
    for code in ("LimitExceeded", "UnsupportedOperation.Whatever"):
        with Gateway(others={"usage_plans": plans, "bindings": bindings}, switches={"key_plan_quota_code": code}) as gateway:
            assert_failed(gateway.keys("a"), code)


# ---- Answers that are no answers

SPOILED = ["not_json", "truncated", "no_response", "null_result", "false_result", "charset", "count", "null_list"]


@pytest.mark.parametrize("how", SPOILED)
@pytest.mark.parametrize("action", [LIST, BIND, UNBIND])
def test_a_spoiled_answer_is_never_a_wrong_result(action, how):
    with Gateway("bx") as gateway:
        gateway.emulator.faults([{"action": action, "kind": "garble", "how": how}])
        result = gateway.keys("ab", "exact")
        assert not result.get("failed"), result["msg"]
        assert (result["bound"], result["unbound"], gateway.bound()) == (["a"], ["x"], {"a", "b"})


@pytest.mark.parametrize("how", [how for how in SPOILED if how != "charset"])
@pytest.mark.parametrize("switches", [{}, {"empty_list": "null"}])
def test_a_list_that_is_never_readable_is_asked_of_the_plan_or_a_failure_and_never_nothing_bound(how, switches):
    with Gateway("ab", switches=switches) as gateway:
        gateway.emulator.faults([{"action": LIST, "kind": "garble", "how": how, "times": 0}])
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN)
        if how in ("null_result", "false_result", "count", "null_list"):
            assert result["usage_plan_keys"]["access_keys"] == [{"access_key_id": one, "name": None, "enabled": None} for one in "ab"]
            gateway.emulator.faults([{"action": "*", "kind": "garble", "how": how, "times": 0}])
            result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN)
            assert_failed(result, None)
            assert result["error_kind"] == "unclear"
            changed = gateway.keys("c")
            assert (changed["error_kind"], changed["changed"]) == ("unclear", False)
        else:
            assert_failed(result, None)
            assert result["error_kind"] == "lost"


def test_an_error_with_a_charset_in_its_content_type_is_an_error():
    with Gateway(disabled="a") as gateway:
        gateway.emulator.faults([{"action": BIND, "kind": "garble", "how": "charset"}])
        assert_failed(gateway.keys("a"), "UnsupportedOperation.InvalidStatus")


# ---- Hints

def test_a_clock_that_is_off_is_told_by_how_much():
    with Gateway() as gateway:
        result = gateway.keys("a", clock_ahead=3600)
        assert_failed(result, "AuthFailure.SignatureExpire")
        seconds = int(re.search(r"It is (\d+) seconds ahead of the API's", result["msg"])[1])
        assert 3599 <= seconds <= 3601


# ---- Several at once

@pytest.mark.parametrize(("rebind", "code"), [("refuse", ALREADY_BOUND), ("refuse", UNSUPPORTED_BIND), ("accept", ALREADY_BOUND)])
@pytest.mark.parametrize("wanted", [["a"] * 5, ["ab", "bc", "cx", "xy", "ya"]])
def test_five_tasks_at_once_all_succeed_and_only_who_bound_something_says_changed(wanted, rebind, code):
    with Gateway(switches={"rebind": rebind, "already_bound_code": code}) as gateway, concurrent.futures.ThreadPoolExecutor(5) as pool:
        results = list(pool.map(gateway.keys, wanted))
        assert not [result["msg"] for result in results if result.get("failed")]
        assert gateway.bound() == set("".join(wanted))
        claimed = [one for result in results for one in result["bound"]]
        assert set(claimed) == gateway.bound()
        if rebind == "refuse":
            # An API that says yes to binding a bound key gives nobody the means to tell.
            assert len(claimed) == len(set(claimed))
        assert all(result["changed"] == bool(result["bound"]) for result in results)


@pytest.mark.parametrize("denied", [[], ["DescribeApiKey"]], ids=["may read keys", "may only list keys"])
def test_a_key_that_the_list_of_the_region_lacks_is_foretold_to_be_missing(denied):
    """It is asked for singly, for keys of other regions may be known here; whoever may not do that has the list to go by."""
    with Gateway(switches={"denied_actions": denied}) as gateway:
        predicted, result = gateway.predicted_keys(["a", "nobody"]), gateway.keys(["a", "nobody"])
    for failure in (predicted, result):
        assert_failed(failure, "ResourceNotFound.InvalidAccessKeyId", "nobody does not exist")
        assert failure["warnings"] == []


def test_a_key_of_another_region_is_foretold_to_be_bound_where_it_is_known_here():
    far = {"access_keys": [{"access_key_id": "far", "name": "far", "region": "ap-seoul"}]}
    with Gateway(switches={"keys_are_regional": False}, others=far) as gateway:
        predicted, result = gateway.predicted_keys(["a", "far"]), gateway.keys(["a", "far"])
        assert comparable(predicted) == comparable(result)
        assert (result["bound"], gateway.bound()) == (["a", "far"], {"a", "far"})
