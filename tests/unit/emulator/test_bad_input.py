# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wrong seed or fault is refused when it is given, with a word that leads to the mistake; a wrong request with a code."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import FAULT_FIELD_TYPES, FAULTS, SWITCHES
from ansible_collections.tencentcloud.apigateway.tests.unit.emulator.client import PLAN, call, code_of
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

SEED = {"usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}], "access_keys": [{"access_key_id": one, "name": one} for one in "ab"]}
WRONG_SEEDS = [
    ({"usage_plans": "x"}, "usage_plans"), ({"usage_plans": ["x"]}, "usage_plans"), ({"usage_plans": [{"name": 5}]}, "name"),
    ({"usage_plans": [{"name": ""}]}, "name"), ({"usage_plans": [{"name": "x", "max_requests": "5"}]}, "max_requests"),
    ({"usage_plans": [{"name": "x", "max_requests": True}]}, "max_requests"), ({"usage_plans": [{"name": "x", "max_requests": -2}]}, "from -1"),
    ({"usage_plans": [{"name": "x", "region": 5}]}, "region"), ({"access_keys": [{"name": "x", "enabled": "no"}]}, "enabled"),
    ({"access_keys": [{"name": "x", "type": "robot"}]}, "type"), ({"services": [{"name": "x", "environments": "release"}]}, "environments"),
    ({"bindings": [{"usage_plan_id": PLAN, "access_key_ids": "ab"}]}, "access_key_ids"),
    ({"bindings": [{"usage_plan_id": PLAN, "access_key_ids": ["z"]}]}, "z"),
    ({"bindings": [{"usage_plan_id": PLAN, "environments": [{}]}]}, "service_id"),
    ({"bindings": [{"usage_plan_id": PLAN, "environments": [{"service_id": "s", "environment": "test"}]}]}, "no service s"),
    ({"quotas": {"usage_plans": "x"}}, "usage_plans"), ({"quotas": {"usage_plans": -1}}, "from 0"), ({"quotas": []}, "quotas"),
    ({"switches": [1]}, "switches"), ({"switches": {"lag": -1}}, "lag"), ({"switches": {"rate_limit": True}}, "rate_limit"),
    ({"switches": {"quota_first": 1}}, "quota_first"), ({"switches": {"denied_actions": [1]}}, "denied_actions"),
    ({"access_keys": [{"access_key_id": "own", "name": "x", "type": "manual", "region": one} for one in ("ap-seoul", "ap-tokyo")]}, "unique across regions"),
    ("x", "object"),
]
WRONG_FAULTS = [
    ({}, "list"), ("x", "list"), ([1], "1"), ([{}], "None"), ([{"action": "*", "kind": ["x"]}], "x"), ([{"action": 5, "kind": "reset"}], "action"),
    ([{"action": "BindSecretId", "kind": "reset"}], "BindSecretIds"), ([{"action": "*", "kind": "reset", "times": "x"}], "times"),
    ([{"action": "*", "kind": "reset", "times": -1}], "times"), ([{"action": "*", "kind": "reset", "skip": True}], "skip"),
    ([{"action": "*", "kind": "reset", "seconds": 1}], "seconds"), ([{"action": "*", "kind": "slow", "seconds": "long"}], "seconds"),
    ([{"action": "*", "kind": "slow", "seconds": -1}], "seconds"), ([{"action": "*", "kind": "lag", "seconds": None}], "seconds"),
    ([{"action": "*", "kind": "http", "status": "503"}], "status"), ([{"action": "*", "kind": "http", "status": 503, "acts": "yes"}], "acts"),
    ([{"action": "*", "kind": "refuse", "code": 5}], "code"), ([{"action": "*", "kind": "meanwhile", "do": [], "when": "never"}], "when"),
    ([{"action": "*", "kind": "meanwhile", "do": {"disable": ["a"]}}], "do"), ([{"action": "*", "kind": "meanwhile", "do": [{"dance": 1}]}], "dance"),
    ([{"action": "*", "kind": "meanwhile", "do": [{"disable": "ab"}]}], "disable"),
    ([{"action": "*", "kind": "meanwhile", "do": [{"bind": {"access_key_ids": ["a"]}}]}], "usage_plan_id"),
    ([{"action": "*", "kind": "meanwhile", "do": [{"create_keys": [{"access_key_id": "a"}]}]}], "name"),
    ([{"action": "*", "kind": "omit", "members": "Status"}], "members"),
    ([{"action": "*", "kind": "meanwhile", "do": [{"bind": {"usage_plan_id": PLAN, "environments": [{"service_id": "s"}]}}]}], "environment"),
]


@pytest.fixture(scope="module")
def clock():
    return VirtualTime()


@pytest.fixture(scope="module")
def emulator(clock):
    with Emulator(SEED, clock=clock) as one:
        yield one


@pytest.mark.parametrize(("document", "words"), WRONG_SEEDS, ids=lambda value: json.dumps(value)[:60])
def test_a_wrong_seed_is_refused(emulator, document, words):
    with pytest.raises(ValueError, match=words):
        emulator.seed(document)


def test_a_seed_of_the_wrong_form_adds_nothing(emulator):
    before = emulator.state()
    with pytest.raises(ValueError, match="colour"):
        emulator.seed({"usage_plans": [{"name": "new"}], "services": [{"name": "x", "colour": "red"}]})
    assert emulator.state() == before


def test_what_a_seed_leaves_empty_is_left_out():
    with Emulator({"services": None, "usage_plans": [{"name": "gold", "description": None}]}) as emulator:
        assert emulator.state()["ap-guangzhou"]["usage_plans"][0]["description"] == ""


def test_what_was_seeded_is_not_the_callers_to_change():
    document = {"services": [{"service_id": "s", "name": "s", "environments": ["test"]}], "switches": {"denied_actions": []}}
    with Emulator(document) as emulator:
        document["services"][0]["environments"].append("release")
        assert list(emulator.state()["ap-guangzhou"]["services"][0]["environments"]) == ["test"]


@pytest.mark.parametrize(("faults", "words"), WRONG_FAULTS, ids=lambda value: json.dumps(value)[:60])
def test_a_wrong_fault_is_refused(emulator, faults, words):
    with pytest.raises(ValueError, match=words):
        emulator.faults(faults)


def test_every_switch_and_every_fault_says_what_it_is():
    assert all(switch.text and switch.mark in ("documented", "inferred", "assumed", "tool") for switch in SWITCHES.values())
    assert all(fault.text and set(fault.fields) <= set(FAULT_FIELD_TYPES) for fault in FAULTS.values())


@pytest.mark.parametrize(
    ("action", "one"),
    [
        ("DescribeApiKeysStatus", {"Name": "SecretName", "Values": [1]}), ("DescribeApiKeysStatus", {"Name": "NotUsagePlanId", "Values": [[PLAN]]}),
        ("DescribeApiKeysStatus", {"Name": "KeyWord", "Values": "a"}), ("DescribeApiKeysStatus", {"Name": ["KeyWord"], "Values": ["a"]}),
        ("DescribeUsagePlansStatus", {"Name": "UsagePlanName"}), ("DescribeUsagePlansStatus", {"Name": "UsagePlanName", "Values": ["x"], "Colour": 1}),
    ],
)
@pytest.mark.parametrize("filters", ["exact", "fuzzy"])
def test_a_filter_of_the_wrong_form_is_refused(emulator, clock, filters, action, one):
    emulator.seed({"switches": {"name_filter": filters}})
    assert code_of(call(emulator, clock, action, Filters=[one])) == "InvalidParameter"


def test_a_field_that_may_be_left_out_may_be_null_or_text_and_nothing_else(emulator, clock):
    assert code_of(call(emulator, clock, "ModifyUsagePlan", UsagePlanId=PLAN, UsagePlanDesc=None)) is None
    assert code_of(call(emulator, clock, "ModifyUsagePlan", UsagePlanId=PLAN, UsagePlanDesc=5)) == "InvalidParameter"
    assert code_of(call(emulator, clock, "ModifyUsagePlan", UsagePlanId=PLAN, MaxRequestNum=True)) == "InvalidParameter"
