# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module is asked to do under every position of the emulator's switches, beside its case in cases.py."""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.tencentcloud.apigateway.tests.unit.contract import cases
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES

FAR = "ap-seoul"
OURS = "a-secret-of-ours"
RELEASE, TEST = {"service": "shop", "environment": "release"}, {"service": "shop", "environment": "test"}
MAIL = {"service": "mail", "environment": "release", "api_ids": ["api-1"]}


def place(service_id: str, environment: str, *api_ids: str) -> dict[str, Any]:
    return {"service_id": service_id, "environment": environment, **({"api_ids": list(api_ids)} if api_ids else {})}


def bound(plan: str, keys: str = "", *environments: dict[str, Any]) -> dict[str, Any]:
    """A part of a seed: what a plan holds and is bound to."""
    return {"usage_plan_id": f"usagePlan-{plan}", "access_key_ids": list(keys), "environments": list(environments)}


# Gold and silver share no key; bronze has single APIs; d is in no plan, x is disabled and bound, y is disabled and free, m is a manual key.
SEED = {
    "usage_plans": [
        {"usage_plan_id": "usagePlan-gold", "name": "gold", "description": "Old", "max_requests": 9},
        {"usage_plan_id": "usagePlan-silver", "name": "silver"}, {"usage_plan_id": "usagePlan-bronze", "name": "bronze"},
        {"usage_plan_id": "usagePlan-keys", "name": "only keys"}, {"usage_plan_id": "usagePlan-empty", "name": "empty"},
        {"usage_plan_id": "usagePlan-golden", "name": "golden"},
    ],
    "access_keys": [
        *({"access_key_id": one, "name": f"key-{one}", "secret": f"KEYSECRET-{one}", "enabled": one not in "xy"} for one in "abcdexy"),
        {"access_key_id": "manual-m", "name": "manual", "secret": "KEYSECRET-manual", "type": "manual"},
        {"access_key_id": "manual-off", "name": "manual off", "secret": "KEYSECRET-off", "type": "manual", "enabled": False},
    ],
    "services": [
        {"service_id": "service-1", "name": "shop", "environments": ["release"], "api_ids": ["api-1", "api-2"]},
        {"service_id": "service-2", "name": "mail", "api_ids": ["api-1", "api-2"]}, {"service_id": "service-3", "name": "shop 2", "api_ids": ["api-9"]},
    ],
    "bindings": [
        bound("gold", "abx", place("service-1", "release")), bound("silver", "c", place("service-1", "release"), place("service-1", "test")),
        bound("bronze", "e", place("service-2", "release", "api-1", "api-2"), place("service-3", "test")), bound("keys", "ce"),
    ],
}
# f and g are keys of another region. f is in a plan of this one; g is not.
FAR_SEED = {
    "access_keys": [
        *({"access_key_id": one, "name": f"far-{one}", "secret": f"KEYSECRET-{one}", "region": FAR} for one in "fg"),
        {"access_key_id": "h-manual", "name": "far manual", "secret": "KEYSECRET-far", "type": "manual", "region": FAR},
    ],
    "switches": {"keys_are_regional": False}, "bindings": [bound("gold", "f"), bound("keys", "f")],
}
PRUNE = ["bindings", "environments", "usage_plans", "access_keys"]


class Scenario(NamedTuple):
    """One task, and what is there before it: base, and more.

    far: there are keys of another region too, in gateways that know these. full: a quota is met, which cannot be read, and so not be foretold.
    fails: it is refused.
    """

    module: str
    options: dict[str, Any]
    more: dict[str, Any] = {}
    far: bool = False
    full: bool = False
    fails: bool = False
    base: dict[str, Any] = SEED

    @property
    def switches(self) -> dict[str, Any]:
        """Those that the scenario is about."""
        return FAR_SEED["switches"] if self.far else {}

    @property
    def seeds(self) -> list[dict[str, Any]]:
        """Parts of a seed, in their order."""
        return [self.base, *([FAR_SEED] if self.far else []), self.more]


def full(scenario: Scenario, **quotas: int) -> Scenario:
    return scenario._replace(more={"quotas": quotas}, full=True)


def refused(scenario: Scenario) -> Scenario:
    return scenario._replace(fails=True)


def access(*usage_plans: dict[str, Any], far: bool = False, **options: Any) -> Scenario:
    return Scenario("access", {**({"usage_plans": list(usage_plans)} if usage_plans else {}), **options}, far=far)


