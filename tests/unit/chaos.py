# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small world for tests by chance: what can be in it, what is run in it, what goes wrong meanwhile, and what a success must lead to.

The model is the emulator's own state; wanted() says what a task makes of it, from the options alone.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Connection
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import GARBLES
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway
from hypothesis import strategies as st

PLAN_IDS, KEY_IDS, SERVICE_IDS = [f"plan-{n}" for n in range(1, 5)], [f"key-{n}" for n in range(1, 7)], ["service-1", "service-2"]
# One is part of another, one differs by its case, one is another thing's id.
PLAN_NAMES = ["gold", "gold2", "Gold", "gold medal", "\u91d1", "plan-2"]
KEY_NAMES = ["ann", "ann2", "Ann", "ann lee", "\u5b89\u5a1c", "ann/1", "eve"]
ENVIRONMENTS, APIS = ["test", "prepub", "release"], ["api-1", "api-2"]
SECRETS = ["secret-of-ours-1", "secret-of-ours-2"]
# What a fault here may have as its action beside those of the emulator, and what it is there until a call comes.
KINDS_OF_CALL = {"reads": "*", "writes": "*"}
LIMITS = {"description": "", "max_requests": -1, "max_requests_per_second": -1}


# ---- The world


class Budget(Wait):
    """A budget that notes what it pays for, also for its children. every: all budgets of a run."""

    def __init__(self, time: Any, timeout: float, jitter: float, every: list[Budget]) -> None:
        super().__init__(timeout, clock=time, sleep=self._sleep, uniform=lambda low, high: low + (high - low) * jitter)
        self.slept, self._time, self._jitter, self._every = 0.0, time, jitter, every
        every.append(self)

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        self._time.sleep(seconds)

    def anew(self) -> Budget:
        return Budget(self._time, self._timeout, self._jitter, self._every)


class Run(NamedTuple):
    """One run of a module. calls: the emulator's, each with the faults that it met as `met`. before, after: there().

    others: results of the same task that ran at the same time.
    """

    module: str
    params: dict[str, Any]
    result: dict[str, Any]
    calls: list[dict[str, Any]]
    before: dict[str, Any]
    after: dict[str, Any]
    budgets: list[Budget]
    others: list[dict[str, Any]]


