# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access: nobody loses access that the document grants, what blocks an addition goes first, and a failure loses nothing."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_access import (
    SHOP,
    TEST,
    WHOLE,
    access,
    gateway,
    keys,
    plans,
    seed_plans,
    told,
    writes,
)
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import assert_failed, comparable

__all__ = ["gateway"]  # the fixture

FULL = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"


def quotas(gateway, **quotas):
    gateway.emulator.seed({"quotas": quotas})


# ---- Order


def test_all_that_is_added_is_added_before_anything_is_taken_away(gateway):
    seed_plans(gateway, gold="ab:release", old="c:prepub")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "d", "name": "name-d"}]})
    document = {
        "access_keys": [{"name": "new"}, {"name": "name-d"}],
        "usage_plans": [
            {"name": "gold", "access_keys": ["new", "name-d"], "environments": [TEST]}, {"name": "silver", "access_keys": ["new"], "environments": []},
        ],
        "prune": ["bindings", "environments", "usage_plans", "access_keys"], "allow_empty": True,
    }
    result = access(gateway, **document)
    order = writes(result)
    assert max(order.index(one) for one in ("CreateApiKey", "CreateUsagePlan")) < order.index("BindSecretIds") < order.index("BindEnvironment")
    assert order.index("BindEnvironment") < order.index("UnBindEnvironment") < order.index("UnBindSecretIds") < order.index("DeleteUsagePlan")
    assert order.index("DeleteUsagePlan") < order.index("DisableApiKey") < order.index("DeleteApiKey")
    assert sorted(keys(gateway)) == ["name-d", "new"]


def test_a_key_that_is_to_be_disabled_is_bound_before_and_another_is_disabled_first(gateway):
    seed_plans(gateway, gold="a", silver="b")
    document = {
        "access_keys": [{"name": "name-a", "enabled": False}, {"name": "name-b", "enabled": False}],
        "usage_plans": [{"name": "gold", "access_keys": ["name-a", "name-b"]}],
    }
    result = access(gateway, **document)
    assert told(result) == [("disabled", "name-a"), ("bound", "gold", "name-b"), ("disabled", "name-b")]


def test_a_disabled_key_is_enabled_before_it_is_bound_when_the_document_says_so(gateway):
    seed_plans(gateway, gold="a")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "off", "name": "off", "enabled": False}]})
    result = access(gateway, access_keys=[{"name": "off", "enabled": True}], usage_plans=[{"name": "gold", "access_keys": ["off"]}])
    assert told(result) == [("enabled", "off"), ("bound", "gold", "off")]


def test_a_secret_is_changed_and_never_shown(gateway):
    old = {"access_key_id": "legacy-client", "name": "legacy", "secret": "the-old-secret", "type": "manual", "enabled": False}
    gateway.emulator.seed({"access_keys": [old]})
    result = access(gateway, access_keys=WHOLE["access_keys"][2:])
    assert (told(result), result["created_access_keys"]) == ([("secret changed", "legacy")], [])
    assert (keys(gateway)["legacy"]["secret"], keys(gateway)["legacy"]["enabled"]) == ("a-secret-of-ours", False)


# ---- What blocks an addition and is taken away anyway


def test_a_full_plan_gives_up_just_as_many_keys_as_come_in_and_the_result_says_so(gateway):
    seed_plans(gateway, gold="abcde")
    quotas(gateway, access_keys_per_usage_plan=5)
    gateway.emulator.seed({"access_keys": [{"access_key_id": "x", "name": "name-x"}]})
    document = {"usage_plans": [{"name": "gold", "access_keys": ["name-a", "name-x"]}], "prune": ["bindings"]}
    result = gateway.run("access", **document)
    assert told(result) == [("unbound", "gold", "name-b"), ("bound", "gold", "name-x"), ("unbound", "gold", "name-c", "name-d", "name-e")]
    assert [one.get("to_make_room_for") for one in result["changes"]] == ["usage plan gold", None, None]
    assert plans(gateway)["gold"]["access_key_ids"] == ["a", "x"]


def test_a_plan_that_is_full_for_good_is_a_failure_and_nobody_is_cut_off(gateway):
    seed_plans(gateway, gold="abc", silver="xy")
    quotas(gateway, access_keys_per_usage_plan=3)
    result = gateway.run("access", usage_plans=[{"name": "gold", "access_keys": ["name-x"]}])
    assert_failed(result, FULL, "Nothing was changed")
    assert (result["changed"], plans(gateway)["gold"]["access_key_ids"]) == (False, ["a", "b", "c"])


