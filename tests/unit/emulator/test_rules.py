# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules about what may be bound: every switch in all of its positions, and the order of the checks."""

from __future__ import annotations

import time

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import ALREADY_BOUND, SWITCHES, UNSUPPORTED_BIND
from ansible_collections.tencentcloud.apigateway.tests.unit.emulator.client import PLAN, call, code_of
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

OTHER, SERVICE = "usagePlan-b", "service-a"
FULL = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"
NO_KEY, BAD_KEYS = "ResourceNotFound.InvalidAccessKeyId", "InvalidParameterValue.InvalidAccessKeyIds"
# Bound at the start: a to the first plan, s to the second. x is disabled; f is a key of another region.
SEED = {
    "usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}, {"usage_plan_id": OTHER, "name": "silver"}],
    "access_keys": [{"access_key_id": one, "name": f"key-{one}", "enabled": one != "x", "secret": f"{one}-secret-of-ours"} for one in "abcsx"]
    + [{"access_key_id": "f", "name": "far", "region": "ap-seoul"}],
    "services": [{"service_id": SERVICE, "name": "shop", "api_ids": ["api-1"]}],
    "bindings": [{"usage_plan_id": PLAN, "access_key_ids": ["a"]}, {"usage_plan_id": OTHER, "access_key_ids": ["s"]}],
}
ENVIRONMENT = {"service_id": SERVICE, "environment": "release"}


class World:
    """An emulator in virtual time, and calls in few words."""

    def __init__(self, emulator, clock):
        self.emulator, self.clock = emulator, clock
        self.seed = emulator.seed

    def code(self, action, **params):
        return code_of(call(self.emulator, self.clock, action, **params))

    def result(self, action, **params):
        return call(self.emulator, self.clock, action, **params)["Result"]

    def bind(self, ids, plan=PLAN):
        return self.code("BindSecretIds", UsagePlanId=plan, AccessKeyIds=list(ids))

    def unbind(self, ids, plan=PLAN):
        return self.code("UnBindSecretIds", UsagePlanId=plan, AccessKeyIds=list(ids))

    def environment(self, action, *plans):
        return self.code(action, UsagePlanIds=list(plans), BindType="SERVICE", Environment="release", ServiceId=SERVICE)

    def bound(self, plan=PLAN):
        (found,) = [one for one in self.emulator.state()["ap-guangzhou"]["usage_plans"] if one["usage_plan_id"] == plan]
        return "".join(found["access_key_ids"])

    def share_an_environment(self):
        self.seed({"bindings": [{"usage_plan_id": one, "environments": [ENVIRONMENT]} for one in (PLAN, OTHER)]})


@pytest.fixture
def world():
    clock = VirtualTime()
    with Emulator(SEED, clock=clock) as emulator:
        yield World(emulator, clock)


def in_part(world):
    return world.bind("bxc"), world.bound()


def conflict(world):
    world.share_an_environment()
    return world.bind("s")


def full_and_bound(world):
    world.seed({"quotas": {"access_keys_per_usage_plan": 1}})
    return world.bind("a")


def key_in_too_many_plans(world):
    world.seed({"quotas": {"usage_plans_per_access_key": 1}})
    return world.bind("s")


def three_values_where_two_fit(world):
    world.seed({"switches": {"filter_values_limit": 2}})
    return three_values(world)


def three_values(world):
    answer = call(world.emulator, world.clock, "DescribeApiKeysStatus", Filters=[{"Name": "AccessKeyId", "Values": list("abc")}])
    return code_of(answer) or answer["Result"]["TotalCount"]


def bound_environment_again(world):
    return world.environment("BindEnvironment", PLAN), world.environment("BindEnvironment", PLAN)


def left_out_description(world):
    world.seed({"usage_plans": [{"usage_plan_id": "usagePlan-c", "name": "bronze", "description": "kept", "max_requests": 5}]})
    answer = world.result("ModifyUsagePlan", UsagePlanId="usagePlan-c", UsagePlanName="brass")
    return answer["UsagePlanDesc"], answer["MaxRequestNum"]


def plan_by_part_of_its_name(world):
    return world.result("DescribeUsagePlansStatus", Filters=[{"Name": "UsagePlanName", "Values": ["gol"]}])["TotalCount"]