class World(Gateway):
    """An emulator that begins anew without a new server, and writes down which fault met which call."""

    def __init__(self) -> None:
        super().__init__(keys="")
        self.runs = 0
        self._met: list[list[dict]] = []
        due = self.emulator._due

        def noted(action: str) -> list[dict]:
            for fault in self.emulator._faults:
                if fault["of"] in KINDS_OF_CALL:
                    fault["action"] = action if action.startswith("Describe") == (fault["of"] == "reads") else "none"
            faults = due(action)
            self._met.append(faults)
            return faults

        self.emulator._due = noted

    def begin(self, seed: dict) -> None:
        self.emulator.reset()
        self.emulator.seed(seed)
        state, change = self.emulator._state, self.emulator._state.change

        def deed(place: Any, what: str, target: Any, lag: float) -> None:
            """Somebody else can do nothing with what has gone."""
            if what == "bind" and set(target.get("access_key_ids", ())) - set(place.access_keys):
                return
            if what in ("create_keys", "create_usage_plans"):
                target = [one for one in target if not {one.get("access_key_id"), one.get("usage_plan_id")}.intersection(place.access_keys, place.usage_plans)]
            with contextlib.suppress(KeyError):
                change(place, what, target, lag)

        state.change = deed

    def there(self) -> dict[str, Any]:
        """What exists, by id, less times and versions."""
        region = self.emulator.state().get("ap-guangzhou", {"access_keys": [], "usage_plans": [], "services": []})
        plans = {}
        for plan in region["usage_plans"]:
            bound = {"/".join(filter(None, (one["service_id"], one["environment"], one["api_id"]))) for one in plan["environments"]}
            plans[plan["usage_plan_id"]] = {
                **{field: plan[field] for field in ("name", *LIMITS)}, "keys": set(plan["access_key_ids"]), "environments": bound,
            }
        keys = {key["access_key_id"]: {field: key[field] for field in ("name", "secret", "enabled", "type")} for key in region["access_keys"]}
        return {"keys": keys, "plans": plans, "released": {one["service_id"]: set(one["environments"]) for one in region["services"]}}

    @contextlib.contextmanager
    def going_wrong(self, faults: list[dict]) -> Iterator[None]:
        """While these faults are set. Their action may be one of KINDS_OF_CALL, too."""
        self.emulator.faults([{**fault, "action": KINDS_OF_CALL.get(fault["action"], fault["action"])} for fault in faults])
        for fault, given in zip(self.emulator._faults, faults):
            fault["of"] = given["action"]
        yield
        self.emulator.faults([])

    @contextlib.contextmanager
    def another_run(self, module: str, params: dict, number: int | None) -> Iterator[list[dict[str, Any]]]:
        """The same task once more, from its beginning to its end, just before a write of the first run. number: which write; None for no other run."""
        results: list[dict[str, Any]] = []
        send, writes = Connection.send, itertools.count()

        def sent(connection: Connection, action: str, *details: Any, **more: Any) -> Any:
            if not action.startswith("Describe") and not results and next(writes) == number:
                results.append({})
                results[0] = self.run(module, api_rate=0, **params)
            return send(connection, action, *details, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Connection, "send", sent)
            yield results

    def attempt(
        self, module: str, params: dict, *, faults: list[dict], lag: float = 0, jitter: float = 1, check_mode: bool = False, twin: int | None = None,
    ) -> Run:
        """Run a module while this goes wrong, and wait until reads show what there is. twin: see another_run()."""
        self.emulator.seed({"switches": {"lag": lag}})
        self._met.clear()
        self.runs += 1
        start, before, budgets = len(self.emulator.calls()), self.there(), []
        self.time.wait = lambda timeout: Budget(self.time, timeout, jitter, budgets)
        with self.going_wrong(faults), self.another_run(module, params, twin) as others:
            result = self.run(module, check_mode=check_mode, api_rate=0, **params)
        # Virtual: as long as reads can be late.
        self.time.sleep(5)
        calls = self.emulator.calls()[start:]
        assert len(calls) == len(self._met)
        return Run(module, params, result, [{**call, "met": met} for call, met in zip(calls, self._met)], before, self.there(), budgets, others)


# ---- What there is at first

BOUND = {"keys": st.sets(st.sampled_from(KEY_IDS[:5]), max_size=3), "environments": st.sets(st.sampled_from(ENVIRONMENTS), max_size=2)}
SWITCHES = {
    "rebind": ["refuse", "accept"], "bind_applies_in_part": [False, True], "quota_first": [False, True], "unbind_unbound": ["accept", "refuse"],
    "already_bound_code": ["UnsupportedOperation.AlreadyBindUsagePlan", "UnsupportedOperation.UnsupportedBindApiKey"], "empty_list": ["list", "null"],
    "rebind_environment": ["accept", "refuse"], "unbind_unbound_environment": ["accept", "refuse"], "switch_twice": ["accept", "refuse"],
    "delete_checks_use_first": [False, True], "modify_resets_omitted": [False, True], "name_filter": ["exact", "fuzzy"], "filter_values_limit": [0, 1],
    "plan_lists_single_apis": [True, False], "list_order": ["oldest_first", "newest_first"],
    "listed_secrets": ["shown", "blank", "null", "absent", "masked"], "no_limit": ["by_action", "minus_one", "null", "zero"],
}


