# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access: what a document means, what is left alone, in which order it is done, and what the result says."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway, assert_failed, comparable, with_real_ids

SHOP = {"service": "shop", "environment": "release"}
TEST = {"service": "shop", "environment": "test"}
SERVICES = {"services": [
    {"service_id": "service-1", "name": "shop", "api_ids": ["api-1", "api-2"]},
    {"service_id": "service-2", "name": "bank"}, {"service_id": "bank", "name": "odd"},
]}
LEGACY = {"name": "legacy", "access_key_id": "legacy-client", "access_key_secret": "a-secret-of-ours"}
WHOLE = {
    "access_keys": [{"name": "partner-a"}, {"name": "partner-b", "enabled": False}, LEGACY],
    "usage_plans": [
        {
            "name": "silver", "description": "Partners", "max_requests_per_second": 100, "max_requests": -1,
            "access_keys": ["partner-a", "partner-b", "legacy-client"],
            "environments": [SHOP, {"service": "service-2", "environment": "test"}],
        },
        {"name": "bronze", "access_keys": ["legacy"], "environments": [{"service": "shop", "environment": "test"}]},
    ],
}


@pytest.fixture
def gateway():
    with Gateway() as one:
        one.emulator.reset()
        one.emulator.seed(SERVICES)
        yield one


def access(gateway, **document):
    """The real run's result, once it is known to be what check mode foretold, that a second run is quiet, and where secrets are."""
    before = gateway.emulator.state()
    predicted = gateway.run("access", check_mode=True, **document)
    assert gateway.emulator.state() == before
    result = gateway.run("access", **document)
    assert comparable(with_real_ids(predicted, result)) == comparable(result)
    elsewhere = json.dumps({name: value for name, value in result.items() if name != "created_access_keys"})
    secrets = [key["secret"] for region in gateway.emulator.state().values() for key in region["access_keys"]]
    assert not [secret for secret in secrets if secret in elsewhere]
    if not result.get("failed"):
        again = gateway.run("access", **document)
        assert (again["changed"], again["changes"], again["access"]) == (False, [], result["access"])
        assert not [call for call in again["api_calls"] if not call["action"].startswith("Describe")]
    return result


def writes(result):
    return [call["action"] for call in result["api_calls"] if not call["action"].startswith("Describe")]


def told(result):
    """The changes, shortly: what was done, to what, with which keys or environments."""
    return [(one["action"], one["name"], *one.get("access_keys", one.get("environments", []))) for one in result["changes"]]


def plans(gateway):
    return {plan["name"]: plan for plan in gateway.emulator.state()["ap-guangzhou"]["usage_plans"]}