def test_a_key_moves_between_two_plans_on_one_environment_when_both_are_named_and_bindings_are_pruned(gateway):
    seed_plans(gateway, gold="ab:release", silver="c:release")
    both = [{"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]}]
    result = access(gateway, usage_plans=both, prune=["bindings"])
    assert told(result) == [("unbound", "gold", "name-a"), ("bound", "silver", "name-a")]
    assert result["changes"][0]["to_make_room_for"] == "usage plan silver"


def test_it_does_not_move_otherwise_and_the_failure_says_what_that_takes(gateway):
    seed_plans(gateway, gold="ab:release", silver="c:release")
    before = gateway.emulator.state()
    both = [{"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a"]}]
    for document in ({"usage_plans": both}, {"usage_plans": both[1:], "prune": ["bindings"]}):
        result = access(gateway, **document)
        assert_failed(result, "UnsupportedOperation.UnsupportedBindApiKey", "gold", "only when both are named and prune has bindings", "Nothing was changed")
        assert gateway.emulator.state() == before


def test_an_environment_moves_between_plans_that_share_a_key(gateway):
    seed_plans(gateway, gold="a:release", silver="ab:")
    both = [{"name": "gold", "environments": [TEST]}, {"name": "silver", "environments": [SHOP]}]
    result = access(gateway, usage_plans=both, prune=["environments"])
    assert told(result) == [("bound", "gold", "service-1/test"), ("unbound", "gold", "service-1/release"), ("bound", "silver", "service-1/release")]
    assert result["changes"][1]["to_make_room_for"] == "usage plan silver"


def test_a_key_that_leaves_both_plans_which_share_it_leaves_only_one_of_them_to_make_room(gateway):
    """Nothing is taken away before its turn that does not block anything."""
    seed_plans(gateway, gold="ab:release", silver="ac:")
    both = [{"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-c"], "environments": [SHOP]}]
    result = access(gateway, usage_plans=both, prune=["bindings"])
    assert sorted(told(result)) == [("bound", "silver", "service-1/release"), ("unbound", "gold", "name-a"), ("unbound", "silver", "name-a")]
    assert [change.get("to_make_room_for") for change in result["changes"]] == ["usage plan silver", None, None]
    assert result["changes"][1]["action"] == "bound"


def test_a_service_goes_over_from_whole_environments_to_single_apis(gateway):
    seed_plans(gateway, gold="a:release")
    single = [{"name": "gold", "environments": [{**SHOP, "api_ids": ["api-1", "api-2"]}]}]
    assert_failed(access(gateway, usage_plans=single), "UnsupportedOperation.UnsupportedBindEnvironment", "do not mix in a service")
    result = access(gateway, usage_plans=single, prune=["environments"])
    assert told(result) == [("unbound", "gold", "service-1/release"), ("bound", "gold", "service-1/release/api-1", "service-1/release/api-2")]
    assert result["access"]["usage_plans"][0]["environments"] == [{**SHOP, "api_ids": ["api-1", "api-2"]}]


def test_a_plan_that_is_pruned_shares_its_key_with_the_plan_that_comes_in_its_place(gateway):
    seed_plans(gateway, old="ab:release")
    result = access(gateway, usage_plans=[{"name": "new", "access_keys": ["name-a", "name-b"], "environments": [SHOP]}], prune=["usage_plans"])
    assert told(result)[:4] == [
        ("created", "new"), ("bound", "new", "name-a", "name-b"), ("unbound", "old", "name-a", "name-b"), ("bound", "new", "service-1/release"),
    ]
    assert sorted(plans(gateway)) == ["new"]


@pytest.mark.parametrize("code", ["LimitExceeded", "UnsupportedOperation"])
def test_a_key_in_too_many_plans_leaves_one_before_it_enters_another(gateway, code):
    """Which code says so is not documented."""
    seed_plans(gateway, gold="a", silver="b")
    quotas(gateway, usage_plans_per_access_key=1)
    gateway.emulator.seed({"switches": {"key_plan_quota_code": code}})
    both = [{"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a"]}]
    result = gateway.run("access", usage_plans=both, prune=["bindings"])
    assert not result.get("failed"), result["msg"]
    assert {name: plan["access_key_ids"] for name, plan in plans(gateway).items()} == {"gold": ["b"], "silver": ["a"]}
    assert len(result["changes"]) == 4


