# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is interrupted or killed at any call, and the same task again: it ends where it was meant to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import environment
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway

DOCUMENT = {
    "access_keys": [{"name": "new"}, {"name": "old", "enabled": False}],
    "usage_plans": [{"name": "gold", "access_keys": ["new"], "environments": [{"service": "shop", "environment": "release"}]}, {"name": "silver"}],
    "prune": ["bindings", "usage_plans"],
}
SEED = {
    "usage_plans": [{"usage_plan_id": "usagePlan-gold", "name": "gold"}, {"usage_plan_id": "usagePlan-gone", "name": "gone"}],
    "access_keys": [{"access_key_id": "old", "name": "old"}], "services": [{"service_id": "service-1", "name": "shop"}],
    "bindings": [{"usage_plan_id": "usagePlan-gold", "access_key_ids": ["old"]}],
}
CALLS = [
    "DescribeUsagePlan", "CreateApiKey", "CreateUsagePlan", "DisableApiKey", "BindSecretIds", "BindEnvironment", "UnBindSecretIds", "DeleteUsagePlan",
]


@pytest.mark.parametrize(
    ("action", "how"), [*((action, signal.SIGKILL) for action in CALLS), ("CreateApiKey", signal.SIGINT), ("UnBindSecretIds", signal.SIGINT)],
)
def test_the_same_task_after_a_run_that_was_stopped_at_a_call_does_the_rest(action, how):
    with Gateway() as gateway:
        emulator = gateway.emulator
        emulator.reset()
        emulator.seed(SEED)
        emulator.faults([{"action": action, "kind": "slow", "seconds": 600}])
        options = {**DOCUMENT, "secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "region": "ap-guangzhou", "endpoint": emulator.url}
        code = "from ansible_collections.tencentcloud.apigateway.plugins.modules import access\naccess.main()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([sys.executable, "-c", code], env=environment(), **pipes) as process:
            process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "_ansible_remote_tmp": "/tmp"}}).encode())
            process.stdin.close()
            while not emulator.under_way(action):
                assert process.poll() is None
                time.sleep(0.005)
            process.send_signal(how)
            if how == signal.SIGKILL:
                process.wait()
            # Whoever is interrupted waits for the call that is under way.
            emulator.hurry()
            assert process.wait() != 0
        while emulator.under_way(action):
            time.sleep(0.005)
        emulator.faults([])
        result = gateway.run("access", **DOCUMENT)
        assert not result.get("failed"), result
        state = emulator.state()["ap-guangzhou"]
        keys = {key["access_key_id"]: (key["name"], key["enabled"]) for key in state["access_keys"]}
        assert sorted(keys.values()) == [("new", True), ("old", False)]
        assert {plan["name"]: [keys[one][0] for one in plan["access_key_ids"]] for plan in state["usage_plans"]} == {"gold": ["new"], "silver": []}
        again = gateway.run("access", **DOCUMENT)
        assert (again["changed"], again["changes"]) == (False, [])