def keys(gateway):
    return {key["name"]: key for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"]}


def seed_plans(gateway, **held):
    """Plans of these names with keys of one letter each, on the environments of the shop that follow a colon."""
    for name, what in held.items():
        names, _colon, environments = what.partition(":")
        gateway.emulator.seed({
            "usage_plans": [{"usage_plan_id": f"usagePlan-{name}", "name": name}],
            "access_keys": [{"access_key_id": one, "name": f"name-{one}"} for one in names if f"name-{one}" not in keys(gateway)],
            "bindings": [{
                "usage_plan_id": f"usagePlan-{name}", "access_key_ids": list(names),
                "environments": [{"service_id": "service-1", "environment": one} for one in environments.split(",") if one],
            }],
        })


# ---- From nothing


def test_from_nothing_to_bound_and_quiet_after_that(gateway):
    result = access(gateway, **WHOLE)
    silver, bronze = plans(gateway)["silver"], plans(gateway)["bronze"]
    ids = {name: key["access_key_id"] for name, key in keys(gateway).items()}
    assert silver["access_key_ids"] == sorted(ids.values())
    assert bronze["access_key_ids"] == ["legacy-client"]
    assert {name: key["enabled"] for name, key in keys(gateway).items()} == {"partner-a": True, "partner-b": False, "legacy": True}
    assert (silver["description"], silver["max_requests_per_second"], silver["max_requests"]) == ("Partners", 100, -1)
    assert [(one["service_id"], one["environment"]) for one in silver["environments"]] == [("service-1", "release"), ("service-2", "test")]
    # What the server made is here and nowhere else; a secret that was given comes back nowhere.
    made = {one["name"]: one for one in result["created_access_keys"]}
    assert {name: one["access_key_secret"] for name, one in made.items()} == {name: keys(gateway)[name]["secret"] for name in ("partner-a", "partner-b")}
    assert keys(gateway)["legacy"]["secret"] == LEGACY["access_key_secret"]
    assert result["access"] == {
        "access_keys": [{"name": "legacy", "enabled": True}, {"name": "partner-a", "enabled": True}, {"name": "partner-b", "enabled": False}],
        "usage_plans": [
            {
                "name": "bronze", "description": "", "max_requests": -1, "max_requests_per_second": -1, "access_keys": ["legacy"],
                "environments": [{"service": "shop", "environment": "test"}],
            },
            {
                "name": "silver", "description": "Partners", "max_requests": -1, "max_requests_per_second": 100,
                "access_keys": ["legacy", "partner-a", "partner-b"],
                # The name of this service is the id of another.
                "environments": [{"service": "service-2", "environment": "test"}, SHOP],
            },
        ],
    }
    assert told(result) == [
        ("created", "legacy"), ("created", "partner-a"), ("created", "partner-b"), ("created", "bronze"), ("created", "silver"),
        ("bound", "bronze", "legacy"), ("bound", "silver", "legacy", "partner-a", "partner-b"), ("disabled", "partner-b"),
        ("bound", "bronze", "service-1/test"), ("bound", "silver", "service-1/release", "service-2/test"),
    ]
    assert len(writes(result)) == 3 + 2 + 2 + 1 + 3


def test_a_second_run_takes_the_lists_and_one_call_for_each_plan_and_each_service_that_they_are_bound_to(gateway):
    access(gateway, **WHOLE)
    again = gateway.run("access", **WHOLE)
    assert sorted(call["action"] for call in again["api_calls"]) == [
        "DescribeApiKeysStatus", "DescribeApiUsagePlan", "DescribeApiUsagePlan", "DescribeServicesStatus", "DescribeUsagePlan", "DescribeUsagePlan",
        "DescribeUsagePlansStatus",
    ]


def test_fifty_keys_are_one_call_and_never_one_each(gateway):
    names = [f"key-{number:02}" for number in range(60)]
    gateway.emulator.seed({"access_keys": [{"name": name} for name in names], "quotas": {"access_keys_per_usage_plan": 60}})
    result = access(gateway, usage_plans=[{"name": "silver", "access_keys": names}])
    assert writes(result) == ["CreateUsagePlan", "BindSecretIds", "BindSecretIds"]


# ---- What is left alone


def test_what_is_left_out_is_left_alone(gateway):
    seed_plans(gateway, gold="ab:release", other="c:test")
    gateway.emulator.seed({"usage_plans": [{"name": "limits", "description": "kept", "max_requests": 5}]})
    before = gateway.emulator.state()
    for document in (
        {}, {"usage_plans": [{"name": "gold"}, {"name": "limits"}]}, {"access_keys": [{"name": "name-a"}, {"access_key_id": "b"}], "prune": []},
        {"usage_plans": [{"name": "gold", "access_keys": ["name-a"], "environments": [SHOP]}]},
    ):
        assert access(gateway, **document)["changed"] is False
    assert gateway.emulator.state() == before


def test_lists_add_unless_they_are_pruned(gateway):
    seed_plans(gateway, gold="ab:release,test", other="c:prepub")
    gold = {"name": "gold", "access_keys": ["c"], "environments": [{"service": "shop", "environment": "test"}]}
    gateway.emulator.seed({"services": [{"service_id": "service-3", "name": "third"}]})
    result = access(gateway, usage_plans=[gold])
    assert told(result) == [("bound", "gold", "name-c")]
    result = access(gateway, usage_plans=[gold], prune=["bindings"])
    assert told(result) == [("unbound", "gold", "name-a", "name-b")]
    result = access(gateway, usage_plans=[gold], prune=["environments"])
    assert told(result) == [("unbound", "gold", "service-1/release")]
    assert plans(gateway)["other"]["access_key_ids"] == ["c"]


def test_pruning_takes_only_the_lists_that_are_given(gateway):
    seed_plans(gateway, gold="a:release", silver="b:test")
    result = access(gateway, usage_plans=[{"name": "gold", "access_keys": ["b"]}, {"name": "silver"}], prune=["bindings"])
    assert told(result) == [("bound", "gold", "name-b"), ("unbound", "gold", "name-a")]
    assert plans(gateway)["silver"]["access_key_ids"] == ["b"]


def test_pruned_plans_and_keys_are_unbound_everywhere_first_and_each_is_listed(gateway):
    seed_plans(gateway, gold="ax:release", old="xy:test", older="x:prepub")
    gateway.emulator.seed({"access_keys": [{"access_key_id": "off", "name": "name-off", "enabled": False}]})
    document = {"access_keys": [{"name": "name-a"}], "usage_plans": [{"name": "gold"}, {"name": "old"}], "prune": ["usage_plans", "access_keys"]}
    result = access(gateway, **document)
    assert told(result) == [
        ("unbound", "older", "service-1/prepub"), ("unbound", "gold", "name-x"), ("unbound", "old", "name-x", "name-y"), ("unbound", "older", "name-x"),
        ("deleted", "older"), ("deleted", "name-off"), ("disabled", "name-x"), ("deleted", "name-x"), ("disabled", "name-y"), ("deleted", "name-y"),
    ]
    assert (sorted(plans(gateway)), sorted(keys(gateway))) == (["gold", "old"], ["name-a"])


def test_a_key_that_only_a_plan_names_is_in_the_document(gateway):
    seed_plans(gateway, gold="ab")
    result = access(gateway, access_keys=[{"name": "name-a"}], usage_plans=[{"name": "gold", "access_keys": ["a", "b"]}], prune=["access_keys"])
    assert (result["changed"], sorted(keys(gateway))) == (False, ["name-a", "name-b"])


# ---- Identity


def test_a_plan_given_by_id_and_name_is_renamed(gateway):
    seed_plans(gateway, gold="a")
    result = access(gateway, usage_plans=[{"usage_plan_id": "usagePlan-gold", "name": "golden", "max_requests": 7}])
    assert [(one["action"], one["name"], one["fields"]) for one in result["changes"]] == [("changed", "golden", ["max_requests", "name"])]
    assert plans(gateway)["golden"]["access_key_ids"] == ["a"]


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        ({"access_keys": [{"name": "twin"}]}, "ambiguous", ["2 access keys have the name twin: t1, t2"]),
        ({"usage_plans": [{"name": "double"}]}, "ambiguous", ["2 usage plans have the name double"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["twin"]}]}, "ambiguous", ["2 access keys have the name twin: t1, t2"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["t1", "clash"]}]}, "ambiguous", ["clash is the id of one access key and the name of another"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["nobody"]}]}, "not_found", ["No access key has the id or the name nobody"]),
        ({"usage_plans": [{"usage_plan_id": "usagePlan-nowhere", "name": "x"}]}, "not_found", ["Usage plan usagePlan-nowhere does not exist"]),
        ({"usage_plans": [{"name": "gold", "environments": [{**SHOP, "service": "mall"}]}]}, "not_found", ["No service has the id or the name mall"]),
        ({"usage_plans": [{"name": "gold", "environments": [{"service": "bank", "environment": "test"}]}]}, "ambiguous", ["bank is the name or the id"]),
        ({"access_keys": [{"access_key_id": "nobody"}]}, "not_found", ["Access key nobody does not exist", "access_key_secret"]),
        ({"access_keys": [{"access_key_id": "t1", "name": "other"}]}, "invalid", ["cannot be changed to other"]),
        (
            {"access_keys": [{"name": "new", "access_key_secret": "a-secret-of-ours"}]},
            "invalid", ["access key new does not exist", "takes an access_key_id too"],
        ),
        ({"access_keys": [{"name": "name-a"}, {"access_key_id": "a"}]}, "invalid", ["access key a is meant by 2 entries"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["off"]}]}, "conflict", ["off is disabled", "enabled: true"]),
        (
            {"access_keys": [{"access_key_id": "off", "enabled": False}], "usage_plans": [{"name": "gold", "access_keys": ["off"]}]},
            "conflict", ["off is disabled", "say enabled: true"],
        ),
        (
            {"usage_plans": [{"name": "gold", "access_keys": ["a"], "environments": [SHOP]}, {"name": "new", "access_keys": ["a"], "environments": [SHOP]}]},
            "conflict", ["would be in usage plans gold and new", "service-1/release", "both are named and prune has bindings"],
        ),
        (
            {"usage_plans": [{"name": "new", "environments": [SHOP]}, {"name": "apis", "environments": [{**TEST, "api_ids": ["api-1"]}]}]},
            "conflict", ["whole environments of service-1 would be bound to usage plan gold, new and single APIs of it to apis", "do not mix"],
        ),
    ],
)
def test_what_does_not_fit_is_told_before_the_first_write(gateway, document, kind, words):
    seed_plans(gateway, gold="a:release")
    gateway.emulator.seed({
        "access_keys": [
            {"access_key_id": "t1", "name": "twin"}, {"access_key_id": "t2", "name": "twin"}, {"access_key_id": "clash", "name": "c1"},
            {"access_key_id": "c2", "name": "clash"}, {"access_key_id": "off", "name": "name-off", "enabled": False},
        ],
        "usage_plans": [{"name": "double"}, {"name": "double"}],
    })
    before = gateway.emulator.state()
    document = {**document, "access_keys": [{"name": "would-be-made"}, *document.get("access_keys", [])]}
    result = access(gateway, **document)
    by_rule = words[0].startswith(("would be in", "whole environments"))
    assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment" if by_rule else None, "Nothing was changed", *words)
    assert (result["error_kind"], result["changed"], gateway.emulator.state()) == (kind, False, before)