@st.composite
def seeds(draw: Any) -> dict:
    plans, keys = draw(st.permutations(PLAN_NAMES)), draw(st.permutations(KEY_NAMES))
    if draw(st.integers(0, 5)) == 0:
        plans[0] = plans[1]
    off, manual = draw(st.sets(st.sampled_from(KEY_IDS), max_size=2)), draw(st.sets(st.sampled_from(KEY_IDS), max_size=2))
    bindings = []
    for index, one in enumerate(PLAN_IDS[:draw(st.integers(3, 4))]):
        service = SERVICE_IDS[index % 2]
        bound = [{"service_id": service, "environment": environment} for environment in sorted(draw(BOUND["environments"]))]
        bindings.append({"usage_plan_id": one, "access_key_ids": sorted(draw(BOUND["keys"])), "environments": bound})
    return {
        "usage_plans": [{"usage_plan_id": bound["usage_plan_id"], "name": name} for bound, name in zip(bindings, plans)],
        "access_keys": [
            {"access_key_id": one, "name": name, "secret": f"secret-of-{one}", "enabled": one not in off, "type": "manual" if one in manual else "auto"}
            for one, name in zip(KEY_IDS, keys)
        ],
        "services": [{"service_id": one, "name": f"shop {one}", "environments": ["release"], "api_ids": APIS} for one in SERVICE_IDS],
        "bindings": bindings,
        "switches": {name: draw(st.sampled_from(values)) for name, values in SWITCHES.items()},
        "quotas": {
            "access_keys_per_usage_plan": draw(st.sampled_from([50, 50, 3, 2])), "usage_plans": draw(st.sampled_from([200, 4, 3])),
            "access_keys": draw(st.sampled_from([400, 400, 6])), "usage_plans_per_access_key": draw(st.sampled_from([10, 10, 1, 2])),
        },
    }


# ---- What is run

WRITES = {
    "usage_plan_keys": ["BindSecretIds", "UnBindSecretIds"],
    "usage_plan": ["CreateUsagePlan", "ModifyUsagePlan", "DeleteUsagePlan", "UnBindSecretIds", "UnBindEnvironment"],
    "api_key": ["CreateApiKey", "UpdateApiKey", "EnableApiKey", "DisableApiKey", "DeleteApiKey", "UnBindSecretIds"],
    "usage_plan_environments": ["BindEnvironment", "UnBindEnvironment"],
    "service_environment": ["ReleaseService", "UnReleaseService"],
}
WRITES["access"] = sorted({action for actions in WRITES.values() for action in actions if "Release" not in action})
READS = {
    "usage_plan_keys": ["DescribeUsagePlanSecretIds", "DescribeUsagePlansStatus", "DescribeApiKeysStatus"],
    "usage_plan": ["DescribeUsagePlan", "DescribeUsagePlansStatus", "DescribeUsagePlanSecretIds", "DescribeUsagePlanEnvironments"],
    "api_key": ["DescribeApiKey", "DescribeApiKeysStatus", "DescribeUsagePlansStatus", "DescribeUsagePlanSecretIds"],
    "usage_plan_environments": ["DescribeUsagePlanEnvironments", "DescribeUsagePlansStatus", "DescribeServiceUsagePlan", "DescribeApiUsagePlan"],
    "service_environment": ["DescribeServiceEnvironmentList", "DescribeServicesStatus"],
}
READS["access"] = sorted({action for actions in READS.values() for action in actions if action != "DescribeServiceEnvironmentList"})
a_plan = st.one_of(
    *[st.sampled_from(PLAN_IDS[:3]).map(lambda one: {"usage_plan_id": one})] * 3, st.sampled_from(PLAN_NAMES).map(lambda one: {"usage_plan_name": one}),
)
states = st.sampled_from(["present", "absent", "exact"])
fields = st.fixed_dictionaries({}, optional={
    "description": st.sampled_from(["", "partners"]), "max_requests": st.sampled_from([-1, 5]), "max_requests_per_second": st.sampled_from([-1, 7]),
})
enabled = st.fixed_dictionaries({}, optional={"enabled": st.booleans()})


