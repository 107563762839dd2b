# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever goes wrong in whatever order, the promises of docs/settling.md hold: every module that writes, by a table and by chance.

CHAOS_SECONDS=600 makes test_by_chance() go on for so long, with schedules that are new each time.
"""

from __future__ import annotations

import collections
import itertools
import os
import random
import time

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, KINDS, RESENDABLE
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import GRACE
from ansible_collections.tencentcloud.apigateway.tests.emulator.actions import Actions
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import FAULTS as ALL_FAULTS
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import GARBLES
from ansible_collections.tencentcloud.apigateway.tests.unit import chaos
from ansible_collections.tencentcloud.apigateway.tests.unit.chaos import Run, World
from ansible_collections.tencentcloud.apigateway.tests.unit.chaos_model import (
    answer,
    assert_as_shown,
    assert_as_wanted,
    assert_nobody_cut_off,
    assert_nothing_hidden,
    is_confirmed,
    is_write,
    lagged,
    lied_to,
    met,
    texts,
    twins,
    touched,
)
from hypothesis import HealthCheck, currently_in_test_context, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

# The calls that met a fault, by its kind, action, and position among the calls of this action in the run.
SEEN: collections.Counter = collections.Counter()
POSITIONS = ("first", "second", "later")
# Codes of refusals that a module foretells: what is in use is not deleted without force, what the API would refuse for other plans' sake is not begun,
# and nothing is unbound from a full plan for a new key that is missing, disabled or in conflict.
FORETOLD = {
    "UnsupportedOperation.UsagePlanInUse", "UnsupportedOperation.ResourceIsInUse", "UnsupportedOperation.UnsupportedBindApiKey",
    "UnsupportedOperation.UnsupportedBindEnvironment", "UnsupportedOperation.InvalidStatus", "ResourceNotFound.InvalidAccessKeyId",
}
# What must not be sent twice, and the parameters that say of what.
NEVER_AGAIN = {"CreateUsagePlan": ["UsagePlanName"], "CreateApiKey": ["SecretName", "AccessKeyId"], "UpdateApiKey": ["AccessKeyId"]}

PATIENT = {"wait_timeout": 60, "api_retries": 5}
MAY_MEAN_DONE = {"UnsupportedOperation.AlreadyBindUsagePlan", "UnsupportedOperation.UnsupportedBindApiKey"}
# The lists of what a run did.
DONE = ("bound", "unbound", "unbound_usage_plans", "unbound_access_keys", "unbound_environments")


@pytest.fixture(scope="module", name="world")
def a_world():
    with World() as world, pytest.MonkeyPatch.context() as patch:
        # One call at a time: virtual time is one for all, and a schedule that fails must fail again.
        patch.setattr(_client, "AT_ONCE", 1)
        # Lists have several pages, so that somebody else can change them between two.
        patch.setattr(_client, "PAGE", 3)
        yield world


# ---- What is promised


def assert_always(run: Run):
    result, writes = run.result, [call for call in run.calls if is_write(call)]
    assert isinstance(result, dict)
    # Time stands still but for pauses. Each budget keeps to its own, with what is done side by side; access has one for each step.
    for budget in run.budgets:
        assert budget.slept <= run.params["wait_timeout"] + GRACE + 1e-6
    if run.module != "access":
        assert sum(budget.slept for budget in run.budgets) <= run.params["wait_timeout"] + GRACE + 1e-6
    if "api_calls" in result:
        assert sum(call["attempts"] for call in result["api_calls"]) == len(run.calls)
    else:
        assert not writes
    for action, options in NEVER_AGAIN.items():
        sent = [([call["params"].get(option) for option in options], answer(call)) for call in writes if call["action"] == action]
        for number, (one, answered) in enumerate(sent):
            assert answered == "no" or one not in [other for other, _answer in sent[number + 1:]], f"{action} of {one} was sent again"
    assert writes or not result["changed"]
    if run.module not in ("api_key", "access"):
        # Of a key, a change may be taken back.
        assert result["changed"] or not any(answer(call) == "yes" for call in writes)
    assert result.get("failed") or is_confirmed(run)
    sent = set().union(*(texts(call["params"]) for call in writes))
    assert sent.issuperset(part for what in DONE for one in result.get(what) or () for part in one.split("/"))
    assert_told(run)
    if not lied_to(run):
        assert_nothing_hidden(run)


def assert_told(run: Run):
    """A failure is of a documented kind and code, and says what was completed before; a success leaves nothing open."""
    result = run.result
    if not result.get("failed"):
        assert result["unconfirmed"] == []
        return
    assert result["msg"] and result["hint"] in result["msg"]
    assert result["error_kind"] in KINDS
    assert result["error_code"] in {None, *FORETOLD, *(call["code"] for call in run.calls)}
    if run.module == "access" and "changes" in result:
        number = len(result["changes"])
        assert (f"{number} change" if number else "Nothing was changed.") in result["msg"]
    done = result["msg"].partition("Completed before the failure: ")[2]
    for what in DONE:
        assert not result.get(what) or f"{what.replace('_', ' ')} {', '.join(result[what][:10])}{and_more(result[what])}" in done
    open_ones = result.get("unconfirmed", [])
    told = result["msg"].partition("Unknown whether it was carried out for")[2]
    assert all(one in told for one in open_ones[:10]) and and_more(open_ones) in told


def and_more(items):
    """How a message that lists ten of these ends."""
    return f" and {len(items) - 10} more" if len(items) > 10 else ""


def assert_exact(run: Run):
    """Without lag and another writer."""
    result = run.result
    if "unconfirmed" in result:
        assert_as_shown(run)
    if result["changed"] and run.before == run.after:
        # Only where no reading could follow a write whose answer left it open for some or all, or where a refusal contradicts what is read.
        first = next((number for number, call in enumerate(run.calls) if is_write(call) and answer(call) != "yes"), len(run.calls))
        assert result["unconfirmed"] and any(call["met"] or call["code"] for call in run.calls[first + 1:])
    elif result.get("error_code") not in MAY_MEAN_DONE or all(budget.left() for budget in run.budgets):
        # Without time to send the rest, nobody can say whose work it is what was found done after such a code.
        assert result["changed"] == (run.before != run.after)


def assert_two_runs_at_once(run: Run, task):
    """The same document, run twice at once: whatever each says of itself is true, nobody is cut off, and two of one name are told."""
    assert_told(run)
    assert_nobody_cut_off(run, task)
    made = {name for _what, name in twins(run.after) - twins(run.before)}
    texts_of_failures = [result["msg"] for result in (run.result, *run.others) if result.get("error_kind") == "ambiguous"]
    assert all(any(f"have the name {name}" in text for text in texts_of_failures) for name in made), made


def endure(world: World, module, task, faults=(), patience=None, circumstances=None, *, predict=True, twin=None):
    """Predict a task, run it while this goes wrong, and hold the result to everything that is promised."""
    params, circumstances = {**task, **(patience or PATIENT)}, circumstances or {"lag": 0}
    if predict:
        predicted = world.attempt(module, params, faults=[], check_mode=True)
        assert not [call for call in predicted.calls if is_write(call)] and predicted.before == predicted.after
    run = world.attempt(module, params, faults=[] if twin is not None else list(faults), twin=twin, **circumstances)
    tell = note if currently_in_test_context() else print
    tell(f"{[(call['action'], call['params'], call['code'], [fault['kind'] for fault in call['met']]) for call in run.calls]}\n{run.result}\n{run.others}")
    if twin is not None:
        assert_two_runs_at_once(run, task)
        return run
    count = collections.Counter()
    for call in run.calls:
        SEEN.update((fault["kind"], call["action"], POSITIONS[min(count[call["action"]], 2)]) for fault in call["met"])
        count[call["action"]] += 1
    assert_always(run)
    alone, late = not met(run, "meanwhile"), lagged(run, circumstances["lag"])
    if alone and not lied_to(run):
        assert_nobody_cut_off(run, task)
    if alone and not late and not lied_to(run) and not met(run, "omit"):
        assert_exact(run)
    if alone and not lied_to(run) and not run.result.get("failed"):
        assert_as_wanted(run, task)
        again = world.attempt(module, {**params, **({"rotate": False} if module == "api_key" else {})}, faults=[])
        assert not again.result.get("failed"), again.result["msg"]
        assert not again.result["changed"] and not [call for call in again.calls if is_write(call)]
    return run


def export(world, faults, patience, circumstances):
    """Read all of access while this goes wrong: whatever stayed as it was is in the document, with its secret."""
    run = world.attempt("access_info", {"include_secrets": True, **patience}, faults=faults, **circumstances)
    assert run.before["keys"].keys() - touched(run) == run.after["keys"].keys() - touched(run) and not [call for call in run.calls if is_write(call)]
    assert sum(budget.slept for budget in run.budgets) <= patience["wait_timeout"] + GRACE + 1e-6
    if run.result.get("failed") or lied_to(run) or met(run, "omit"):
        return
    document = run.result["access"]
    entries = {key["access_key_id"]: {"name": key["name"], "secret": key["access_key_secret"], "enabled": key["enabled"]} for key in document["access_keys"]}
    for one, row in run.before["keys"].items():
        if run.after["keys"].get(one) == row and one not in touched(run):
            assert entries.get(one) == {member: row[member] for member in ("name", "secret", "enabled")}
    names = [plan["name"] for plan in document["usage_plans"]]
    for one, row in run.before["plans"].items():
        assert one in touched(run) or row["name"] in names


# ---- By chance


def running(module, **drawn):
    # Names are given by single modules, too, but only a document looks again at what it has named.
    twin = {"twin": chaos.twin} if module == "access" else {}
    drawn = {"task": chaos.TASKS.get(module), "faults": chaos.faults(module), **twin, **drawn}

    @rule(patience=chaos.patience, circumstances=chaos.circumstances, **drawn)
    def run(self, **drawn):
        endure(self.world, module, **drawn)

    return run


class Chaos(RuleBasedStateMachine):
    world: World
    begin = initialize(seed=chaos.seeds())(lambda self, seed: self.world.begin(seed))
    usage_plan_keys, usage_plan, api_key = running("usage_plan_keys"), running("usage_plan"), running("api_key")
    export = rule(faults=chaos.faults("access"), patience=chaos.patience, circumstances=chaos.circumstances)(
        lambda self, **drawn: export(self.world, **drawn)
    )
    usage_plan_environments, service_environment, access = running("usage_plan_environments"), running("service_environment"), running("access")
    moves = running("access", task=chaos.moving(), faults=st.one_of(chaos.refused_later, chaos.faults("access")))


QUIET = settings(suppress_health_check=list(HealthCheck), stateful_step_count=10, report_multiple_bugs=False)


def test_by_chance(world, capsys):
    Chaos.world = world
    seconds, started = float(os.environ.get("CHAOS_SECONDS") or 0), time.monotonic()
    if not seconds:
        run_state_machine_as_test(Chaos, settings=settings(QUIET, max_examples=16))
        return
    number = 0
    while time.monotonic() - started < seconds:
        number = random.SystemRandom().randrange(2**32)
        with capsys.disabled():
            print(f"\n{world.runs} runs in {time.monotonic() - started:.0f} seconds; next seed {number}", end="", flush=True)
        run_state_machine_as_test(seed(number)(Chaos), settings=settings(QUIET, max_examples=100, derandomize=False))
    with capsys.disabled():
        print(f"\n{world.runs} runs\n{table()}")


def table():
    """How often each fault met each action, as first/second/later call of it in a run."""
    actions = sorted({action for _kind, action, _position in SEEN})
    lines = [["", *KINDS_OF_FAULT]]
    lines += [[action, *("/".join(str(SEEN[kind, action, position]) for position in POSITIONS) for kind in KINDS_OF_FAULT)] for action in actions]
    cells = ["  ".join(f"{cell:<{30 if not column else 14}}" for column, cell in enumerate(line)) for line in lines]
    places = itertools.product(actions, KINDS_OF_FAULT, POSITIONS)
    never = [f"{kind} at the {position} {action}" for action, kind, position in places if not SEEN[kind, action, position]]
    return "\n".join([*cells, f"never: {', '.join(never) or 'nothing'}"])


# ---- By a table: each kind of fault at the first call of each action that writes


SEED = {
    "usage_plans": [{"usage_plan_id": f"plan-{number}", "name": name} for number, name in enumerate(chaos.PLAN_NAMES[:3], 1)],
    "access_keys": [
        {"access_key_id": one, "name": name, "secret": f"secret-of-{one}", "enabled": one != "key-6"} for one, name in zip(chaos.KEY_IDS, chaos.KEY_NAMES)
    ],
    "services": [{"service_id": one, "name": f"shop {one}", "environments": ["release"], "api_ids": chaos.APIS} for one in chaos.SERVICE_IDS],
    "bindings": [
        {"usage_plan_id": "plan-1", "access_key_ids": ["key-1", "key-2"], "environments": [{"service_id": "service-1", "environment": "release"}]},
        {"usage_plan_id": "plan-2", "access_key_ids": ["key-3"]},
    ],
}
KEYS = {"usage_plan_id": "plan-1", "access_key_names": [], "allow_empty": False}
PLACES = {"usage_plan_id": "plan-1", "allow_empty": False}
CALLS = {
    "BindSecretIds": ("usage_plan_keys", {**KEYS, "access_key_ids": ["key-4", "key-5"], "state": "present"}),
    "UnBindSecretIds": ("usage_plan_keys", {**KEYS, "access_key_ids": ["key-1", "key-2"], "state": "absent"}),
    "CreateUsagePlan": ("usage_plan", {"name": "new", "max_requests": 5}),
    "ModifyUsagePlan": ("usage_plan", {"usage_plan_id": "plan-1", "description": "partners"}),
    "DeleteUsagePlan": ("usage_plan", {"usage_plan_id": "plan-3", "state": "absent", "force": True}),
    "BindEnvironment": (
        "usage_plan_environments", {**PLACES, "environments": [{"service_id": "service-2", "environment": "test", "api_ids": ["api-1"]}], "state": "present"},
    ),
    "UnBindEnvironment": ("usage_plan_environments", {**PLACES, "environments": [{"service_id": "service-1", "environment": "release"}], "state": "absent"}),
    "CreateApiKey": ("api_key", {"name": "new"}),
    "UpdateApiKey": ("api_key", {"access_key_id": "key-1", "rotate": True}),
    "EnableApiKey": ("api_key", {"access_key_id": "key-6", "enabled": True}),
    "DisableApiKey": ("api_key", {"access_key_id": "key-1", "enabled": False}),
    "DeleteApiKey": ("api_key", {"access_key_id": "key-6", "state": "absent"}),
    "ReleaseService": ("service_environment", {"service_id": "service-1", "environment": "test", "state": "released"}),
    "UnReleaseService": ("service_environment", {"service_id": "service-1", "environment": "release", "state": "unreleased"}),
}
BY_KIND = {kind: next(code for code, meaning in CODES.items() if meaning.kind == kind) for kind in sorted({code.kind for code in CODES.values()})}
VARIANTS = {
    "refuse": [{"code": code} for code in (*BY_KIND.values(), "UnsupportedOperation.AlreadyBindUsagePlan", "ResourceNotFound.InvalidUsagePlan")],
    "http": [{"status": 429}, {"status": 500, "acts": True}, {"status": 503}],
    "reset": [{}, {"times": 2}],
    "drop": [{}, {"times": 2}],
    "lag": [{"seconds": 2}],
    "garble": [{"how": how} for how in GARBLES] + [{"how": "null_result", "acts": False}],
    "omit": [{"members": chaos.UNSAID}, {"members": ["Status"], "null": True}, {"members": ["AccessKeySecret"]}],
    "meanwhile": [
        {"do": [deed], "when": when} for when in ("before", "after") for deed in (
            {"bind": {"usage_plan_id": "plan-1", "access_key_ids": ["key-1", "key-4"]}},
            {"unbind": {"usage_plan_id": "plan-1", "access_key_ids": ["key-1"], "environments": [{"service_id": "service-1", "environment": "release"}]}},
            {"bind": {"usage_plan_id": "plan-1", "environments": [{"service_id": "service-2", "environment": "test", "api_id": "api-1"}]}},
            {"create_keys": [{"access_key_id": "key-8", "name": "new"}], "create_usage_plans": [{"usage_plan_id": "plan-8", "name": "new"}]},
            {"delete_usage_plan": "plan-3"}, {"delete_usage_plan": "plan-1"}, {"disable": ["key-1", "key-4"]}, {"delete_keys": ["key-1"]},
        )
    ],
}
KINDS_OF_FAULT = tuple(VARIANTS)


def test_the_table_has_every_kind_and_every_write():
    # Not slow: it takes real time.
    assert set(VARIANTS) == set(chaos.FAULTS) == set(ALL_FAULTS) - {"slow"}
    assert set(CALLS) == {action for actions in chaos.WRITES.values() for action in actions} == {
        action for action in Actions.names() if not action.startswith("Describe")
    }


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize("kind", VARIANTS)
def test_each_kind_of_fault_at_each_write(world, kind, action):
    before = SEEN[kind, action, "first"]
    # Late reads matter most where reading is what settles it; by chance they meet the others too.
    lags = (0, 2) if kind in ("drop", "reset") else (0,)
    for number, variant in enumerate(VARIANTS[kind]):
        for lag in lags:
            world.begin(SEED)
            patience = {"wait_timeout": (60, 0)[number % 2], "api_retries": (5, 5, 0)[number % 3]}
            run = endure(world, *CALLS[action], [{"kind": kind, "action": action, **variant}], patience, {"lag": lag}, predict=not number)
            met_by = [call for call in run.calls if call["met"]]
            passes = [call for call in met_by if answer(call) == "unsure" or call["code"] is None or CODES[call["code"]].kind in RESENDABLE]
            if patience == PATIENT and kind != "meanwhile" and (action not in NEVER_AGAIN or run.before != run.after) and passes:
                # What passes is overcome.
                assert not run.result.get("failed"), run.result["msg"]
    assert SEEN[kind, action, "first"] - before == len(lags) * len(VARIANTS[kind])


APART = {"plan-1": ["key-1", "key-2"], "plan-3": ["key-3"]}
MOVING = {
    "a key": ("BindSecretIds", APART, {"plan-1": ["release"], "plan-3": ["release"]}, [
        {"usage_plan_id": "plan-1", "access_keys": ["key-2"]}, {"usage_plan_id": "plan-3", "access_keys": ["key-3", "key-1"]},
    ]),
    "an environment": ("BindEnvironment", {"plan-1": ["key-1"], "plan-3": ["key-1"]}, {"plan-1": ["release"], "plan-3": []}, [
        {"usage_plan_id": "plan-1", "environments": []}, {"usage_plan_id": "plan-3", "environments": [{"service": "service-1", "environment": "release"}]},
    ]),
    "a level": ("BindEnvironment", APART, {"plan-1": ["release"], "plan-3": []}, [
        {"usage_plan_id": "plan-1", "environments": [{"service": "service-1", "environment": "release", "api_ids": chaos.APIS}]},
    ]),
}


@pytest.mark.parametrize("what", MOVING)
@pytest.mark.parametrize("kind", VARIANTS)
def test_each_kind_of_fault_where_room_is_made_cuts_nobody_off(world, kind, what):
    action, keys, environments, usage_plans = MOVING[what]
    held = [
        {"usage_plan_id": one, "access_key_ids": keys[one], "environments": [{"service_id": "service-1", "environment": name} for name in environments[one]]}
        for one in keys
    ]
    task = {"access_keys": [], "usage_plans": usage_plans, "prune": ["bindings", "environments"], "allow_empty": True}
    for variant in VARIANTS[kind]:
        for times in (1, 7):
            world.begin({**SEED, "bindings": held})
            # The first call is refused for the rule; room is made for the second.
            run = endure(world, "access", task, [{"kind": kind, "action": action, "skip": 1, "times": times, **variant}], predict=False)
            assert len([call for call in run.calls if call["action"].startswith("UnBind")]) >= 1


@pytest.mark.parametrize("action", CALLS)
def test_each_spoilt_answer_to_the_first_read_around_each_write(world, action):
    for skip in (0, 1):
        for fault in ({"kind": "garble", "how": "count"}, {"kind": "garble", "how": "null_list"}, {"kind": "garble", "how": "null_result"}, {"kind": "drop"}):
            world.begin(SEED)
            run = endure(world, *CALLS[action], [{**fault, "action": "reads", "skip": skip}], predict=False)
            assert not run.result.get("failed"), run.result["msg"]


@pytest.mark.parametrize("action", CALLS)
def test_a_write_without_an_answer_that_no_read_can_follow_counts_as_carried_out(world, action):
    for kind in ("drop", "reset"):
        world.begin(SEED)
        calls = [call["action"] for call in endure(world, *CALLS[action]).calls]
        world.begin(SEED)
        unreadable = {"kind": "refuse", "code": "InternalError", "action": "reads", "skip": calls.index(action), "times": 0}
        run = endure(world, *CALLS[action], [{"kind": kind, "action": action}, unreadable], predict=False)
        assert run.result["failed"] and run.result["changed"] and run.result["unconfirmed"]
