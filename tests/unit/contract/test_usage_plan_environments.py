# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage_plan_environments and its _info twin: whole environments and single APIs, and the two rules that keep a plan out."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable

BIND, UNBIND, LIST = "BindEnvironment", "UnBindEnvironment", "DescribeUsagePlanEnvironments"
RIVAL = "usagePlan-rival"
SERVICES = {
    "services": [{"service_id": "service-1", "name": "shop", "api_ids": ["api-1", "api-2"]}, {"service_id": "service-2", "name": "mail", "api_ids": ["api-3"]}],
    "usage_plans": [{"usage_plan_id": RIVAL, "name": "silver"}],
}


def place(text):
    """service-1/release, or service-1/release/api-1,api-2, as an option."""
    service_id, environment, *api_ids = text.split("/")
    return {"service_id": service_id, "environment": environment, **({"api_ids": api_ids[0].split(",")} if api_ids else {})}


class Services(Gateway):
    """A gateway with two services, and what is bound to the plan and to a rival."""

    def __init__(self, bound=(), *, rival=(), keys_of_plan="", keys_of_rival="", **options):
        bindings = [
            {"usage_plan_id": PLAN, "environments": [place(one) for one in bound]},
            {"usage_plan_id": RIVAL, "access_key_ids": list(keys_of_rival), "environments": [place(one) for one in rival]},
        ]
        super().__init__(keys_of_plan, keys="ab", others={**SERVICES, "bindings": bindings}, **options)

    def environments(self, *places, state="present", check_mode=False, **options):
        return self.run(
            "usage_plan_environments", usage_plan_id=PLAN, environments=[place(one) for one in places], state=state, check_mode=check_mode, **options
        )

    def both(self, *places, **options):
        """The real run's result, once it is known to be what check mode foretold."""
        predicted = self.environments(*places, check_mode=True, **options)
        assert not {BIND, UNBIND} & set(self.calls())
        result = self.environments(*places, **options)
        assert comparable(predicted) == comparable(result)
        return result

    def truth(self):
        plans = {plan["usage_plan_id"]: plan for plan in self.emulator.state()["ap-guangzhou"]["usage_plans"]}
        return {"/".join(filter(None, one.values())) for one in plans[PLAN]["environments"]}


@pytest.mark.parametrize(
    ("bound", "state", "asked", "then", "writes"),
    [
        ([], "present", ["service-1/release"], {"service-1/release"}, [BIND]),
        (["service-1/release"], "present", ["service-1/release", "service-1/test", "service-1/test"], {"service-1/release", "service-1/test"}, [BIND]),
        ([], "present", ["service-1/release/api-2,api-1", "service-2/test"],
         {"service-1/release/api-1", "service-1/release/api-2", "service-2/test"}, [BIND] * 2),
        (["service-1/release/api-1"], "present", ["service-1/release/api-1,api-2"], {"service-1/release/api-1", "service-1/release/api-2"}, [BIND]),
        (["service-1/release", "service-1/test"], "absent", ["service-1/test", "service-2/test"], {"service-1/release"}, [UNBIND]),
        (["service-1/release/api-1,api-2"], "absent", ["service-1/release/api-1"], {"service-1/release/api-2"}, [UNBIND]),
        (["service-1/release"], "exact", ["service-2/test"], {"service-2/test"}, [BIND, UNBIND]),
        (["service-1/release"], "exact", ["service-1/release"], {"service-1/release"}, []),
    ],
)
@pytest.mark.parametrize(
    "switches", [{}, {"lag": 2}, {"rebind_environment": "refuse", "unbind_unbound_environment": "refuse"}], ids=["plain", "lag", "refuse"]
)
def test_each_state_in_the_fewest_writes_and_again_unchanged(bound, state, asked, then, writes, switches):
    with Services(bound, switches=switches) as gateway:
        result = gateway.both(*asked, state=state)
        assert not result.get("failed"), result["msg"]
        assert [call for call in gateway.calls() if not call.startswith("Describe")] == writes
        assert gateway.truth() == then
        before = {one for text in bound for one in _ids(text)}
        assert (set(result["bound"]), set(result["unbound"])) == (then - before, before - then)
        gateway.time.sleep(2)
        assert gateway.environments(*asked, state=state)["changed"] is False


@pytest.mark.parametrize(("state", "asked"), [("absent", ["service-1/release", "service-2/test"]), ("exact", ["service-2/test"])])
def test_a_plan_that_has_what_the_rules_forbid_by_now_is_freed_of_it(state, asked):
    """A whole environment and single APIs of it: the API binds no such thing, and may have had it from before, or from DemoteServiceUsagePlan."""
    single = "service-1/release/api-1,api-2"
    with Services(["service-1/release", single, "service-2/test"]) as gateway:
        result = gateway.both(*asked, state=state)
        assert not result.get("failed"), result["msg"]
        assert gateway.truth() == ({"service-2/test"} if state == "exact" else set(_ids(single)))
        assert gateway.environments(*asked, state=state)["changed"] is False


def _ids(text):
    service_id, environment, *api_ids = text.split("/")
    return [f"{service_id}/{environment}/{one}" for one in api_ids[0].split(",")] if api_ids else [text]


