# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole playbooks while something goes wrong, as ansible-playbook runs them; and the same tasks again, when it has passed.

What a task must have made of it, test_chaos.py knows. Here: that no task is lost, that what a playbook reports is what it did, and that a
second run ends where one without faults would have. A budget of it runs with the tests; CHAOS_SECONDS says how long it goes on.
"""

from __future__ import annotations

import copy
import json
import os
import random
import time

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, KINDS
from ansible_collections.tencentcloud.apigateway.tests.unit import chaos
from ansible_collections.tencentcloud.apigateway.tests.unit.chaos import World
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_chaos import QUIET, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import playbook
from hypothesis import given, note, seed, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.jobs
CONNECTION = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "region": "ap-guangzhou", "api_retries": 2, "wait_timeout": 2, "api_rate": 0}
# Tasks that want what none of the others forbids, in an order in which each finds what it needs; each leaves the ids of the seed alone.
TASKS = [
    ("usage_plan", {"name": "gold", "max_requests": 5}),
    ("usage_plan", {"name": "new plan", "description": "partners"}),
    ("api_key", {"name": "new key"}),
    ("api_key", {"access_key_id": "key-7", "name": "legacy", "access_key_secret": chaos.SECRETS[0], "enabled": False}),
    ("api_key", {"access_key_id": "key-6", "access_key_secret": chaos.SECRETS[1]}),
    ("api_key", {"access_key_id": "key-1", "enabled": False}),
    ("usage_plan_keys", {"usage_plan_id": "plan-1", "access_key_ids": ["key-2", "key-4", "key-5"], "state": "exact"}),
    ("usage_plan_environments", {"usage_plan_id": "plan-1", "environments": [{"service_id": "service-2", "environment": "test"}], "state": "exact"}),
    ("service_environment", {"service_id": "service-1", "environment": "test", "state": "released"}),
    ("api_key", {"access_key_id": "key-3", "state": "absent", "force": True}),
    ("usage_plan", {"usage_plan_id": "plan-2", "state": "absent", "force": True}),
    ("access", {"access_keys": [{"name": "eve"}], "usage_plans": [{"name": "Gold", "access_keys": ["eve"]}]}),
]
# Late reads take virtual time, which other processes do not have; somebody else's work is kept apart from what a second run repairs.
KINDS_HERE = {"refuse", "http", "reset", "drop", "garble"}
some_tasks = st.lists(st.sampled_from(range(len(TASKS))), min_size=2, max_size=6, unique=True).map(sorted)
some_faults = st.lists(chaos.faults("access"), min_size=1, max_size=2).map(lambda lists: [one for some in lists for one in some if one["kind"] in KINDS_HERE])


def by_name(there):
    """What there is, without the ids and the secrets that the server makes."""
    names = {one: key["name"] for one, key in there["keys"].items()}
    given_secrets = {*chaos.SECRETS, *(f"secret-of-{one}" for one in chaos.KEY_IDS)}
    keys = [(key["name"], key["enabled"], key["type"], key["secret"] if key["secret"] in given_secrets else "") for key in there["keys"].values()]
    plans = [
        (*(plan[field] for field in ("name", *chaos.LIMITS)), sorted(names[one] for one in plan["keys"]), sorted(plan["environments"]))
        for plan in there["plans"].values()
    ]
    return sorted(keys), sorted(plans), there["released"]


def run_playbook(world, tmp_path, tasks, faults):
    """Each task's result, and the whole output."""
    names = [f"result_{number}" for number in range(len(tasks))]
    steps = [
        {f"tencentcloud.apigateway.{module}": {**CONNECTION, "endpoint": world.emulator.url, **options}, "register": name, "ignore_errors": True}
        for name, (module, options) in zip(names, tasks)
    ]
    write = {"ansible.builtin.copy": {"content": f"{{{{ [{', '.join(names)}] | to_json }}}}", "dest": str(tmp_path / "results.json"), "mode": "0600"}}
    with world.going_wrong(faults):
        code, output = playbook(tmp_path, [*steps, write])
    assert code == 0 and "Traceback" not in output, output
    return json.loads((tmp_path / "results.json").read_text()), output


def endure(world, tmp_path, numbers, faults):
    tasks = [TASKS[number] for number in numbers]
    world.begin(copy.deepcopy(SEED))
    for module, options in tasks:
        assert not world.run(module, api_rate=0, **options).get("failed")
    wanted = by_name(world.there())
    world.begin(copy.deepcopy(SEED))
    before = world.there()
    results, output = run_playbook(world, tmp_path, tasks, faults)
    note(f"{tasks}\n{[(call['action'], call['params'], call['code']) for call in world.emulator.calls()]}\n{output}")
    codes = {None, *(call["code"] for call in world.emulator.calls())}
    for result in results:
        if result["failed"]:
            assert result["error_kind"] in KINDS and result["error_code"] in codes and result["hint"] in result["msg"]
    assert output.count("...ignoring") == sum(result["failed"] for result in results)
    lied_to = any(fault["kind"] == "refuse" and CODES[fault["code"]].kind == "not_found" for fault in faults)
    settled = not any(result.get("unconfirmed") for result in results)
    if not lied_to and settled:
        assert any(result["changed"] for result in results) == (before != world.there())
    # By hand, as somebody would who has read the failures: the same again.
    for _time in range(2):
        again = [world.run(module, api_rate=0, **options) for module, options in tasks]
        assert not [result["msg"] for result in again if result.get("failed")]
    assert not any(result["changed"] for result in again)
    assert by_name(world.there()) == wanted


def test_playbooks_by_chance(tmp_path, capsys):
    seconds, started, number = float(os.environ.get("CHAOS_SECONDS") or 0) / 5, time.monotonic(), 0

    def run(**drawn):
        nonlocal number
        number += 1
        endure(world, tmp_path, **drawn)

    examples = settings(QUIET, max_examples=20 if seconds else 2, derandomize=not seconds)
    test = examples(given(numbers=some_tasks, faults=some_faults)(run))
    with World() as world:
        if not seconds:
            test()
        while time.monotonic() - started < seconds:
            drawn = random.SystemRandom().randrange(2**32)
            with capsys.disabled():
                print(f"\n{number} playbooks in {time.monotonic() - started:.0f} seconds; next seed {drawn}", end="", flush=True)
            seed(drawn)(test)()


def test_the_tasks_of_these_playbooks_end_in_a_state_of_their_own():
    """Else a second run of them would say nothing."""
    with World() as world:
        world.begin(copy.deepcopy(SEED))
        assert all(world.run(module, api_rate=0, **options)["changed"] for module, options in TASKS)
        assert not any(world.run(module, api_rate=0, **options)["changed"] for module, options in TASKS)