def test_what_an_unsure_answer_left_open_is_known_when_room_was_made_for_it(gateway):
    seed_plans(gateway, gold="a:release", silver="a")
    gateway.emulator.faults([{"action": "BindEnvironment", "kind": "refuse", "code": "InternalError"}])
    plans_wanted = [{"name": "gold", "access_keys": ["name-a"], "environments": []}, {"name": "silver", "access_keys": ["name-a"], "environments": [SHOP]}]
    result = access(gateway, usage_plans=plans_wanted, prune=["environments"], allow_empty=True)
    assert result["unconfirmed"] == []
    assert writes(result)[:3] == ["BindEnvironment", "BindEnvironment", "UnBindEnvironment"]


def test_a_quota_of_plans_and_of_keys_is_made_room_in_by_what_is_pruned(gateway):
    seed_plans(gateway, old="a:release", older="b")
    quotas(gateway, usage_plans=2, access_keys=2)
    document = {
        "access_keys": [{"name": "new-1"}, {"name": "name-b"}], "usage_plans": [{"name": "silver", "access_keys": ["new-1"]}, {"name": "older"}],
        "prune": ["usage_plans", "access_keys"],
    }
    result = gateway.run("access", **document)
    assert not result.get("failed"), result["msg"]
    assert (sorted(plans(gateway)), sorted(keys(gateway))) == (["older", "silver"], ["name-b", "new-1"])
    assert {one["to_make_room_for"] for one in result["changes"] if one["action"] == "deleted"} == {"access key new-1", "usage plan silver"}
    again = gateway.run("access", **document)
    assert again["changed"] is False


# ---- Room that is made for nothing


def callers(gateway):
    """(key, environment) of whoever can call."""
    region = gateway.emulator.state()["ap-guangzhou"]
    enabled = {key["access_key_id"] for key in region["access_keys"] if key["enabled"]}
    return {(key, f"{bound['service_id']}/{bound['environment']}") for plan in region["usage_plans"] for key in plan["access_key_ids"] if key in enabled
            for bound in plan["environments"]}


def moved(*plans_wanted, prune=("bindings", "environments"), **more):
    return {"usage_plans": list(plans_wanted), "prune": list(prune), **more}


@pytest.mark.parametrize("quota_first", [False, True])
def test_a_key_that_moves_to_a_plan_that_is_full_stays_where_it_was(gateway, quota_first):
    """How many keys a plan takes cannot be read, so this is known by the refusal only."""
    seed_plans(gateway, gold="ab:release", silver="xy:release")
    quotas(gateway, access_keys_per_usage_plan=2)
    gateway.emulator.seed({"switches": {"quota_first": quota_first}})
    before = callers(gateway)
    document = moved({"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-x", "name-y", "name-a"]})
    result = gateway.run("access", **document)
    assert_failed(result, FULL)
    assert (callers(gateway), result["changed"]) == (before, False)
    if not quota_first:
        assert told(result) == [("unbound", "gold", "name-a"), ("bound", "gold", "name-a")]
        assert [one.get("put_back") for one in result["changes"]] == [None, True]
        assert result["access"]["usage_plans"][0]["access_keys"] == ["name-a", "name-b"]


def test_an_environment_that_moves_while_a_plan_that_is_not_named_blocks_it_is_refused_before_the_first_write(gateway):
    seed_plans(gateway, gold="a:release", silver="ab:", other="b:release")
    before = gateway.emulator.state()
    result = access(gateway, **moved({"name": "gold", "environments": [TEST]}, {"name": "silver", "environments": [SHOP]}))
    assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment", "name-b would be in usage plans other and silver", "Nothing was changed")
    assert gateway.emulator.state() == before