def nobody(world):
    world.unbind("a")
    answer = world.result("DescribeUsagePlanSecretIds", UsagePlanId=PLAN)
    return answer["TotalCount"], answer["AccessKeyList"]


def key_of_another_region(world):
    return world.code("DescribeApiKey", AccessKeyId="f"), world.bind("f"), world.unbind("f"), world.unbind("f")


def seen_at_once_and_later(world):
    world.bind("b")
    seen = [world.result("DescribeUsagePlan", UsagePlanId=PLAN)["BindSecretIdTotalCount"]]
    world.clock.sleep(2)
    return [*seen, world.result("DescribeUsagePlan", UsagePlanId=PLAN)["BindSecretIdTotalCount"]]


def environments_that_a_plan_lists(world):
    place = {"service_id": "service-l", "environment": "release", "api_ids": ["api-1", "api-2"]}
    world.seed({
        "services": [{"service_id": "service-l", "name": "l"}, {"service_id": "service-m", "name": "m"}],
        "bindings": [{"usage_plan_id": PLAN, "environments": [place, {"service_id": "service-m", "environment": "test"}]}],
    })
    return sorted(one["EnvironmentName"] for one in world.result("DescribeUsagePlan", UsagePlanId=PLAN)["BindEnvironments"])


def takes_long(world):
    started = time.monotonic()
    world.code("DescribeUsagePlan", UsagePlanId=PLAN)
    return time.monotonic() - started >= 0.2


def twice(world):
    return world.code("DescribeUsagePlan", UsagePlanId=PLAN), world.code("DescribeUsagePlan", UsagePlanId=PLAN)


def plans_in_order(world):
    return [row["UsagePlanId"] for row in world.result("DescribeUsagePlansStatus", Limit=100)["UsagePlanStatusSet"]]


def listed_secret(world):
    (row,) = world.result("DescribeApiKeysStatus", Filters=[{"Name": "AccessKeyId", "Values": ["a"]}])["ApiKeySet"]
    assert world.result("DescribeApiKey", AccessKeyId="a")["AccessKeySecret"] == "a-secret-of-ours"
    return row.get("AccessKeySecret", "no member")


def limits_that_are_none(world):
    listed = world.result("DescribeUsagePlansStatus", Filters=[{"Name": "UsagePlanId", "Values": [PLAN]}])["UsagePlanStatusSet"]
    return listed[0]["MaxRequestNum"], world.result("DescribeUsagePlan", UsagePlanId=PLAN)["MaxRequestNumPreSec"]


def read(world):
    return world.code("DescribeUsagePlan", UsagePlanId=PLAN)


