# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in the place of ids: exact, over all pages, never a guess, for one call more."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable

SERVICES = {"services": [{"service_id": "service-1", "name": "shop"}, {"service_id": "service-2", "name": "shop 2"}]}
KEYS = ("usage_plan_keys", {"usage_plan_name": "gold", "access_key_names": ["name-a", "name-b"]})
ENVIRONMENTS = ("usage_plan_environments", {"usage_plan_name": "gold", "environments": [{"service_name": "shop", "environment": "release"}]})
RELEASE = ("service_environment", {"service_name": "shop", "environment": "release"})
WRITES = [KEYS, ENVIRONMENTS, RELEASE]
SAME_BY_ID = [
    {"usage_plan_id": PLAN, "access_key_ids": ["a", "b"]},
    {"usage_plan_id": PLAN, "environments": [{"service_id": "service-1", "environment": "release"}]},
    {"service_id": "service-1", "environment": "release"},
]
SWITCHES = [{}, {"name_filter": "fuzzy"}, {"filter_values_limit": 1}, {"filter_values_limit": 1, "filter_values_over_limit": "truncate"}]


@pytest.fixture
def gateway():
    with Gateway(others=SERVICES) as one:
        yield one


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize(("call", "same"), list(zip(WRITES, SAME_BY_ID)))
def test_a_name_means_the_one_thing_of_exactly_this_name(call, same, switches):
    """Beside things whose names only contain it, and whatever the API's filters do."""
    name, options = call
    others = {"usage_plans": [{"name": "gold 2"}, {"name": "old gold"}], "access_keys": [{"name": "name-a2"}, {"name": "name"}], **SERVICES}
    with Gateway(switches=switches, others=others) as gateway:
        predicted = gateway.run(name, check_mode=True, **options)
        result = gateway.run(name, **options)
        assert result["changed"] and not result.get("failed"), result
        again = gateway.run(name, **same)
    assert (again["changed"], again[name]) == (False, result[name])
    predicted, made = comparable(predicted), comparable(result)
    assert predicted == made


@pytest.mark.parametrize(("call", "same"), list(zip(WRITES, SAME_BY_ID)))
def test_names_cost_one_call_for_each_kind(gateway, call, same):
    name, options = call
    gateway.run(name, **options)
    by_name, by_id = (gateway.run(name, **given)["api_calls"] for given in (options, same))
    kinds = sum(option in str(options) for option in ("usage_plan_name", "access_key_names", "service_name"))
    assert len(by_name) == len(by_id) + kinds


def test_a_name_is_found_on_the_last_page():
    many = {"access_keys": [{"name": f"other-{number}"} for number in range(250)], "usage_plans": [{"name": f"plan-{number}"} for number in range(150)]}
    with Gateway(switches={"filter_values_limit": 1}, others=many) as gateway:
        last = {"access_keys": [{"access_key_id": "last", "name": "the last"}], "usage_plans": [{"usage_plan_id": "usagePlan-lastlast", "name": "the last"}]}
        gateway.emulator.seed(last)
        result = gateway.run("usage_plan_keys", usage_plan_name="the last", access_key_names=["the last", "name-a"])
    assert result["usage_plan_keys"] == {"usage_plan_id": "usagePlan-lastlast", "access_key_ids": ["a", "last"]}


@pytest.mark.parametrize(
    ("call", "twin"),
    [
        (KEYS, {"usage_plans": [{"usage_plan_id": "usagePlan-twintwin", "name": "gold"}]}),
        (KEYS, {"access_keys": [{"access_key_id": "twin", "name": "name-b"}]}),
        (ENVIRONMENTS, {"services": [{"service_id": "service-twin", "name": "shop"}]}),
        (RELEASE, {"services": [{"service_id": "service-twin", "name": "shop"}]}),
        (("usage_plan_keys_info", {"usage_plan_name": "gold"}), {"usage_plans": [{"usage_plan_id": "usagePlan-twintwin", "name": "gold"}]}),
    ],
)
@pytest.mark.parametrize("state", [{}, {"state": "absent"}])
def test_two_of_a_name_are_a_failure_that_lists_them(gateway, call, twin, state):
    name, options = call
    gateway.emulator.seed(twin)
    if state and name in ("service_environment", "usage_plan_keys_info"):
        state = {}
    before = gateway.emulator.state()
    (seeded,) = next(iter(twin.values()))
    result = gateway.run(name, **options, **state)
    assert_failed(result, None, "2 ", "have the name", next(value for member, value in seeded.items() if member.endswith("_id")), "Give the id")
    assert (result["error_kind"], gateway.emulator.state()) == ("ambiguous", before)