def plan(name: str, *access_keys: str, **more: Any) -> dict[str, Any]:
    return {"name": name, **({"access_keys": list(access_keys)} if access_keys else {}), **more}


def keys(usage_plan: str, *access_key_ids: str, state: str = "present", far: bool = False, **options: Any) -> Scenario:
    given = {"usage_plan_id": f"usagePlan-{usage_plan}", "access_key_ids": list(access_key_ids), "state": state, **options}
    return Scenario("usage_plan_keys", given, far=far)


def environments(usage_plan: str, *places: dict[str, Any], state: str = "present") -> Scenario:
    return Scenario("usage_plan_environments", {"usage_plan_id": f"usagePlan-{usage_plan}", "environments": list(places), "state": state})


OF_CASES = {
    f"case of {name}": Scenario(name, {**cases.CASES[name].succeeds}, base={**cases.SEED, "credentials": None}) for name in MODULES
}
SCENARIOS = {
    # ---- Documents
    "access from nothing": access(
        plan("new", "partner", "off", "ours-client", "key-d", description="New", max_requests_per_second=5, environments=[TEST, {**TEST, "service": "shop 2"}]),
        plan("apis", "partner", environments=[{**MAIL, "environment": "test", "api_ids": ["api-1", "api-2"]}]),
        access_keys=[
            {"name": "partner"}, {"name": "off", "enabled": False}, {"name": "ours", "access_key_id": "ours-client", "access_key_secret": OURS},
        ],
    ),
    "access moves a key between plans on one environment": access(plan("gold", "a", "key-x"), plan("silver", "b", "c"), prune=["bindings"]),
    "access moves an environment between plans that share a key": access(
        plan("silver", environments=[TEST]), plan("only keys", "c", "e", environments=[RELEASE]), prune=["environments"],
    ),
    "access binds more of the single APIs and prunes others": access(plan("bronze", environments=[{**MAIL, "api_ids": ["api-2"]}]), prune=["environments"]),
    "access binds single APIs beside those of another plan": access(plan("empty", "d", environments=[{**MAIL, "environment": "test"}])),
    "access goes over from single APIs to whole environments": access(
        plan("bronze", "e", environments=[{"service": "mail", "environment": "release"}]), prune=["environments"],
    ),
    "access goes over from whole environments to single APIs": access(
        plan("bronze", environments=[MAIL, {"service": "shop 2", "environment": "prepub", "api_ids": ["api-9"]}]), prune=["environments"],
    ),
    "access leaves single APIs alone that it is told are there": access(plan("bronze", "e", environments=[MAIL, {**TEST, "service": "shop 2"}])),
    "access declares a secret, enabled and disabled": access(
        plan("empty", "manual"), access_keys=[
            {"name": "manual", "access_key_id": "manual-m", "access_key_secret": OURS},
            {"name": "manual off", "access_key_id": "manual-off", "access_key_secret": OURS},
        ],
    ),
    "access enables, disables and binds": access(
        plan("empty", "key-y", "key-d"), access_keys=[
            {"name": "key-y", "enabled": True}, {"name": "key-d", "enabled": False}, {"name": "key-a", "enabled": False},
        ],
    ),
    "access renames a plan and changes its limits": access(
        {"usage_plan_id": "usagePlan-gold", "name": "gilt", "max_requests": -1, "access_keys": ["a", "key-d"]},
    ),
    "access prunes all kinds": access(
        plan("gold", "key-a", "key-d", environments=[RELEASE]), plan("bronze", "e", environments=[MAIL]), access_keys=[{"name": "manual"}], prune=PRUNE,
    ),
    "access prunes a plan of single APIs": access(plan("gold"), plan("silver"), prune=["usage_plans"]),
    "access goes over to single APIs in two plans of one service": access(
        plan("gold", environments=[{**RELEASE, "api_ids": ["api-2"]}]), plan("silver", environments=[{**TEST, "api_ids": ["api-1"]}]), prune=["environments"],
    ),
    "access moves a key between plans of single APIs": access(plan("bronze", "d"), plan("golden", "e"), prune=["bindings"])._replace(
        more={"bindings": [bound("golden", "", place("service-2", "release", "api-2"))]},
    ),
    "access binds a key to single APIs where an unnamed plan holds it": refused(access(plan("golden", "e"))._replace(
        more={"bindings": [bound("golden", "", place("service-2", "release", "api-2"))]},
    )),
    "access prunes a plan of single APIs that another takes the keys of": access(
        *(plan(name) for name in ("gold", "silver", "empty", "only keys")), plan("golden", "e"), prune=["usage_plans"],
    )._replace(more={"bindings": [bound("golden", "", place("service-2", "release", "api-2"))]}),
    "access prunes everything": access(access_keys=[], prune=PRUNE, allow_empty=True),
    "access swaps keys of a full plan": full(access(plan("gold", "a", "d"), prune=["bindings"]), access_keys_per_usage_plan=3),
    "access moves keys that are in as many plans as may be": full(
        access(plan("gold", "a", "b"), plan("only keys", "c"), plan("bronze", "d"), plan("empty", "e"), prune=["bindings"]), usage_plans_per_access_key=1,
    ),
    "access replaces a plan where no other fits": full(access(
        plan("new", "key-d", environments=[TEST]), *(plan(name) for name in ("gold", "silver", "bronze", "only keys", "golden")), prune=["usage_plans"],
    ), usage_plans=6),
    "access finds no service": refused(access(plan("new", environments=[{**TEST, "service": "nowhere"}]))),
    "access meets a plan that is not named": refused(access(plan("only keys", environments=[RELEASE]))),
    # ---- Keys of a plan
    "keys are bound beside others": keys("gold", "a", "d", "manual-m"),
    "keys are bound by name": Scenario(
        "usage_plan_keys", {"usage_plan_name": "gold", "access_key_names": ["key-d", "key-a", "manual"], "access_key_ids": ["e"]},
    ),
    "keys are exact": keys("gold", "a", "d", state="exact"),
    "keys are exact in a full plan": full(keys("gold", "a", "d", "e", state="exact"), access_keys_per_usage_plan=3),
    "keys are unbound, some of which are not bound": keys("gold", "a", "d", "x", state="absent"),
    "keys are emptied": keys("keys", state="exact", allow_empty=True),
    "keys conflict": refused(keys("gold", "c")),
    "keys are disabled": refused(keys("gold", "y")),
    "keys do not exist": refused(keys("gold", "a", "nobody")),
    # ---- Environments of a plan
    "environments are bound beside others": environments("gold", place("service-1", "release"), place("service-1", "test"), place("service-3", "prepub")),
    "environments are exact": environments("silver", place("service-1", "test"), place("service-3", "release"), state="exact"),
    "environments are exact with single APIs": environments(
        "bronze", place("service-2", "release", "api-2"), place("service-2", "test", "api-1"), state="exact",
    ),
    "environments are unbound, some of which are not bound": environments(
        "bronze", place("service-2", "release", "api-1"), place("service-3", "test"), place("service-1", "test"), state="absent",
    ),
    "environments by name": Scenario(
        "usage_plan_environments", {"usage_plan_name": "gold", "environments": [{"service_name": "shop", "environment": "prepub"}]},
    ),
    "environments conflict": refused(environments("keys", place("service-1", "release"))),
    "environments do not mix": refused(environments("empty", place("service-2", "test"))),
    # ---- Plans
    "a plan is made": Scenario("usage_plan", {"name": "new", "description": "New", "max_requests": 5}),
    "a plan is renamed": Scenario("usage_plan", {"usage_plan_id": "usagePlan-gold", "name": "gilt", "max_requests_per_second": 5}),
    "a plan is changed by name": Scenario("usage_plan", {"name": "gold", "description": ""}),
    **{
        f"a plan goes with {what}": Scenario("usage_plan", {"name": name, "state": "absent", "force": True})
        for name, what in (("gold", "all that it has"), ("bronze", "single APIs"), ("only keys", "keys only"), ("empty", "nothing"))
    },
    "a plan that is used does not go": refused(Scenario("usage_plan", {"name": "only keys", "state": "absent"})),
    # ---- Keys
    "a key is made": Scenario("api_key", {"name": "new", "enabled": False}),
    "a manual key is made": Scenario("api_key", {"name": "ours", "access_key_id": "ours-client", "access_key_secret": OURS}),
    "a key gets a secret": Scenario("api_key", {"access_key_id": "manual-m", "access_key_secret": OURS}),
    "a disabled key gets a secret": Scenario("api_key", {"name": "manual off", "access_key_secret": OURS}),
    "a key is enabled with a secret": Scenario("api_key", {"access_key_id": "manual-off", "access_key_secret": OURS, "enabled": True}),
    "a key is disabled": Scenario("api_key", {"name": "key-a", "enabled": False}),
    "a key goes with its bindings": Scenario("api_key", {"access_key_id": "c", "state": "absent", "force": True}),
    "a key goes by name": Scenario("api_key", {"name": "key-d", "state": "absent"}),
    "a disabled key goes": Scenario("api_key", {"access_key_id": "y", "state": "absent"}),
    "a key that is used does not go": refused(Scenario("api_key", {"access_key_id": "a", "state": "absent"})),
    # ---- Services
    "an environment is released": Scenario("service_environment", {"service_name": "shop", "environment": "test"}),
    "a release is taken back": Scenario("service_environment", {"service_id": "service-1", "environment": "release", "state": "unreleased"}),
    # ---- What is read
    "access is described with secrets": Scenario("access_info", {"include_secrets": True}),
    "keys are described with their plans": Scenario("api_key_info", {"access_key_ids": ["a", "c", "x", "nobody"], "gather_usage_plans": True}),
    "keys are described by name": Scenario("api_key_info", {"names": ["key-a", "key-b"], "not_usage_plan_ids": ["usagePlan-silver"]}),
    "plans are described": Scenario("usage_plan_info", {"names": ["gold", "silver"], "environments": ["release", "test"]}),
    "services are described": Scenario("service_info", {"names": ["shop", "mail"], "gather_environments": True}),
    "environments of a plan are described": Scenario("usage_plan_environments_info", {"usage_plan_name": "bronze"}),
    "keys of a plan are described": Scenario("usage_plan_keys_info", {"usage_plan_name": "gold"}),
}
OF_FAR_KEYS = {
    "a far key is bound": keys("silver", "g", "d", far=True),
    "far keys are exact": keys("gold", "g", "a", state="exact", far=True),
    "a far key that is bound stays": keys("gold", "f", "d", far=True),
    "a far key is unbound": keys("gold", "f", "g", "a", state="absent", far=True),
    "no far key has that id": refused(keys("gold", "f", "nobody", far=True)),
    "a far key conflicts": refused(keys("silver", "f", far=True)),
    "a plan goes with a far key": Scenario("usage_plan", {"name": "gold", "state": "absent", "force": True}, far=True),
    "a far key is disabled": Scenario("api_key", {"access_key_id": "g", "enabled": False}, far=True),
    "a far key goes": Scenario("api_key", {"access_key_id": "g", "state": "absent"}, far=True),
    "a far key goes with its bindings": Scenario("api_key", {"access_key_id": "f", "state": "absent", "force": True}, far=True),
    "a far key that is used does not go": refused(Scenario("api_key", {"access_key_id": "f", "state": "absent"}, far=True)),
    "a far key gets a secret": Scenario("api_key", {"access_key_id": "h-manual", "name": "far manual", "access_key_secret": OURS}, far=True),
    "plans with a far key are described": Scenario("usage_plan_keys_info", {"usage_plan_name": "gold"}, far=True),
    "access is described with a far key": Scenario("access_info", {}, far=True),
    "keys are described beside a far one": Scenario("api_key_info", {"gather_usage_plans": True}, far=True),
    "access binds a far key": access(plan("silver", "g", "c"), far=True),
    "access leaves a far key that is bound already": access(plan("gold", "f", "a"), far=True),
    "access moves a far key": access(plan("gold", "a"), plan("silver", "c", "f"), prune=["bindings"], far=True),
    "access prunes a far key from a plan": access(plan("gold", "a"), prune=["bindings"], far=True),
    "access prunes a plan with a far key": access(plan("silver"), prune=["usage_plans"], far=True),
    "access prunes keys beside a far one": access(plan("gold", "a", "f"), access_keys=[{"name": "manual"}], prune=["access_keys"], far=True),
    "access meets a far key in an unnamed plan": refused(access(plan("silver", "f"), far=True)),
    "access disables a far key": access(access_keys=[{"access_key_id": "g", "enabled": False}], far=True),
    "access declares the secret of a far key": access(
        access_keys=[{"access_key_id": "h-manual", "name": "far manual", "access_key_secret": OURS}], far=True,
    ),
    "access leaves a far key alone": access(plan("gold", "key-d", environments=[TEST]), far=True),
}
ALL = {**OF_CASES, **SCENARIOS, **OF_FAR_KEYS}