def test_a_key_that_moves_while_a_plan_that_is_not_named_has_it_on_another_environment_of_the_target_is_refused(gateway):
    seed_plans(gateway, gold="ab:release", silver="c:release,test", other="a:test")
    before = gateway.emulator.state()
    result = access(gateway, **moved({"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]}))
    assert_failed(result, "UnsupportedOperation.UnsupportedBindApiKey", "usage plans other and silver", "service-1/test", "Nothing was changed")
    assert gateway.emulator.state() == before


@pytest.mark.parametrize("listed", [True, False])
def test_single_apis_do_not_become_a_whole_environment_while_another_plan_has_single_ones(gateway, listed):
    seed_plans(gateway, gold="a:", other="b:")
    gateway.emulator.seed({"switches": {"plan_lists_single_apis": listed}, "bindings": [
        {"usage_plan_id": f"usagePlan-{plan}", "environments": [{"service_id": "service-1", "environment": "release", "api_ids": ["api-1"]}]}
        for plan in ("gold", "other")
    ]})
    before = gateway.emulator.state()
    result = access(gateway, **moved({"name": "gold", "environments": [SHOP]}))
    assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment", "single APIs of it to other", "Nothing was changed")
    assert gateway.emulator.state() == before


def test_a_plan_on_which_a_granted_caller_depends_is_not_deleted_for_a_quota(gateway):
    seed_plans(gateway, old="ab:release")
    quotas(gateway, usage_plans=1)
    before = callers(gateway)
    document = moved({"name": "new", "access_keys": ["name-a", "name-b"], "environments": [SHOP]}, prune=["usage_plans"])
    result = gateway.run("access", **document)
    assert_failed(result, "LimitExceeded.UsagePlanLimitExceeded", "Not deleted to make room", "usage plan old (needed by name-a, name-b)", "quota raised")
    assert (callers(gateway), result["changed"], list(plans(gateway))) == (before, False, ["old"])
    gateway.emulator.seed({"usage_plans": [{"name": "unused"}], "quotas": {"usage_plans": 2}})
    result = gateway.run("access", **document)
    assert told(result)[0] == ("deleted", "unused") and result["changes"][0]["to_make_room_for"] == "usage plan new"
    assert (callers(gateway), list(plans(gateway))) == (before, ["new"])


@pytest.mark.parametrize(("action", "document", "plans_at_first"), [
    ("BindSecretIds", [{"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]}], "ab:release c:release"),
    ("BindEnvironment", [{"name": "gold", "environments": []}, {"name": "silver", "environments": [SHOP]}], "ab:release a:"),
    ("BindEnvironment", [{"name": "gold", "environments": [{**SHOP, "api_ids": ["api-1"]}]}], "ab:release :"),
])
@pytest.mark.parametrize("code", ["InternalError", "OperationDenied", "LimitExceeded"])
def test_what_was_removed_only_to_make_room_is_put_back_when_the_addition_fails(gateway, action, document, plans_at_first, code):
    gold, silver = plans_at_first.split()
    seed_plans(gateway, gold=gold, silver=silver)
    before = callers(gateway)
    # The addition is refused for the rule first, and for good after room was made; putting back is not.
    makes = {"BindSecretIds": "UnBindSecretIds", "BindEnvironment": "UnBindEnvironment"}[action]
    gateway.emulator.faults([{"action": action, "kind": "refuse", "code": code, "skip": 1, "times": 1 if code != "InternalError" else 6}])
    result = gateway.run("access", **moved(*document, allow_empty=True))
    assert_failed(result, code)
    assert callers(gateway) == before
    assert writes(result)[1] == makes
    done = [(one["action"], one.get("put_back", False)) for one in result["changes"]][-2:]
    assert done == [("unbound", False), ("bound", True)]
    assert result["changed"] is False


def test_what_cannot_be_put_back_is_named_with_the_command_that_binds_it(gateway):
    seed_plans(gateway, gold="ab:release", silver="c:release")
    gateway.emulator.faults([{"action": "BindSecretIds", "kind": "refuse", "code": "OperationDenied", "skip": 1, "times": 0}])
    result = gateway.run("access", **moved({"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]}))
    assert_failed(result, "OperationDenied", "Lost: access keys name-a of usage plan gold", "tencentcloud.apigateway.usage_plan_keys -a")
    task = json.loads(result["msg"].partition("usage_plan_keys -a '")[2].partition("'")[0])
    assert result["changed"] and result["changes"][-1]["action"] == "unbound"
    gateway.emulator.faults([])
    assert gateway.run("usage_plan_keys", **task)["bound"] == ["a"]


@pytest.mark.parametrize("timeout", [0, 20])
def test_putting_back_has_a_wait_timeout_of_its_own(gateway, timeout):
    seed_plans(gateway, gold="ab:release", silver="c:release")
    before = callers(gateway)
    gateway.emulator.faults([
        {"action": "BindSecretIds", "kind": "refuse", "code": "ServiceUnavailable", "skip": 1, "times": 6},
        {"action": "BindSecretIds", "kind": "refuse", "code": "ServiceUnavailable", "skip": 1, "times": 4},
    ])
    document = moved({"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]})
    start = gateway.time()
    result = gateway.run("access", wait_timeout=timeout, **document)
    assert_failed(result, "ServiceUnavailable")
    assert gateway.time() - start <= 2 * timeout + 3
    assert (callers(gateway) == before) == (timeout > 0)


def test_a_removal_that_fails_half_way_is_put_back(gateway):
    seed_plans(gateway, gold="a:release", silver="b:release", bronze="c:release")
    document = moved(
        {"name": "gold", "access_keys": []}, {"name": "silver", "access_keys": []}, {"name": "bronze", "access_keys": ["name-a", "name-b", "name-c"]},
        allow_empty=True,
    )
    before = callers(gateway)
    gateway.emulator.faults([{"action": "UnBindSecretIds", "kind": "refuse", "code": "OperationDenied", "skip": 1, "times": 1}])
    result = gateway.run("access", **document)
    assert_failed(result, "OperationDenied")
    assert (callers(gateway), result["changed"]) == (before, False)


@pytest.mark.parametrize("rebind", ["accept", "refuse"])
def test_what_is_put_back_after_a_removal_of_unknown_outcome_is_no_change(gateway, rebind):
    seed_plans(gateway, gold="ab:release", silver="c:release")
    before = callers(gateway)
    gateway.emulator.seed({"switches": {"rebind": rebind}})
    gateway.emulator.faults([{"action": "UnBindSecretIds", "kind": "reset", "times": 2}])
    document = moved({"name": "gold", "access_keys": ["name-b"]}, {"name": "silver", "access_keys": ["name-a", "name-c"]})
    result = gateway.run("access", api_retries=1, **document)
    assert_failed(result, None)
    assert (callers(gateway), result["changed"], result["unconfirmed"]) == (before, False, [])


def test_room_that_was_made_for_one_plan_is_room_for_the_next(gateway):
    seed_plans(gateway, gold="a:release,test", silver="b:release", bronze="c:test")
    both = [{"name": name, "access_keys": ["name-a", key]} for name, key in (("silver", "name-b"), ("bronze", "name-c"))]
    result = access(gateway, **moved({"name": "gold", "access_keys": []}, *both, allow_empty=True))
    assert told(result) == [("unbound", "gold", "name-a"), ("bound", "silver", "name-a"), ("bound", "bronze", "name-a")] or not result.get("failed")
    assert {name: plan["access_key_ids"] for name, plan in plans(gateway).items()} == {"gold": [], "silver": ["a", "b"], "bronze": ["a", "c"]}


def test_a_key_comes_to_a_plan_that_gives_the_shared_environment_up(gateway):
    seed_plans(gateway, gold="a:release", silver="b:release")
    result = access(gateway, **moved({"name": "gold"}, {"name": "silver", "access_keys": ["name-a", "name-b"], "environments": [TEST]}))
    assert not result.get("failed"), result["msg"]
    assert result["changes"][0]["to_make_room_for"] == "usage plan silver"


# ---- Names


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"usage_plans": [{"usage_plan_id": "usagePlan-gold", "name": "new"}, {"name": "new"}]}, "2 usage plans would have the name new (usagePlan-gold)"),
        (
            {"usage_plans": [{"usage_plan_id": "usagePlan-gold", "name": "silver"}]},
            "2 usage plans would have the name silver (usagePlan-gold, usagePlan-silver)",
        ),
        ({"access_keys": [{"name": "name-a", "access_key_id": "legacy", "access_key_secret": "a-secret-of-ours"}]}, "2 access keys would have the name name-a"),
        (
            {"access_keys": [{"name": "x", "access_key_id": "legacy", "access_key_secret": "a-secret-of-ours"}, {"name": "x"}]},
            "2 access keys would have the name x (legacy)",
        ),
    ],
)
def test_a_document_never_makes_two_of_one_name(gateway, document, words):
    seed_plans(gateway, gold="a", silver="")
    before = gateway.emulator.state()
    result = access(gateway, **document)
    assert_failed(result, None, words, "Nothing was changed")
    assert (result["error_kind"], gateway.emulator.state()) == ("ambiguous", before)


def test_names_do_not_change_places_in_one_run(gateway):
    """It might end between the two."""
    seed_plans(gateway, gold="a", silver="")
    before = gateway.emulator.state()
    swapped = [{"usage_plan_id": "usagePlan-gold", "name": "silver"}, {"usage_plan_id": "usagePlan-silver", "name": "gold"}]
    assert_failed(access(gateway, usage_plans=swapped), None, "2 usage plans would have the name gold", "in a run before", "Nothing was changed")
    assert gateway.emulator.state() == before


def test_a_name_gets_free_before_it_is_given_when_its_owner_is_pruned(gateway):
    seed_plans(gateway, gold="a", old="b:release")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "legacy-0", "name": "legacy"}]})
    document = {
        "access_keys": [{"name": "legacy", "access_key_id": "legacy-1", "access_key_secret": "a-secret-of-ours"}, {"name": "name-a"}],
        "usage_plans": [{"usage_plan_id": "usagePlan-gold", "name": "old"}], "prune": ["usage_plans", "access_keys"],
    }
    result = access(gateway, **document)
    assert not result.get("failed"), result["msg"]
    order = told(result)
    assert order.index(("deleted", "legacy")) < order.index(("created", "legacy"))
    assert order.index(("deleted", "old")) < order.index(("changed", "old"))
    assert {one.get("to_make_room_for") for one in result["changes"] if one["action"] == "deleted"} == {"access key legacy", "usage plan old", None}
    assert (sorted(plans(gateway)), sorted(keys(gateway))) == (["old"], ["legacy", "name-a"])


def test_a_name_does_not_get_free_by_deleting_what_a_granted_caller_depends_on(gateway):
    seed_plans(gateway, gold="", old="b:release")
    before = gateway.emulator.state()
    document = {"usage_plans": [{"usage_plan_id": "usagePlan-gold", "name": "old", "access_keys": ["b"], "environments": [SHOP]}], "prune": ["usage_plans"]}
    assert_failed(access(gateway, **document), None, "2 usage plans would have the name old", "Nothing was changed")
    assert gateway.emulator.state() == before


def test_a_name_with_a_blank_at_its_end_is_another_name_in_a_document(gateway):
    seed_plans(gateway, gold="a")
    result = access(gateway, access_keys=[{"name": "name-a "}], usage_plans=[{"name": " gold", "access_keys": ["name-a "]}])
    assert told(result) == [("created", "name-a "), ("created", " gold"), ("bound", " gold", "name-a ")]
    document = gateway.run("access_info")["access"]
    assert access(gateway, **document)["changed"] is False


@pytest.mark.parametrize("kind", ["access_keys", "usage_plans"])
@pytest.mark.parametrize("lag", [0, 2])
def test_what_another_run_makes_of_the_same_name_at_the_same_time_is_told_with_both_ids(gateway, kind, lag):
    """Between the list that this run read and what it makes of it; also when reads are late."""
    gateway.emulator.seed({"switches": {"lag": lag}})
    action, create = {"access_keys": ("CreateApiKey", "create_keys"), "usage_plans": ("CreateUsagePlan", "create_usage_plans")}[kind]
    gateway.emulator.faults([{"action": action, "kind": "meanwhile", "do": [{create: [{"name": "twin"}]}]}])
    result = gateway.run("access", **{kind: [{"name": "twin"}], "prune": []})
    ids = [one for thing in gateway.emulator.state()["ap-guangzhou"][kind] for member, one in thing.items() if member.endswith("_id")]
    assert_failed(result, None, *ids, f"of which this run made {result['changes'][0]['id']}", "Another run gave the same name")
    assert_failed(result, None, "Completed before the failure: 1 change (see changes).")
    assert (result["error_kind"], len(ids)) == ("ambiguous", 2)


def test_an_export_of_ambiguous_texts_applies_where_it_is_from(gateway):
    """A key whose name is the id of another key, a service likewise, and names that are blank."""
    gateway.emulator.seed({
        "access_keys": [{"access_key_id": "x", "name": "one"}, {"access_key_id": "y", "name": "x"}, {"access_key_id": "z", "name": " "}],
        "services": [
            {"service_id": "service-4", "name": "twin"}, {"service_id": "service-5", "name": "twin"}, {"service_id": "service-6", "name": "service-4"},
        ],
        "usage_plans": [{"usage_plan_id": "usagePlan-p", "name": "p"}, {"usage_plan_id": "usagePlan-q", "name": "usagePlan-p"}],
        "bindings": [
            {"usage_plan_id": "usagePlan-p", "access_key_ids": ["x", "z"], "environments": [{"service_id": "service-4", "environment": "test"}]},
            {"usage_plan_id": "usagePlan-q", "access_key_ids": ["y"], "environments": [{"service_id": "service-6", "environment": "test"}]},
        ],
    })
    # Two keys' names, and an id that is one of them.
    gateway.emulator.seed({"access_keys": [{"access_key_id": "w", "name": "one"}]})
    for secrets in (False, True):
        document = gateway.run("access_info", include_secrets=secrets)["access"]
        first = next(plan for plan in document["usage_plans"] if plan["name"] == "p")
        assert first["access_keys"] == [{"access_key_id": "x"}, "z"]
        assert first["environments"] == [{"service_id": "service-4", "environment": "test"}]
        for prune in ([], ["bindings", "environments", "usage_plans", "access_keys"]):
            assert access(gateway, **document, prune=prune)["changed"] is False


@pytest.mark.parametrize("module", ["access", "api_key"])
def test_a_manual_key_that_another_run_makes_just_before_is_not_ours(gateway, module):
    ours = {"name": "ours", "access_key_id": "ours-client", "access_key_secret": "a-secret-of-ours"}
    theirs = {"access_key_id": "ours-client", "name": "ours", "secret": "a-secret-of-theirs"}
    gateway.emulator.faults([{"action": "CreateApiKey", "kind": "meanwhile", "do": [{"create_keys": [theirs]}]}])
    result = gateway.run(module, **({"access_keys": [ours]} if module == "access" else ours))
    assert_failed(result, "FailedOperation.AccessKeyExist")
    assert (result["changed"], result.get("changes", [])) == (False, [])
    assert keys(gateway)["ours"]["secret"] == "a-secret-of-theirs"


def test_what_may_not_be_asked_of_a_key_that_is_not_listed_goes_by_the_list(gateway):
    gateway.emulator.seed({"switches": {"denied_actions": ["DescribeApiKey"]}})
    result = access(gateway, usage_plans=[{"name": "gold", "access_keys": ["nobody"]}])
    assert_failed(result, None, "No access key has the id or the name nobody in ap-guangzhou", "Nothing was changed.")


# ---- Plans that the document does not name


def test_check_mode_knows_of_a_plan_that_is_not_named_and_shares_the_key(gateway):
    seed_plans(gateway, gold=":release", other="ab:release", harmless="a:test")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "c", "name": "name-c"}]})
    result = access(gateway, usage_plans=[{"name": "gold", "access_keys": ["name-a", "name-c"]}])
    words = "access key name-a would be in usage plans gold and other, which would both be bound to service-1/release"
    assert_failed(result, "UnsupportedOperation.UnsupportedBindApiKey", words, "Nothing was changed")
    result = access(gateway, usage_plans=[{"name": "harmless", "environments": [SHOP]}])
    words = "access key name-a would be in usage plans harmless and other, which would both be bound to service-1/release"
    assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment", words, "Nothing was changed")