MISSING = [
    (KEYS, "usage_plan_name", "nobody", "usage plan"), (KEYS, "access_key_names", ["name-a", "nobody"], "access key"),
    (ENVIRONMENTS, "environments", [{"service_name": "nobody", "environment": "release"}], "service"), (RELEASE, "service_name", "nobody", "service"),
]


@pytest.mark.parametrize(("call", "option", "value", "what"), MISSING)
def test_a_name_that_nothing_has_is_a_failure_where_something_is_wanted_of_it(gateway, call, option, value, what):
    name, options = call
    for check_mode in (True, False):
        result = gateway.run(name, check_mode=check_mode, **{**options, option: value})
        assert_failed(result, None, f"No {what} is named nobody in ap-guangzhou at 127.0.0.1", "Check the name and the region")
        assert (result["error_kind"], result["changed"]) == ("not_found", False)
    assert not [call for call in gateway.calls() if not call.startswith("Describe")]


@pytest.mark.parametrize(("call", "option", "value", "what"), MISSING)
def test_a_name_that_nothing_has_is_a_warning_where_it_is_to_be_gone(gateway, call, option, value, what):
    name, options = call
    gateway.run(name, **options)
    state = "unreleased" if name == "service_environment" else "absent"
    result = gateway.run(name, **{**options, option: value}, state=state)
    assert not result.get("failed"), result
    if name == "service_environment" or option == "usage_plan_name":
        assert ["nobody" in warning for warning in result["warnings"]] == [True]
    else:
        assert result["warnings"] == [f"No {what} is named nobody; nothing was unbound for it. Check for typing errors."]
    assert result["changed"] == (value == ["name-a", "nobody"])


def test_a_key_may_be_given_by_id_and_by_name_at_once(gateway):
    assert gateway.run("usage_plan_keys", usage_plan_id=PLAN, access_key_ids=["a"], access_key_names=["name-a", "name-b"])["bound"] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("usage_plan_keys", {"usage_plan_name": "gold", "access_key_names": ["name-a "]}),
        ("usage_plan_keys", {"usage_plan_name": " gold", "access_key_ids": ["a"]}),
        ("usage_plan_environments", {"usage_plan_name": "gold", "environments": [{"service_name": "shop ", "environment": "test"}]}),
        ("service_environment", {"service_name": "\tshop", "environment": "test"}),
    ],
)
def test_a_name_with_a_blank_at_its_end_is_another_name(gateway, name, options):
    result = gateway.run(name, **options)
    assert_failed(result, None, "is named")
    assert (result["error_kind"], gateway.writes()) == ("not_found", [])


@pytest.mark.parametrize(("name", "what"), [("usage_plan", "usage_plans"), ("api_key", "access_keys")])
def test_a_thing_whose_name_ends_in_a_blank_is_found_and_made_by_it(gateway, name, what):
    assert gateway.run(name, name="gold ")["changed"] and gateway.run(name, name="gold ")["changed"] is False
    assert [one["name"] for one in gateway.emulator.state()["ap-guangzhou"][what]][-1] == "gold "


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("usage_plan_keys", {"access_key_ids": ["a"]}, "usage_plan_id or usage_plan_name"),
        ("usage_plan_keys", {"usage_plan_id": PLAN, "usage_plan_name": "gold", "access_key_ids": ["a"]}, "not both"),
        ("usage_plan_keys", {"usage_plan_id": PLAN}, "access_key_ids or access_key_names"),
        ("usage_plan_keys", {"usage_plan_name": " ", "access_key_ids": ["a"]}, "blank"),
        ("usage_plan_keys", {"usage_plan_id": PLAN, "access_key_names": ["a", ""]}, "blank"),
        ("usage_plan_keys", {"usage_plan_id": PLAN, "access_key_names": [], "state": "exact"}, "allow_empty"),
        ("usage_plan_keys_info", {}, "usage_plan_id or usage_plan_name"),
        ("usage_plan_environments_info", {"usage_plan_id": PLAN, "usage_plan_name": "gold"}, "not both"),
        ("usage_plan_environments", {"usage_plan_id": PLAN, "environments": [{"environment": "test"}]}, "service_id or service_name"),
        ("service_environment", {"environment": "test"}, "service_id or service_name"),
    ],
)
def test_what_cannot_be_meant_is_told_before_any_call(gateway, name, options, words):
    assert_failed(gateway.run(name, **options), None, words)
    assert gateway.calls() == []