# switch -> what is done, and what comes of it under each position. The default is one of them.
POSITIONS = {
    "bind_applies_in_part": (in_part, [(False, ("UnsupportedOperation.InvalidStatus", "a")), (True, ("UnsupportedOperation.InvalidStatus", "ab"))]),
    "rebind": (lambda world: (world.bind("ab"), world.bound()), [("refuse", (ALREADY_BOUND, "a")), ("accept", (None, "ab"))]),
    "already_bound_code": (lambda world: world.bind("a"), [(ALREADY_BOUND, ALREADY_BOUND), (UNSUPPORTED_BIND, UNSUPPORTED_BIND)]),
    "conflict_code": (conflict, [(UNSUPPORTED_BIND, UNSUPPORTED_BIND), (ALREADY_BOUND, ALREADY_BOUND)]),
    "unbind_unbound": (lambda world: (world.unbind("ab"), world.bound()), [("accept", (None, "")), ("refuse", (NO_KEY, "a"))]),
    "quota_first": (full_and_bound, [(False, ALREADY_BOUND), (True, FULL)]),
    "duplicate_ids": (lambda world: (world.bind("bb"), world.bound()), [("accept", (None, "ab")), ("refuse", (BAD_KEYS, "a"))]),
    "key_plan_quota_code": (key_in_too_many_plans, [("LimitExceeded", "LimitExceeded"), ("UnsupportedOperation", "UnsupportedOperation")]),
    "filter_values_limit": (three_values, [(0, 3), (2, "InvalidParameterValue.LimitExceeded")]),
    "filter_values_over_limit": (three_values_where_two_fit, [("refuse", "InvalidParameterValue.LimitExceeded"), ("truncate", 2)]),
    "rebind_environment": (bound_environment_again, [("accept", (None, None)), ("refuse", (None, "UnsupportedOperation.UnsupportedBindEnvironment"))]),
    "unbind_unbound_environment": (
        lambda world: world.environment("UnBindEnvironment", PLAN), [("accept", None), ("refuse", "UnsupportedOperation.UnsupportedUnBindEnvironment")],
    ),
    "plan_lists_single_apis": (environments_that_a_plan_lists, [(True, ["release", "test"]), (False, ["test"])]),
    "modify_resets_omitted": (left_out_description, [(False, ("kept", 5)), (True, (None, None))]),
    "delete_plan_with_keys": (
        lambda world: world.code("DeleteUsagePlan", UsagePlanId=PLAN), [("refuse", "UnsupportedOperation.UsagePlanInUse"), ("accept", None)],
    ),
    "switch_twice": (
        lambda world: (world.code("EnableApiKey", AccessKeyId="a"), world.code("DisableApiKey", AccessKeyId="x")),
        [("accept", (None, None)), ("refuse", ("UnsupportedOperation.UnsupportedUpdateApiKey",) * 2)],
    ),
    "delete_checks_use_first": (
        lambda world: world.code("DeleteApiKey", AccessKeyId="a"),
        [(False, "UnsupportedOperation.InvalidStatus"), (True, "UnsupportedOperation.ResourceIsInUse")],
    ),
    "name_filter": (plan_by_part_of_its_name, [("exact", 0), ("fuzzy", 1)]),
    "empty_list": (nobody, [("list", (0, [])), ("null", (None, None))]),
    "list_order": (plans_in_order, [("oldest_first", [PLAN, OTHER]), ("newest_first", [OTHER, PLAN])]),
    "listed_secrets": (
        listed_secret,
        [("shown", "a-secret-of-ours"), ("blank", ""), ("null", None), ("absent", "no member"), ("masked", "a-******rs")],
    ),
    "no_limit": (limits_that_are_none, [("by_action", (-1, None)), ("minus_one", (-1, -1)), ("null", (None, None)), ("zero", (0, 0))]),
    "keys_are_regional": (key_of_another_region, [(True, (NO_KEY, NO_KEY, NO_KEY, NO_KEY)), (False, (None, None, None, None))]),
    "lag": (seen_at_once_and_later, [(0, [2, 2]), (2, [1, 2])]),
    "latency": (takes_long, [(0, False), (0.2, True)]),
    "rate_limit": (twice, [(0, (None, None)), (1, (None, "RequestLimitExceeded"))]),
    "offline": (read, [("", None), ("ActionOffline", "ActionOffline"), ("NoSuchProduct", "NoSuchProduct")]),
    "denied_actions": (read, [([], None), (["DescribeUsagePlan"], "AuthFailure.UnauthorizedOperation")]),
}


def test_every_switch_is_tried_in_its_default_and_another_position():
    assert set(POSITIONS) == set(SWITCHES)
    for name, (_deed, positions) in POSITIONS.items():
        tried = [value for value, _expected in positions]
        assert SWITCHES[name].default in tried
        assert set(tried) == set(SWITCHES[name].allowed) if isinstance(SWITCHES[name].allowed, tuple) else len(tried) == 2


@pytest.mark.parametrize(
    ("name", "value", "deed", "expected"),
    [(name, value, deed, expected) for name, (deed, positions) in POSITIONS.items() for value, expected in positions],
)
def test_a_switch_does_what_it_says(world, name, value, deed, expected):
    world.seed({"switches": {name: value}})
    assert deed(world) == expected


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        ("", BAD_KEYS), ("bz", NO_KEY), ("za", NO_KEY), ("az", ALREADY_BOUND), ("xz", "UnsupportedOperation.InvalidStatus"), ("sx", UNSUPPORTED_BIND),
        ("xs", "UnsupportedOperation.InvalidStatus"), ("bcz", NO_KEY), ("bc", FULL),
    ],
)
def test_keys_are_judged_in_their_order_and_quotas_after_all_of_them(world, ids, code):
    world.share_an_environment()
    world.seed({"quotas": {"access_keys_per_usage_plan": 2}})
    assert world.bind(ids) == code
    assert world.bound() == "a"


