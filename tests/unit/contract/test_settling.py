# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cases of docs/settling.md, over HTTP: late, lost and contradictory answers, and other writers.

Letters are access keys. Lag is two seconds, in virtual time.
"""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable, meanwhile

BIND, UNBIND = "BindSecretIds", "UnBindSecretIds"
LAG = {"lag": 2}
LOST = {"action": BIND, "kind": "drop"}


def letters(number: int, prefix: str = "k") -> list[str]:
    return [f"{prefix}{index:03}" for index in range(number)]


def assert_success(result: dict, *, bound="", unbound="") -> None:
    assert not result.get("failed"), result["msg"]
    assert result["bound"] == sorted(bound)
    assert result["unbound"] == sorted(unbound)
    assert result["changed"] == bool(bound or unbound)


def test_a_bind_that_was_applied_with_its_answer_lost_and_reads_that_lag():
    with Gateway(switches=LAG) as gateway:
        gateway.emulator.faults([LOST])
        assert_success(gateway.keys("a"), bound="a")
        assert gateway.bound() == {"a"}


def test_somebody_else_binds_the_same_key_just_before_and_reads_lag():
    with Gateway(switches=LAG) as gateway:
        gateway.emulator.faults([meanwhile(BIND, bind="a")])
        assert_success(gateway.keys("a"))


def test_a_key_that_somebody_else_unbinds_meanwhile_is_not_bound_again():
    with Gateway("x") as gateway:
        gateway.emulator.faults([meanwhile(BIND, unbind="x"), {"action": BIND, "kind": "reset"}])
        assert_success(gateway.keys("a"), bound="a")
        assert gateway.bound() == {"a"}


def test_a_key_that_somebody_else_binds_during_a_removal_stays():
    with Gateway("bc") as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, bind="y"), {"action": UNBIND, "kind": "reset"}])
        assert_success(gateway.keys("b", "absent"), unbound="b")
        assert gateway.bound() == {"c", "y"}


def test_the_last_place_is_taken_by_the_same_key():
    with Gateway(letters(49), switches={"quota_first": True}) as gateway:
        gateway.emulator.faults([meanwhile(BIND, bind="a")])
        assert_success(gateway.keys("a"))


def test_what_somebody_else_bound_first_does_not_keep_the_rest_from_being_bound():
    with Gateway() as gateway:
        gateway.emulator.faults([meanwhile(BIND, bind="a")])
        assert_success(gateway.keys("ab"), bound="b")
        assert gateway.writes() == [(BIND, ["a", "b"]), (BIND, ["b"])]


def conflicting(key: str) -> dict:
    """A part of a seed: another plan that holds the key, and both plans on one environment of one service."""
    environments = [{"service_id": "service-1", "environment": "release"}]
    return {
        "usage_plans": [{"usage_plan_id": "usagePlan-rival", "name": "silver"}],
        "services": [{"service_id": "service-1", "name": "shop", "environments": ["release"]}],
        "bindings": [
            {"usage_plan_id": "usagePlan-rival", "access_key_ids": [key], "environments": environments},
            {"usage_plan_id": PLAN, "environments": environments},
        ],
    }


def test_a_conflict_of_one_key_with_an_api_that_applies_the_call_in_part():
    with Gateway(switches={"bind_applies_in_part": True}, others=conflicting("b")) as gateway:
        result = gateway.keys("ab")
        assert_failed(result, "UnsupportedOperation.UnsupportedBindApiKey", "same environment of the same service", "usagePlan-rival")
        assert (result["changed"], result["bound"]) == (True, ["a"])
        assert "Completed before the failure: bound a." in result["msg"]


def test_a_disabled_key_with_an_api_that_applies_the_call_in_part():
    with Gateway(disabled="c", switches={"bind_applies_in_part": True}) as gateway:
        result = gateway.keys("abc")
        assert_failed(result, "UnsupportedOperation.InvalidStatus", "c is disabled")
        assert (result["changed"], result["bound"]) == (True, ["a", "b"])


def test_a_refusal_of_several_keys_that_no_reading_follows_leaves_open_which_are_bound():
    with Gateway(disabled="c", switches={"bind_applies_in_part": True}) as gateway:
        gateway.emulator.faults([{"action": "DescribeUsagePlanSecretIds", "kind": "refuse", "code": "InternalError", "skip": 1, "times": 0}])
        result = gateway.keys("abc")
        assert_failed(result, "UnsupportedOperation.InvalidStatus", "Unknown whether it was carried out for: a, b, c.")
        assert (result["changed"], result["bound"], result["unconfirmed"]) == (True, [], ["a", "b", "c"])
        assert gateway.bound() == {"a", "b"}


def test_a_full_plan_is_exchanged_in_six_calls_beside_the_reads_that_judge_the_new_keys():
    new = letters(50, "n")
    with Gateway(letters(50), keys=new) as gateway:
        assert_success(gateway.keys(new, "exact"), bound=new, unbound=letters(50))
        assert gateway.bound() == set(new)
        judged = gateway.calls()[3:6]
        assert judged == ["DescribeApiKeysStatus", "DescribeUsagePlanEnvironments", "DescribeUsagePlanEnvironments"]
        assert len(gateway.calls()) - len(judged) == 6


@pytest.mark.parametrize("quota_first", [True, False])
@pytest.mark.parametrize(
    ("new", "code"),
    [("nm", "ResourceNotFound.InvalidAccessKeyId"), ("no", "UnsupportedOperation.InvalidStatus"), ("nr", "UnsupportedOperation.UnsupportedBindApiKey")],
)
def test_a_new_key_that_cannot_come_in_cuts_nobody_off_from_a_full_plan(new, code, quota_first):
    """m is missing, o is disabled, and r is in another plan on the same environment."""
    release = [{"service_id": "service-1", "environment": "release"}]
    others = {
        "services": [{"service_id": "service-1", "name": "shop"}], "usage_plans": [{"usage_plan_id": "usagePlan-rival", "name": "rival"}],
        "bindings": [{"usage_plan_id": PLAN, "environments": release}, {"usage_plan_id": "usagePlan-rival", "access_key_ids": ["r"], "environments": release}],
    }
    with Gateway("ab", keys="nr", disabled="o", quotas={"access_keys_per_usage_plan": 2}, switches={"quota_first": quota_first}, others=others) as gateway:
        predicted = gateway.predicted_keys(new, "exact")
        result = gateway.keys(new, "exact")
        assert_failed(result, code, new[1])
        assert comparable(predicted) == comparable(result)
        assert (result["changed"], gateway.bound(), [action for action, _ids in gateway.writes()]) == (False, {"a", "b"}, [BIND])


def test_more_than_a_plan_can_hold_cuts_nobody_off():
    new = letters(51, "n")
    with Gateway(letters(50), keys=new) as gateway:
        result = gateway.keys(new, "exact")
        assert_failed(result, "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded")
        assert result["error_kind"] == "quota"
        assert gateway.bound().issuperset(letters(50))
        assert not result["changed"]


def test_never_fewer_keys_than_the_quota_demands():
    old, new = letters(45), letters(10, "n")
    with Gateway(old, keys=new) as gateway:
        kept = old[:39]
        result = gateway.keys(kept + new, "exact")
        assert_success(result, bound=new, unbound=old[39:])
        present, fewest = 45, 45
        for action, ids in gateway.writes()[1:]:
            present += len(ids) if action == BIND else -len(ids)
            fewest = min(fewest, present)
        assert (present, fewest) == (49, 43)


def test_one_key_that_is_no_key_does_not_protect_the_other():
    with Gateway("ab") as gateway:
        refuse = {"action": UNBIND, "kind": "refuse", "code": "ResourceNotFound.InvalidAccessKeyId"}
        # Refused with a in the call: together with b, and alone.
        gateway.emulator.faults([{**refuse, "times": 2}])
        result = gateway.keys("ab", "absent")
        assert gateway.writes() == [(UNBIND, ["a", "b"]), (UNBIND, ["a"]), (UNBIND, ["b"])]
        assert_failed(result, "ResourceNotFound.InvalidAccessKeyId", "Still bound: a.", "Completed before the failure: unbound b.")
        assert (gateway.bound(), result["unbound"], result["changed"]) == ({"a"}, ["b"], True)


def test_somebody_else_unbinds_one_first_and_the_api_refuses_unbound_keys():
    with Gateway("ab", switches={"unbind_unbound": "refuse"}) as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, unbind="a")])
        assert_success(gateway.keys("ab", "absent"), unbound="b")
        assert gateway.bound() == set()


def test_exact_against_another_writer():
    with Gateway("b") as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, bind="z")])
        assert_success(gateway.keys("a", "exact"), bound="a", unbound="bz")
        assert gateway.bound() == {"a"}


def test_exact_against_another_writer_who_never_stops():
    with Gateway("b") as gateway:
        gateway.emulator.faults([{**meanwhile(UNBIND, bind=one), "skip": number} for number, one in enumerate("cxyz")])
        result = gateway.keys("a", "exact", api_retries=1)
        assert_failed(result, None, "somebody else is writing", "y")
        assert gateway.bound() == {"a", "y"}
        assert (result["error_kind"], result["bound"], result["unbound"]) == ("conflict", ["a"], ["b", "c", "x"])


def test_exact_against_another_writer_without_any_time_is_one_round():
    with Gateway("b") as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, bind="z")])
        result = gateway.keys("a", "exact", wait_timeout=0)
        assert_failed(result, None, "somebody else is writing", "z")
        assert (gateway.bound(), result["unbound"]) == ({"a", "z"}, ["b"])


def test_exact_against_another_writer_who_puts_the_same_key_back():
    with Gateway("b") as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, "after", bind="b")])
        result = gateway.keys("a", "exact")
        assert_failed(result, None, "is still listed (stale read or concurrent change)", "Still bound: b.")
        assert (result["error_kind"], result["unconfirmed"]) == ("unconfirmed", ["b"])


def test_null_for_ever_without_effect():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": BIND, "kind": "garble", "how": "null_result", "acts": False, "times": 0}])
        result = gateway.keys("a", api_retries=3)
        assert_failed(result, None, "answered null", "Unknown whether it was carried out for: a.")
        assert (result["error_kind"], result["unconfirmed"], result["changed"]) == ("unconfirmed", ["a"], False)
        assert len(gateway.writes()) == 4


def test_a_removal_that_was_applied_with_its_answer_lost_and_an_api_that_refuses_unbound_keys():
    with Gateway("ab", switches={**LAG, "unbind_unbound": "refuse"}) as gateway:
        gateway.emulator.faults([{"action": UNBIND, "kind": "drop"}])
        assert_success(gateway.keys("ab", "absent"), unbound="ab")


def test_the_second_of_two_calls_is_applied_with_its_answer_lost_and_reads_that_lag():
    many = letters(60)
    with Gateway(keys=many, quotas={"access_keys_per_usage_plan": 99}, switches=LAG) as gateway:
        gateway.emulator.faults([{**LOST, "skip": 1}])
        assert_success(gateway.keys(many), bound=many)
        assert gateway.bound() == set(many)


def test_exact_with_reads_that_lag():
    with Gateway("b", switches=LAG) as gateway:
        assert_success(gateway.keys("a", "exact"), bound="a", unbound="b")
        assert gateway.bound() == {"a"}


def test_somebody_else_binds_the_key_before_it_is_disabled():
    with Gateway() as gateway:
        gateway.emulator.faults([meanwhile(BIND, bind="a", disable="a"), {"action": BIND, "kind": "refuse", "code": "UnsupportedOperation.InvalidStatus"}])
        assert_success(gateway.keys("a"))


# ---- What the rules say beyond the table


def test_a_removal_is_never_a_success_while_the_key_is_still_bound():
    with Gateway("ab") as gateway:
        gateway.emulator.faults([meanwhile(UNBIND, "after", bind="a")])
        result = gateway.keys("a", "absent")
        assert_failed(result, None, "the API reported success, but what was removed is still listed (stale read or concurrent change)", "Still bound: a.")
        assert (result["error_kind"], result["unconfirmed"], result["changed"]) == ("unconfirmed", ["a"], True)


def test_a_removal_whose_confirmation_cannot_be_read_is_a_failure():
    with Gateway("ab") as gateway:
        gateway.emulator.faults([{"action": "DescribeUsagePlanSecretIds", "kind": "refuse", "code": "InternalError.OssException", "skip": 1, "times": 0}])
        result = gateway.keys("a", "absent")
        assert_failed(result, "InternalError.OssException")
        assert (result["action"], result["unconfirmed"], result["changed"]) == ("DescribeUsagePlanSecretIds", ["a"], True)


def test_a_write_that_cannot_be_read_back_counts_as_carried_out():
    with Gateway() as gateway:
        lost_reads = {"action": "DescribeUsagePlanSecretIds", "kind": "reset", "skip": 1, "times": 0}
        gateway.emulator.faults([LOST, lost_reads])
        result = gateway.keys("a", wait_timeout=5)
        assert_failed(result, None, "failed too")
        assert (result["error_kind"], result["unconfirmed"], result["changed"]) == ("unconfirmed", ["a"], True)


def test_a_bind_that_was_carried_out_is_found_even_without_any_time_to_wait():
    with Gateway(switches=LAG) as gateway:
        gateway.emulator.faults([LOST])
        assert_success(gateway.keys("a", wait_timeout=0), bound="a")


def test_without_time_to_wait_nobody_takes_credit_for_another_writers_work():
    with Gateway() as gateway:
        gateway.emulator.faults([meanwhile(BIND, bind="a")])
        result = gateway.keys("ab", wait_timeout=0)
        assert result["failed"]
        assert (result["bound"], result["changed"]) == ([], False)


def test_a_throttled_write_is_sent_again_and_counts_once():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": BIND, "kind": "refuse", "code": "RequestLimitExceeded", "times": 3}])
        result = gateway.keys("a")
        assert_success(result, bound="a")
        assert [call["attempts"] for call in result["api_calls"]] == [1, 4]


def test_a_plan_that_vanishes_takes_the_keys_with_it():
    with Gateway("a") as gateway:
        gateway.emulator.faults([{"action": UNBIND, "kind": "meanwhile", "do": [{"delete_usage_plan": PLAN}]}])
        result = gateway.keys("a", "absent")
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is False
        gateway.emulator.reset()


def test_a_plan_that_vanishes_while_keys_are_bound_is_a_failure():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": BIND, "kind": "meanwhile", "do": [{"delete_usage_plan": PLAN}]}])
        assert_failed(gateway.keys("a"), "ResourceNotFound.InvalidUsagePlan")


def test_nothing_takes_longer_than_it_may():
    for wait_timeout in (0, 1, 10, 60):
        for fault in ({"kind": "drop"}, {"kind": "refuse", "code": "RequestLimitExceeded"}, {"kind": "garble", "how": "null_result", "acts": False}):
            with Gateway(switches={"lag": 1000}) as gateway:
                gateway.emulator.faults([{"action": BIND, "times": 0, **fault}])
                started = gateway.time.now
                assert gateway.keys("a", wait_timeout=wait_timeout)["failed"]
                assert gateway.time.now - started <= wait_timeout + 3


def test_what_is_read_side_by_side_takes_no_longer_than_it_may(monkeypatch):
    """One after the other here, so that the pauses of one cannot hide in those of another."""
    monkeypatch.setattr(_client, "AT_ONCE", 1)
    plans = [{"usage_plan_id": f"plan-{number}", "name": f"plan {number}"} for number in range(5)]
    for wait_timeout in (0, 10, 60):
        for name, params in (("api_key", {"access_key_id": "a", "state": "absent", "force": True}), ("api_key_info", {"gather_usage_plans": True})):
            with Gateway(others={"usage_plans": plans}) as gateway:
                # Each of the plans is throttled four times, which takes 7.5 seconds of back-off.
                throttled = {"action": "DescribeUsagePlanSecretIds", "kind": "refuse", "code": "RequestLimitExceeded", "times": 4}
                gateway.emulator.faults([{**throttled, "skip": number} for number in range(6)])
                started = gateway.time.now
                result = gateway.run(name, wait_timeout=wait_timeout, **params)
                assert result.get("failed", False) == (wait_timeout < 45)
                assert gateway.time.now - started <= wait_timeout + 3