def test_everything_that_does_not_fit_is_told_at_once_but_not_without_end(gateway):
    names = [f"nobody-{number:02}" for number in range(40)]
    result = access(gateway, usage_plans=[{"name": "new", "access_keys": names, "environments": [{"service": "mall", "environment": "test"}]}])
    assert_failed(result, None, "nobody-00", "nobody-09", "and 31 more")
    assert "nobody-39" not in result["msg"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"access_keys": [{"enabled": True}]}, ["access_key_id or name"]), ({"access_keys": [{"name": " "}]}, ["blank"]),
        ({"access_keys": [{"name": "a", "access_key_id": "a", "access_key_secret": " "}]}, ["access_key_secret", "blank"]),
        ({"usage_plans": [{"name": "gold", "max_requests": 0}]}, ["max_requests is 0"]),
        ({"usage_plans": [{"name": "a"}, {"name": "a"}]}, ["a is given 2 times"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["a", ""]}]}, ["blank"]),
        ({"usage_plans": [{"name": "gold", "access_keys": ["a", 7]}]}, ["usage plan gold: entry 2 is neither text nor a mapping", "quotes"]),
        ({"usage_plans": [{"name": "gold", "access_keys": [{"name": "a"}]}]}, ["entry 1 is neither text nor a mapping"]),
        ({"usage_plans": [{"name": "gold", "access_keys": [{"access_key_id": "a b"}]}]}, ["white space"]),
        ({"usage_plans": [{"name": "gold", "environments": [{**SHOP, "api_ids": []}]}]}, ["api_ids is empty"]),
        ({"usage_plans": [{"name": "gold", "environments": [{**SHOP, "api_ids": ["api-1"]}, {"service": "shop", "environment": "test"}]}]}, ["do not mix"]),
    ],
)
def test_what_cannot_be_meant_is_told_before_any_call(gateway, document, words):
    assert_failed(gateway.run("access", **document), None, *words)
    assert gateway.calls() == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"access_keys": [], "prune": ["access_keys"]}, ["access_keys: an empty list, and prune would delete a, b"]),
        ({"prune": ["usage_plans"]}, ["usage_plans: an empty list, and prune would delete usagePlan-gold"]),
        ({"usage_plans": [{"name": "gold", "access_keys": []}], "prune": ["bindings"]}, ["access_keys of usage plan gold"]),
        ({"usage_plans": [{"name": "gold", "environments": []}], "prune": ["environments"]}, ["environments of usage plan gold"]),
        ({"usage_plans": [{"name": "gold", "environments": [], "access_keys": []}], "prune": ["environments", "bindings"]}, ["keys of", "environments of"]),
    ],
)
def test_an_empty_list_that_would_remove_something_is_refused_before_the_first_write(gateway, document, words):
    seed_plans(gateway, gold="ab:release")
    before = gateway.emulator.state()
    result = access(gateway, **{**document, "access_keys": document.get("access_keys", [{"name": "new"}])})
    assert_failed(result, None, "allow_empty: true", "Nothing was changed", *words)
    assert (result["error_kind"], gateway.emulator.state()) == ("invalid", before)