def some(values: list, most: int = 3) -> Any:
    """Mostly not nothing."""
    return st.integers(0, 2 * most).flatmap(lambda number: st.permutations(values).map(lambda mixed: mixed[:(number + 1) // 2]))


def places(service: str) -> Any:
    place = {service: st.sampled_from(SERVICE_IDS), "environment": st.sampled_from(ENVIRONMENTS)}
    one = st.one_of(*[st.fixed_dictionaries(place)] * 2, st.fixed_dictionaries({**place, "api_ids": st.just(APIS[:1])}))
    return st.one_of(*[st.lists(one, min_size=1, max_size=2)] * 4, st.just([]))


def either(*choices: Any) -> Any:
    """A strategy for the union of one dictionary of each choice; a choice is a strategy or a dictionary of such."""
    drawn = [choice if hasattr(choice, "map") else st.fixed_dictionaries(choice) for choice in choices]
    return st.tuples(*drawn).map(lambda parts: {name: value for part in parts for name, value in part.items()})


named_plan = st.one_of(st.fixed_dictionaries({"name": st.sampled_from(PLAN_NAMES)}), st.fixed_dictionaries({"usage_plan_id": st.sampled_from(PLAN_IDS[:3])}))
renamed_plan = st.one_of(named_plan, st.fixed_dictionaries({"usage_plan_id": st.sampled_from(PLAN_IDS), "name": st.sampled_from(PLAN_NAMES)}))
named_key = st.one_of(st.fixed_dictionaries({"access_key_id": st.sampled_from(KEY_IDS)}), st.fixed_dictionaries({"name": st.sampled_from(KEY_NAMES)}))
manual_key = st.fixed_dictionaries({"access_key_id": st.just("key-7"), "name": st.just("legacy"), "access_key_secret": st.sampled_from(SECRETS)})
given_secret = st.fixed_dictionaries({"access_key_id": st.sampled_from(KEY_IDS), "access_key_secret": st.sampled_from(SECRETS)})
a_key = st.one_of(either(named_key, enabled), either(manual_key, enabled), given_secret)
whole_plan = st.one_of(*(either(renamed_plan, more) for more in (
    fields, {"access_keys": some(KEY_IDS), "environments": places("service")}, {"access_keys": some(KEY_IDS[:3] + KEY_NAMES)},
    {"environments": places("service")},
)))


@st.composite
def moving(draw: Any) -> dict:
    """A document in which keys and environments move between two plans of one service: room is made for most of what it adds."""
    keys = draw(st.permutations(KEY_IDS[:5]))
    cut, end = sorted(draw(st.tuples(st.integers(0, 5), st.integers(0, 5))))
    places = [{"service": SERVICE_IDS[0], "environment": environment} for environment in ENVIRONMENTS]
    single = {"api_ids": APIS[:1]} if draw(st.integers(0, 3)) == 0 else {}
    entries = [
        {"usage_plan_id": one, "access_keys": mine, "environments": [{**place, **single} for place in draw(some(places, 2))]}
        for one, mine in (("plan-1", keys[:cut]), ("plan-3", keys[cut:end]))
    ]
    for entry in entries:
        for option in draw(st.sampled_from([(), (), ("access_keys",), ("environments",)])):
            del entry[option]
    prune = draw(st.sampled_from([["bindings", "environments"], ["bindings", "environments", "usage_plans"], ["bindings"]]))
    return {"access_keys": [], "usage_plans": entries, "prune": prune, "allow_empty": True}


def identity(entry: dict) -> str:
    return entry.get("name") or entry.get("usage_plan_id") or entry["access_key_id"]


TASKS = {
    "usage_plan_keys": either(a_plan, {"access_key_ids": some(KEY_IDS), "access_key_names": some(KEY_NAMES, 1), "state": states, "allow_empty": st.just(True)}),
    "usage_plan": st.one_of(
        either(renamed_plan, fields), either(renamed_plan, fields), either(named_plan, {"state": st.just("absent"), "force": st.booleans()}),
    ),
    "api_key": st.one_of(
        either(named_key, enabled), either(manual_key, enabled), either(given_secret, enabled), either(named_key, enabled, {"rotate": st.just(True)}),
        either(named_key, {"state": st.just("absent"), "force": st.booleans()}),
    ),
    "usage_plan_environments": either(a_plan, {"environments": places("service_id"), "state": states, "allow_empty": st.just(True)}),
    "service_environment": st.fixed_dictionaries({
        "service_id": st.sampled_from(SERVICE_IDS), "environment": st.sampled_from(ENVIRONMENTS), "state": st.sampled_from(["released", "unreleased"]),
    }),
    "access": st.fixed_dictionaries({
        "access_keys": st.integers(0, 3).flatmap(lambda number: st.lists(a_key, min_size=number, max_size=number, unique_by=identity)),
        "usage_plans": st.integers(1, 3).flatmap(lambda number: st.lists(whole_plan, min_size=number, max_size=number, unique_by=identity)),
        "prune": some(["bindings", "environments", "usage_plans", "access_keys"], 4), "allow_empty": st.just(True),
    }),
}


# ---- What goes wrong

CODES_OF_NOTE = ["RequestLimitExceeded", "InternalError", "InternalError.OssException", "ResourceUnavailable", "UnsupportedOperation.AlreadyBindUsagePlan"]
deeds = st.one_of(
    st.fixed_dictionaries({what: st.fixed_dictionaries({"usage_plan_id": st.sampled_from(PLAN_IDS), "access_key_ids": some(KEY_IDS, 2)})})
    for what in ("bind", "unbind")
) | st.fixed_dictionaries({"bind": st.fixed_dictionaries({
    "usage_plan_id": st.sampled_from(PLAN_IDS),
    "environments": st.lists(st.fixed_dictionaries({"service_id": st.sampled_from(SERVICE_IDS), "environment": st.sampled_from(ENVIRONMENTS)}), max_size=1),
})}) | st.sampled_from(["disable", "enable", "delete_keys"]).flatmap(lambda what: st.fixed_dictionaries({what: some(KEY_IDS, 1)})) | st.sampled_from(
    [{"delete_usage_plan": one} for one in PLAN_IDS]) | st.sampled_from(
    [{"create_keys": [{"access_key_id": "key-8", "name": name, "secret": "secret-of-key-8"}]} for name in KEY_NAMES]
    + [{"create_usage_plans": [{"usage_plan_id": "plan-8", "name": name}]} for name in PLAN_NAMES])
# Not descriptions and limits: null is how none is spelled.
UNSAID = ["Status", "SecretName", "UsagePlanName", "AccessKeySecret", "AccessKeyType", "AccessKeyId", "UsagePlanId", "TotalCount", "CreatedTime"]
# One strategy a kind; not slow, for it takes real time.
FAULTS = {
    "refuse": {"code": st.one_of(st.sampled_from(CODES_OF_NOTE), st.sampled_from(sorted(CODES)))},
    "http": {"status": st.sampled_from([429, 500, 502, 503]), "acts": st.booleans()},
    "reset": {},
    "drop": {},
    "lag": {"seconds": st.sampled_from([0, 2])},
    "garble": {"how": st.sampled_from(GARBLES), "acts": st.booleans()},
    "omit": {"members": st.lists(st.sampled_from(UNSAID), min_size=1, max_size=2, unique=True), "null": st.booleans()},
    "meanwhile": {"do": st.lists(deeds, min_size=1, max_size=2), "when": st.sampled_from(["before", "after"])},
}


def faults(module: str) -> Any:
    """None to three of them, at some call of the module, whatever it calls, or at one that writes, or reads."""
    places = [
        *[{"action": st.just("writes"), "skip": st.sampled_from([0, 0, 1, 2])}] * 2, {"action": st.just("reads"), "skip": st.integers(0, 4)},
        {"action": st.just("*"), "skip": st.integers(0, 4)}, {"action": st.sampled_from(WRITES[module] + READS[module]), "skip": st.integers(0, 2)},
    ]
    kinds = [
        st.fixed_dictionaries({"kind": st.just(kind), **where, **more, "times": st.integers(1, 2)}) for kind, more in FAULTS.items() for where in places
    ]
    # What is answered with 429 is surely not carried out.
    one = st.one_of(*kinds).map(lambda fault: {**fault, "acts": False} if fault.get("status") == 429 else fault)
    return st.integers(0, 3).flatmap(lambda number: st.lists(one, min_size=number, max_size=number))


# What is refused for a rule first may be refused for another reason when room was made for it.
refused_later = st.lists(st.fixed_dictionaries({
    "kind": st.just("refuse"), **FAULTS["refuse"], "action": st.sampled_from(["BindSecretIds", "BindEnvironment"]), "skip": st.integers(1, 2),
    "times": st.integers(1, 8),
}), max_size=2)
# Just before which write the same task runs a second time; mostly before none.
twin = st.one_of(*[st.none()] * 5, st.integers(0, 4))
circumstances = st.fixed_dictionaries({"lag": st.sampled_from([0, 0, 2]), "jitter": st.sampled_from([1, 0.5, 0])})
patience = st.fixed_dictionaries({"wait_timeout": st.sampled_from([60, 5, 1, 0]), "api_retries": st.sampled_from([5, 1, 0])})