def test_a_missing_plan_comes_before_everything(world):
    assert world.bind("", plan="missing") == "ResourceNotFound.InvalidUsagePlan"


def test_a_disabled_key_that_is_bound_stays_bound(world):
    world.seed({"access_keys": [{"access_key_id": "d", "name": "d", "enabled": False}], "bindings": [{"usage_plan_id": PLAN, "access_key_ids": ["d"]}]})
    assert [row["Status"] for row in world.result("DescribeUsagePlanSecretIds", UsagePlanId=PLAN)["AccessKeyList"]] == [1, 0]


@pytest.mark.parametrize(("quota", "code"), [({"access_keys_per_usage_plan": 3}, FULL), ({"usage_plans_per_access_key": 1}, "LimitExceeded")])
def test_a_quota_is_filled_where_calls_apply_in_part(world, quota, code):
    world.seed({"switches": {"bind_applies_in_part": True}, "quotas": quota})
    assert world.bind("bcs") == code
    assert world.bound() == "abc"


def test_a_refused_call_changes_nothing(world):
    assert world.bind("bcx") and world.bound() == "a"
    world.seed({"quotas": {"access_keys_per_usage_plan": 2}})
    assert world.bind("bc") == FULL and world.bound() == "a"


def test_plans_that_share_a_key_share_no_environment_whichever_comes_last(world):
    world.seed({"bindings": [{"usage_plan_id": OTHER, "access_key_ids": ["a"]}]})
    assert world.environment("BindEnvironment", PLAN) is None
    assert world.environment("BindEnvironment", OTHER) == "UnsupportedOperation.UnsupportedBindEnvironment"


def test_not_even_when_one_call_names_both(world):
    world.seed({"bindings": [{"usage_plan_id": OTHER, "access_key_ids": ["a"]}]})
    assert world.environment("BindEnvironment", PLAN, OTHER) == "UnsupportedOperation.UnsupportedBindEnvironment"
    assert world.result("DescribeServiceUsagePlan", ServiceId=SERVICE)["TotalCount"] == 0


def test_plans_without_a_common_key_may_be_bound_by_one_call(world):
    assert world.environment("BindEnvironment", PLAN, OTHER) is None
    assert world.result("DescribeServiceUsagePlan", ServiceId=SERVICE)["TotalCount"] == 2


def test_a_key_of_another_region_is_listed_with_its_name_where_keys_are_not_regional(world):
    world.seed({"switches": {"keys_are_regional": False}})
    world.bind("f")
    assert {"AccessKeyId": "f", "SecretName": "far", "Status": 1} in world.result("DescribeUsagePlanSecretIds", UsagePlanId=PLAN)["AccessKeyList"]


@pytest.mark.parametrize(("limit", "offset", "ids"), [(2, 0, "ab"), (2, 2, "cd"), (2, 4, "e"), (2, 6, ""), (100, 0, "abcde"), (None, 0, "abcde")])
def test_lists_are_paged(limit, offset, ids):
    keys = [{"access_key_id": one, "name": one} for one in "abcde"]
    clock = VirtualTime()
    seed = {**SEED, "access_keys": keys, "bindings": [{"usage_plan_id": PLAN, "access_key_ids": list("abcde")}]}
    page = {"Offset": offset, **({} if limit is None else {"Limit": limit})}
    with Emulator(seed, clock=clock) as emulator:
        bound = call(emulator, clock, "DescribeUsagePlanSecretIds", UsagePlanId=PLAN, **page)["Result"]
        listed = call(emulator, clock, "DescribeApiKeysStatus", **page)["Result"]
    assert (bound["TotalCount"], [row["AccessKeyId"] for row in bound["AccessKeyList"]]) == (5, list(ids))
    assert (listed["TotalCount"], [row["AccessKeyId"] for row in listed["ApiKeySet"]]) == (5, list(ids))