def test_what_may_not_be_read_to_predict_is_a_warning(gateway):
    seed_plans(gateway, gold="a:release", other="c:test")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "b", "name": "name-b"}], "switches": {"denied_actions": ["DescribeServiceUsagePlan"]}})
    document = {"usage_plans": [{"name": "gold", "access_keys": ["name-b"]}]}
    predicted = gateway.run("access", check_mode=True, **document)
    assert [warning for warning in predicted["warnings"] if "DescribeServiceUsagePlan is not allowed" in warning]
    assert comparable(predicted) == comparable(gateway.run("access", **document))


# ---- Failures


def test_a_failure_tells_what_was_done_and_the_same_task_does_the_rest(gateway):
    gateway.emulator.faults([{"action": "BindEnvironment", "kind": "refuse", "code": "OperationDenied", "times": 1}])
    result = gateway.run("access", **WHOLE)
    assert_failed(result, "OperationDenied", "Completed before the failure: ", " changes (see changes).")
    assert result["changed"]
    assert len([one for one in result["changes"] if one["action"] == "created"]) == 5
    # The secrets that the server made are not lost with it.
    assert sorted(one["name"] for one in result["created_access_keys"]) == ["partner-a", "partner-b"]
    rest = gateway.run("access", **WHOLE)
    assert not rest.get("failed") and {one["kind"] for one in rest["changes"]} == {"environment"}
    assert gateway.run("access", **WHOLE)["changed"] is False