@pytest.mark.parametrize(
    "document",
    [
        {"access_keys": [], "usage_plans": []}, {"prune": ["bindings", "environments", "usage_plans", "access_keys"]},
        {"usage_plans": [{"name": "new", "access_keys": [], "environments": []}], "prune": ["bindings", "environments"]},
        {"access_keys": [{"name": "a"}], "prune": ["bindings", "environments", "usage_plans"]},
    ],
)
def test_an_empty_list_that_removes_nothing_is_harmless(gateway, document):
    assert not access(gateway, **document).get("failed")


def test_an_empty_list_that_is_not_pruned_is_harmless(gateway):
    seed_plans(gateway, gold="ab:release")
    assert access(gateway, access_keys=[], usage_plans=[{"name": "gold", "access_keys": [], "environments": []}])["changed"] is False


def test_of_a_hundred_empty_lists_ten_are_named(gateway):
    seed_plans(gateway, **{f"plan{number:03}": "a" for number in range(100)})
    document = [{"name": f"plan{number:03}", "access_keys": []} for number in range(100)]
    result = gateway.run("access", usage_plans=document, prune=["bindings"])
    assert_failed(result, None, "plan009", "and 90 more", "allow_empty")
    assert "plan010" not in result["msg"]


def test_empty_lists_mean_what_they_say_when_that_is_confirmed(gateway):
    seed_plans(gateway, gold="ab:release")
    result = access(gateway, usage_plans=[{"name": "gold", "access_keys": [], "environments": []}], prune=["bindings", "environments"], allow_empty=True)
    assert told(result) == [("unbound", "gold", "service-1/release"), ("unbound", "gold", "name-a", "name-b")]
    result = access(gateway, prune=["usage_plans", "access_keys"], allow_empty=True)
    assert (plans(gateway), keys(gateway)) == ({}, {})
    assert told(result) == [("deleted", "gold"), ("disabled", "name-a"), ("deleted", "name-a"), ("disabled", "name-b"), ("deleted", "name-b")]


