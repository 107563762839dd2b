# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members that responses leave out are unknown: nothing crashes, and what is not said is never taken for what is wanted. And how no limit is spelled."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import SWITCHES
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, PLAN, Gateway, assert_failed

NULLABLE = [
    "Status", "SecretName", "AccessKeyType", "AccessKeySecret", "AccessKeyId", "CreatedTime", "ModifiedTime", "UsagePlanId", "UsagePlanName", "UsagePlanDesc",
    "MaxRequestNum", "MaxRequestNumPreSec", "ServiceId", "ServiceName", "ServiceDesc", "Environment", "EnvironmentName", "ApiId", "AvailableEnvironments",
    "BindEnvironments", "BindSecretIds", "BindSecretIdTotalCount", "BindEnvironmentTotalCount", "TotalCount", "VersionName", "Url", "Protocol",
]
SHOP = {"services": [{"service_id": "service-1", "name": "shop", "environments": ["release"]}]}


def omitting(*members, action="*", null=False):
    return [{"action": action, "kind": "omit", "members": list(members), "null": null, "times": 0}]


@pytest.fixture(params=[False, True], ids=["absent", "null"])
def nameless(request):
    """A gateway with enabled keys a to c and the disabled d, whose responses leave out every status."""
    with Gateway("a", keys="abc", disabled="d", others=SHOP) as gateway:
        gateway.emulator.faults(omitting("Status", null=request.param))
        yield gateway