def test_a_failure_keeps_what_others_did_at_the_same_time(gateway):
    names = [f"key-{number:02}" for number in range(20)]
    gateway.emulator.faults([{"action": "CreateApiKey", "kind": "refuse", "code": "LimitExceeded.ApiKeyCountLimitExceeded", "skip": 7, "times": 0}])
    result = gateway.run("access", access_keys=[{"name": name} for name in names])
    assert_failed(result, "LimitExceeded.ApiKeyCountLimitExceeded", "Completed before the failure: 7 changes (see changes).")
    there = sorted(keys(gateway))
    assert [one["name"] for one in result["changes"]] == [one["name"] for one in result["created_access_keys"]] == there
    assert [one["name"] for one in result["access"]["access_keys"]] == there


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "garble", "how": "null_result"}])
@pytest.mark.parametrize("action", ["CreateApiKey", "CreateUsagePlan", "BindSecretIds", "BindEnvironment", "DisableApiKey"])
def test_answers_that_were_lost_are_settled_as_in_the_single_modules(gateway, action, fault):
    gateway.emulator.seed({"switches": {"lag": 1}})
    gateway.emulator.faults([{"action": action, **fault}])
    result = gateway.run("access", **WHOLE)
    assert not result.get("failed"), result["msg"]
    assert sorted(keys(gateway)) == ["legacy", "partner-a", "partner-b"] and sorted(plans(gateway)) == ["bronze", "silver"]
    assert len(told(result)) == 10
    made = {one["name"]: one["access_key_secret"] for one in result["created_access_keys"]}
    assert made == {name: keys(gateway)[name]["secret"] for name in ("partner-a", "partner-b")}
    gateway.time.sleep(2)
    assert gateway.run("access", **WHOLE)["changed"] is False