def test_levels_that_mix_in_a_service_are_told_when_one_entry_names_it_and_one_gives_its_id(gateway):
    environments = [{"service_name": "shop", "environment": "test"}, {"service_id": "service-1", "environment": "release", "api_ids": ["api-1"]}]
    result = gateway.run("usage_plan_environments", usage_plan_id=PLAN, environments=environments)
    assert_failed(result, None, "service-1", "do not mix")
    assert not [call for call in gateway.calls() if not call.startswith("Describe")]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("api_key_info", {"names": ["name-a", "name-b", "name"]}, ["name-a", "name-b"]),
        ("api_key_info", {"access_key_ids": ["a", "c", "q"]}, ["name-a", "name-c"]),
        ("api_key_info", {"access_key_ids": ["a", "b"], "names": ["name-b", "name-c"]}, ["name-b"]),
        ("usage_plan_info", {"names": ["gold", "golden", "old"]}, ["gold", "golden"]),
        ("service_info", {"names": ["shop", "shop 2", "sh"]}, ["shop", "shop 2"]),
    ],
)
def test_the_info_modules_find_several_whatever_the_filters_do(name, options, expected, switches):
    with Gateway(switches=switches, others={"usage_plans": [{"name": "golden"}], **SERVICES}) as gateway:
        gateway.emulator.seed({"access_keys": [{"access_key_id": "c", "name": "name-c"}]})
        result = gateway.run(name, **options)
        assert [one["name"] for one in result[name[:-len("_info")]]] == expected


BOUND = {
    "usage_plans": [{"usage_plan_id": f"usagePlan-{one}", "name": one} for one in ("none", "one", "two")],
    "services": [
        {"service_id": "service-1", "name": "shop", "environments": ["release"]}, {"service_id": "service-2", "name": "shop 2", "environments": ["test"]},
    ],
    "access_keys": [{"access_key_id": "d", "name": "name-d"}],
    "bindings": [
        {"usage_plan_id": "usagePlan-one", "access_key_ids": ["a", "b"], "environments": [{"service_id": "service-1", "environment": "release"}]},
        {"usage_plan_id": "usagePlan-two", "access_key_ids": ["b", "c"], "environments": [{"service_id": "service-2", "environment": "test"}]},
    ],
}


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("usage_plan_info", {"environments": ["release", "test"]}, ["one", "two"]),
        ("usage_plan_info", {"not_service_ids": ["service-1", "service-2"]}, ["gold", "none"]),
        ("usage_plan_info", {"not_service_ids": ["service-1", "service-9"], "environments": ["prepub", "test"], "names": ["one", "two"]}, ["two"]),
        ("api_key_info", {"not_usage_plan_ids": ["usagePlan-one", "usagePlan-two"], "names": ["name-a", "name-d", "name-x"]}, ["name-d", "name-x"]),
        ("service_info", {"environments": ["test", "release"]}, ["shop", "shop 2"]),
        ("service_info", {"not_usage_plan_ids": ["usagePlan-none", "usagePlan-two"]}, ["shop"]),
    ],
)
def test_several_values_of_any_filter_are_all_asked_for_whatever_the_filters_do(name, options, expected, switches):
    with Gateway(keys="abcx", switches=switches, others=BOUND) as gateway:
        result = gateway.run(name, **options)
        assert not result.get("failed"), result["msg"]
        assert [one["name"] for one in result[name[:-len("_info")]]] == expected


@pytest.mark.parametrize(
    ("name", "what"), [("api_key_info", "6 access keys"), ("usage_plan_info", "2 usage plans"), ("service_info", "2 services")],
)
def test_more_than_max_results_are_a_failure_and_never_a_shorter_list(name, what):
    with Gateway(others={"usage_plans": [{"name": "silver"}], **SERVICES}) as gateway:
        result = gateway.run(name, max_results=1)
        assert_failed(result, None, f"{what} pass the filters", "max_results: 1", "Narrow the filters", "raise max_results")
        assert result["error_kind"] == "too_many" and name[:-len("_info")] not in result
        assert not gateway.run(name, max_results=6).get("failed")