def enabled(gateway):
    return "".join(sorted(key["access_key_id"] for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"] if key["enabled"]))


# By id, and with what the document, the export and a removal read beside the case of each module.
MORE = [
    ("api_key", {"access_key_id": "a", "enabled": False}), ("api_key", {"access_key_id": "a", "rotate": True}),
    ("api_key", {"name": "a", "state": "absent", "force": True}), ("usage_plan", {"usage_plan_id": PLAN, "max_requests": 5}),
    ("usage_plan", {"usage_plan_id": PLAN, "state": "absent", "force": True}), ("access_info", {"include_secrets": True}),
    ("access", {
        "access_keys": [{"name": "a", "access_key_secret": "a-secret-of-ours"}, {"name": "b", "enabled": False}, {"name": "new"}, {"name": "newer"}],
        "usage_plans": [{"name": "gold", "access_keys": ["a", "new"], "environments": [{"service": "shop", "environment": "test"}]}, {"name": "silver"}],
        "prune": ["bindings", "environments", "usage_plans", "access_keys"],
    }),
]


@pytest.mark.parametrize("member", NULLABLE)
@pytest.mark.parametrize(("name", "options"), [*((name, CASES[name].succeeds) for name in MODULES), *MORE], ids=str)
def test_a_member_that_is_left_out_crashes_nothing(name, options, member):
    for null in (False, True):
        with Gateway() as gateway:
            gateway.emulator.reset()
            gateway.emulator.seed({**SEED, "credentials": []})
            gateway.emulator.faults(omitting(member, null=null))
            result = gateway.run(name, wait_timeout=1, **options)
            assert result.get("error_kind", "unclear") in ("unclear", "unconfirmed", "not_found"), result
            assert "planned:" not in str(result)


def test_access_does_not_crash_on_keys_of_unknown_status(nameless):
    result = nameless.run("access", access_keys=[
        {"name": "name-a", "enabled": False}, {"name": "name-b", "enabled": True}, {"name": "name-c", "access_key_secret": "a-secret-of-ours"}, {"name": "new"},
    ], usage_plans=[{"name": "gold", "access_keys": ["name-b", "new"]}], prune=["bindings", "access_keys"])
    assert not result.get("failed"), result["msg"]
    keys = {key["name"]: key for key in nameless.emulator.state()["ap-guangzhou"]["access_keys"]}
    assert {name: key["enabled"] for name, key in keys.items()} == {"name-a": False, "name-b": True, "name-c": True, "new": True}
    assert keys["name-c"]["secret"] == "a-secret-of-ours"


@pytest.mark.parametrize("wanted", [True, False])
def test_an_unknown_status_is_never_taken_for_the_one_that_is_wanted(nameless, wanted):
    for one in "ad":
        assert not nameless.run("api_key", access_key_id=one, enabled=wanted).get("failed")
    assert set("ad") & set(enabled(nameless)) == (set("ad") if wanted else set())


def test_a_key_of_unknown_status_whose_secret_is_changed_stays_enabled(nameless):
    result = nameless.run("api_key", access_key_id="a", access_key_secret="a-secret-of-ours")
    assert (result["changed"], "a" in enabled(nameless), result["api_key"]["enabled"]) == (True, True, None)


@pytest.mark.parametrize("one", "ad")
def test_a_key_of_unknown_status_is_deleted(nameless, one):
    result = nameless.run("api_key", access_key_id=one, state="absent", force=True)
    assert not result.get("failed"), result["msg"]
    assert one not in [key["access_key_id"] for key in nameless.emulator.state()["ap-guangzhou"]["access_keys"]]


def test_an_export_does_not_call_a_key_of_unknown_status_disabled(nameless):
    result = nameless.run("access_info")
    assert {key["enabled"] for key in result["access"]["access_keys"]} == {None}
    assert result["findings"]["disabled_access_keys_bound"] == []
    before = enabled(nameless)
    again = nameless.run("access", **result["access"], allow_empty=True)
    assert (again["changed"], enabled(nameless)) == (False, before)


@pytest.mark.parametrize(("state", "released"), [("released", ["release"]), ("unreleased", [])])
def test_an_environment_of_unknown_status_is_not_as_it_is_wanted(nameless, state, released):
    result = nameless.run("service_environment", service_id="service-1", environment="release", state=state, wait_timeout=1)
    assert result["changed"]
    assert list(nameless.emulator.state()["ap-guangzhou"]["services"][0]["environments"]) == released
    assert nameless.run("service_info", gather_environments=True)["service"][0]["environments"][0]["released"] is None


def test_a_plan_whose_name_is_not_given_keeps_it():
    with Gateway() as gateway:
        gateway.emulator.faults(omitting("UsagePlanName"))
        assert gateway.run("usage_plan", usage_plan_id=PLAN, description="partners")["changed"]
        assert "UsagePlanName" not in gateway.emulator.calls()[-1]["params"]
        (plan,) = gateway.emulator.state()["ap-guangzhou"]["usage_plans"]
        assert (plan["name"], plan["description"]) == ("gold", "partners")


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize(("member", "runs"), [
    ("SecretName", [("api_key", {"name": "name-a"}), ("access", {"access_keys": [{"name": "name-a"}]})]),
    ("UsagePlanName", [("usage_plan", {"name": "gold"}), ("access", {"usage_plans": [{"name": "gold"}]})]),
])
def test_what_may_have_the_name_is_not_created_a_second_time(member, runs, null):
    with Gateway() as gateway:
        gateway.emulator.faults(omitting(member, null=null))
        for name, options in runs:
            result = gateway.run(name, **options)
            assert_failed(result, None, "does not give the name of")
            assert (result["error_kind"], [call for call in gateway.calls() if not call.startswith("Describe")]) == ("unclear", [])


def test_a_created_plan_whose_id_is_not_given_is_found_by_its_name():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": "CreateUsagePlan", "kind": "omit", "members": ["UsagePlanId"]}])
        result = gateway.run("usage_plan", name="silver")
        created = gateway.emulator.state()["ap-guangzhou"]["usage_plans"][1]
        assert (result["changed"], result["usage_plan"]["usage_plan_id"]) == (True, created["usage_plan_id"])


def test_a_key_whose_age_is_unknown_is_not_rotated():
    with Gateway() as gateway:
        gateway.emulator.faults(omitting("ModifiedTime"))
        assert not gateway.run("api_key", name="name-a", rotate_after_days=1)["changed"]
        gateway.emulator.faults(omitting("ModifiedTime", "CreatedTime"))
        assert_failed(gateway.run("api_key", name="name-a", rotate_after_days=1), None, "nobody knows how old the key is")


# ---- No limit


@pytest.fixture(params=SWITCHES["no_limit"].allowed)
def spelled(request):
    with Gateway(switches={"no_limit": request.param}) as gateway:
        yield gateway


NO_LIMIT = {"max_requests": -1, "max_requests_per_second": -1}


def test_no_limit_is_no_limit_however_it_is_spelled(spelled):
    for name, options in (("usage_plan", {"name": "gold", **NO_LIMIT}), ("access", {"usage_plans": [{"name": "gold", **NO_LIMIT}]})):
        assert not spelled.run(name, **options)["changed"]
    assert spelled.run("usage_plan", name="gold", max_requests=5)["usage_plan"].items() >= {**NO_LIMIT, "max_requests": 5}.items()
    assert spelled.run("access", usage_plans=[{"name": "gold", "max_requests_per_second": 7}])["changed"]
    assert spelled.run("usage_plan_info")["usage_plan"][0].items() >= {"max_requests": 5, "max_requests_per_second": 7}.items()
    for name, options in (("usage_plan", {"usage_plan_id": PLAN, "max_requests": -1}), ("access", {"usage_plans": [{"name": "gold", **NO_LIMIT}]})):
        assert spelled.run(name, **options)["changed"] and not spelled.run(name, **options)["changed"]
    assert spelled.run("usage_plan_info")["usage_plan"][0].items() >= NO_LIMIT.items()
    assert spelled.run("access_info")["access"]["usage_plans"][0].items() >= NO_LIMIT.items()
    assert spelled.emulator.state()["ap-guangzhou"]["usage_plans"][0].items() >= NO_LIMIT.items()