def test_a_plan_that_vanishes_while_everything_is_read_is_made_anew_or_told(gateway):
    seed_plans(gateway, gold="a", silver="b")
    gateway.emulator.faults([{"action": "DescribeUsagePlan", "kind": "meanwhile", "do": [{"delete_usage_plan": "usagePlan-gold"}]}])
    result = gateway.run("access", usage_plans=[{"name": "gold", "max_requests": 5}, {"name": "silver", "access_keys": ["name-b"]}])
    assert_failed(result, None, "usagePlan-gold", "vanished")
    assert gateway.run("access", usage_plans=[{"name": "gold", "max_requests": 5}])["changes"][0]["action"] == "created"


def test_nothing_of_a_secret_is_in_a_result_but_where_it_belongs(gateway):
    gateway.emulator.seed({"access_keys": [{"access_key_id": "a", "name": "name-a", "secret": "KEYSECRETa"}]})
    gateway.emulator.faults([{"action": "BindSecretIds", "kind": "refuse", "code": "OperationDenied"}])
    result = gateway.run("access", **{**WHOLE, "access_keys": [*WHOLE["access_keys"], {"name": "name-a"}]})
    assert result["failed"]
    text = json.dumps({name: value for name, value in result.items() if name != "created_access_keys"})
    for secret in ("KEYSECRETa", "a-secret-of-ours", *(one["access_key_secret"] for one in result["created_access_keys"])):
        assert secret not in text
    assert "KEYSECRETa" not in json.dumps(result) and "a-secret-of-ours" not in json.dumps(result)


@pytest.mark.parametrize("listed", [True, False])
def test_a_plan_goes_with_what_it_is_bound_to_also_where_the_api_does_not_list_it(gateway, listed):
    seed_plans(gateway, gold="a:release")
    gateway.emulator.seed({
        "switches": {"plan_lists_single_apis": listed}, "usage_plans": [{"usage_plan_id": "usagePlan-apis", "name": "apis"}],
        "services": [{"service_id": "service-9", "name": "hidden", "environments": ["release"], "api_ids": ["api-9"]}],
        "bindings": [{"usage_plan_id": "usagePlan-apis", "environments": [{"service_id": "service-9", "environment": "release", "api_ids": ["api-9"]}]}],
    })
    result = access(gateway, usage_plans=[], prune=["usage_plans"], allow_empty=True)
    assert ("deleted", "apis") in told(result) and plans(gateway) == {}