def test_services_that_do_not_exist_can_be_skipped_and_are_named(gateway):
    environments = [SHOP, {"service": "mall", "environment": "test"}]
    result = access(gateway, usage_plans=[{"name": "silver", "environments": environments}], missing_services="skip")
    assert told(result) == [("created", "silver"), ("bound", "silver", "service-1/release")]
    assert [warning for warning in result["warnings"] if "test of mall (usage plan silver)" in warning]


def test_an_id_that_check_mode_foretold_exists_and_is_empty(gateway):
    document = {
        "access_keys": [{"access_key_id": "planned:api_key:new"}],
        "usage_plans": [{"usage_plan_id": "planned:usage_plan:silver", "access_keys": ["planned:api_key:new", "planned:api_key:more"], "environments": [SHOP]}],
    }
    result = gateway.run("access", check_mode=True, **document)
    assert told(result) == [("bound", "silver", "more", "new"), ("bound", "silver", "service-1/release")]
    assert "planned:" not in json.dumps([call["params"] for call in gateway.emulator.calls()])
    assert_failed(gateway.run("access", **document), None, "is a check-mode placeholder")


def test_more_than_a_hundred_calls_are_added_up_in_the_result(gateway):
    result = gateway.run("access", access_keys=[{"name": f"key-{number:03}"} for number in range(120)], api_rate=0)
    added_up = {call["action"]: call["attempts"] for call in result["api_calls"]}
    # The list of keys is read before, and again to see whether another run has made keys of these names.
    assert added_up == {"DescribeApiKeysStatus": 3, "DescribeUsagePlansStatus": 1, "CreateApiKey": 120}
    assert len(result["api_calls"]) == 3


def test_the_name_of_one_key_may_be_the_id_of_another(gateway):
    gateway.emulator.seed({"access_keys": [{"access_key_id": "x", "name": "one"}, {"access_key_id": "y", "name": "x"}]})
    result = access(gateway, access_keys=[{"access_key_id": "x", "enabled": False}, {"name": "x"}])
    assert [(one["action"], one["id"]) for one in result["changes"]] == [("disabled", "x")]


def test_each_step_has_the_whole_of_wait_timeout(gateway):
    """Settling the keys takes more than half of it; the environments are settled all the same."""
    seed_plans(gateway, gold="a")
    unsure = {"kind": "garble", "how": "null_result", "acts": False, "times": 2}
    gateway.emulator.faults([{"action": action, **unsure} for action in ("BindSecretIds", "BindEnvironment")])
    gateway.emulator.seed({"access_keys": [{"access_key_id": "b", "name": "name-b"}]})
    document = {"usage_plans": [{"name": "gold", "access_keys": ["name-b"], "environments": [SHOP]}]}
    result = gateway.run("access", wait_timeout=3, **document)
    assert not result.get("failed"), result["msg"]