@pytest.mark.parametrize(
    "fault", [{"kind": "drop"}, {"kind": "reset"}, {"kind": "garble", "how": "null_result"}, {"kind": "refuse", "code": "RequestLimitExceeded"}]
)
@pytest.mark.parametrize("switches", [{}, {"lag": 2}, {"rebind_environment": "refuse", "unbind_unbound_environment": "refuse", "lag": 2}])
@pytest.mark.parametrize("action", [BIND, UNBIND])
def test_a_write_without_an_answer_is_settled_by_reading(fault, switches, action):
    with Services(["service-1/release"], switches=switches) as gateway:
        gateway.emulator.faults([{"action": action, **fault}])
        result = gateway.environments("service-2/test", state="exact")
        assert not result.get("failed"), result["msg"]
        assert (result["bound"], result["unbound"], gateway.truth()) == (["service-2/test"], ["service-1/release"], {"service-2/test"})


def test_somebody_else_binds_the_same_environment_first():
    with Services(switches={"rebind_environment": "refuse"}) as gateway:
        deed = {"bind": {"usage_plan_id": PLAN, "environments": [place("service-1/release")]}}
        gateway.emulator.faults([{"action": BIND, "kind": "meanwhile", "do": [deed]}])
        result = gateway.environments("service-1/release")
        assert (result.get("failed"), result["changed"]) == (None, False)


def test_a_plan_that_shares_a_key_keeps_the_plan_out_and_is_named():
    with Services(rival=["service-1/release"], keys_of_plan="a", keys_of_rival="ab") as gateway:
        result = gateway.both("service-1/release")
        assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment", f"usage plan {RIVAL} is bound to it too and shares a", "share an access key")
        assert (result["changed"], gateway.truth()) == (False, set())


@pytest.mark.parametrize(("rival", "keys_of_rival"), [(["service-1/release"], "b"), (["service-1/test"], "a"), (["service-2/release"], "a")])
def test_a_plan_without_a_shared_key_or_elsewhere_is_no_conflict(rival, keys_of_rival):
    with Services(rival=rival, keys_of_plan="a", keys_of_rival=keys_of_rival) as gateway:
        assert gateway.both("service-1/release")["bound"] == ["service-1/release"]


@pytest.mark.parametrize(("there", "asked"), [("service-1/test/api-1", "service-1/release"), ("service-1/test", "service-1/release/api-1")])
def test_whole_environments_and_single_apis_do_not_mix_in_a_service(there, asked):
    with Services(rival=[there]) as gateway:
        result = gateway.both(asked)
        assert_failed(result, "UnsupportedOperation.UnsupportedBindEnvironment", RIVAL, "DemoteServiceUsagePlan")


def test_calls_before_the_faulty_one_count_in_check_mode_too():
    with Services() as gateway:
        result = gateway.both("service-1/release", "service-9/release")
        assert_failed(result, "ResourceNotFound.InvalidService", "service-9/release: there is no such service")
        assert "Completed before the failure: bound service-1/release." in result["msg"]
        assert (result["changed"], result["bound"]) == (True, ["service-1/release"])


def test_an_api_that_does_not_exist_is_not_predicted_and_that_is_said():
    with Services() as gateway:
        assert "service-1/release/api-9" in gateway.environments("service-1/release/api-9", check_mode=True)["warnings"][0]
        assert_failed(gateway.environments("service-1/release/api-9"), "InvalidParameterValue.InvalidApiIds")


@pytest.mark.parametrize("state", ["present", "absent", "exact"])
def test_a_plan_that_does_not_exist(state):
    with Services() as gateway:
        result = gateway.run("usage_plan_environments", usage_plan_id="usagePlan-nowhere1", environments=[place("service-1/test")], state=state)
        assert bool(result.get("failed")) == (state != "absent")
        assert state != "absent" or "usagePlan-nowhere1" in result["warnings"][0]


def test_everything_is_unbound_only_when_that_is_allowed():
    with Services(["service-1/release", "service-2/test/api-3"]) as gateway:
        assert_failed(gateway.environments(state="exact"), None, "allow_empty")
        assert gateway.calls() == []
        assert gateway.both(state="exact", allow_empty=True)["unbound"] == ["service-1/release", "service-2/test/api-3"]


@pytest.mark.parametrize(
    ("environments", "words"),
    [
        ([{"service_id": " ", "environment": "test"}], "blank"), ([{"service_id": "a/b", "environment": "test"}], "slash"),
        ([{"service_id": "s", "environment": "test", "api_ids": []}], "api_ids is empty"),
        ([{"service_id": "s", "environment": "test"}, {"service_id": "s", "environment": "release", "api_ids": ["x"]}], "do not mix"),
    ],
)
def test_bad_input_is_told_before_any_call(environments, words):
    with Services() as gateway:
        assert_failed(gateway.run("usage_plan_environments", usage_plan_id=PLAN, environments=environments), None, words)
        assert gateway.calls() == []


def test_the_info_twin_describes_the_same():
    with Services(["service-1/release/api-1,api-2", "service-2/test"]) as gateway:
        info = gateway.run("usage_plan_environments_info", usage_plan_id=PLAN)["usage_plan_environments"]
        assert info["environments"] == [
            {"service_id": "service-1", "environment": "release", "api_ids": ["api-1", "api-2"]},
            {"service_id": "service-2", "environment": "test", "api_ids": []},
        ]
        assert gateway.environments()["usage_plan_environments"] == info
