# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules against the emulator over HTTP, in this process and in virtual time."""

from __future__ import annotations

import importlib
import json
import pathlib
import re
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION, cleaned
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._module import execute
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._secrets import Secrets
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime

COLLECTION = pathlib.Path(__file__).resolve().parents[2]
# The folder that holds ansible_collections: not resolved, for a checkout is only reached through a link there.
COLLECTIONS_PATH = pathlib.Path(__file__).parents[5]
MODULES = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("*.py"))
PLAN = "usagePlan-contract"
# What a real run and its prediction need not have in common.
NOT_PREDICTED = ("api_calls", "warnings", "request_id", "api_message")


def module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.tencentcloud.apigateway.plugins.modules.{name}")


class Gateway:
    """An emulator with one usage plan and keys of one letter each, and whoever runs modules against it.

    bound: the keys in the plan. disabled, missing: keys that are so. others: further parts of the seed.
    """

    def __init__(self, bound="", *, keys="abcxyz", disabled="", missing="", switches=None, quotas=None, others=None) -> None:
        self.time = VirtualTime()
        self.emulator = Emulator(clock=self.time)
        ids = [one for one in dict.fromkeys([*keys, *bound, *disabled]) if one not in missing]
        self.emulator.seed({
            "usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}],
            "access_keys": [{"access_key_id": one, "name": f"name-{one}", "enabled": one not in disabled, "secret": f"KEYSECRET{one}"} for one in ids],
            "bindings": [{"usage_plan_id": PLAN, "access_key_ids": list(bound)}],
            "switches": switches or {},
            "quotas": quotas or {},
        })
        self.emulator.seed(others or {})

    def __enter__(self) -> Gateway:
        self.emulator.start()
        return self

    def __exit__(self, *_details: Any) -> None:
        self.emulator.stop()

    def run(self, module_name: str, /, *, check_mode: bool = False, clock_ahead: float = 0, variables: dict | None = None, **params: Any) -> dict:
        """The module's result, as JSON would carry it."""
        code = module(module_name)
        given = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "region": "ap-guangzhou", "endpoint": self.emulator.url, **params}
        parsed = ArgumentSpecValidator({**CONNECTION, **code.OPTIONS}).validate(cleaned(json.loads(json.dumps(given))))
        assert not parsed.error_messages, parsed.error_messages
        secrets = Secrets()
        secrets.add(parsed._no_log_values)
        result = execute(
            code.JOB, parsed.validated_parameters, check_mode=check_mode, environment=variables or {}, secrets=secrets,
            make_wait=self.time.wait, clock=lambda: self.time() + clock_ahead,
            ask=lambda url: None,
        )
        return json.loads(json.dumps(result))

    def keys(self, access_key_ids, state="present", **params: Any) -> dict:
        return self.run("usage_plan_keys", usage_plan_id=PLAN, access_key_ids=list(access_key_ids), state=state, **params)

    def predicted_keys(self, access_key_ids, state="present", **params: Any) -> dict:
        """As keys(), in check mode; nothing is written."""
        before = len(self.writes())
        result = self.keys(access_key_ids, state, check_mode=True, **params)
        assert len(self.writes()) == before
        return result

    def bound(self, usage_plan_id: str = PLAN) -> set[str]:
        """The truth."""
        plans = self.emulator.state()["ap-guangzhou"]["usage_plans"]
        return {one for plan in plans if plan["usage_plan_id"] == usage_plan_id for one in plan["access_key_ids"]}

    def calls(self) -> list[str]:
        return [call["action"] for call in self.emulator.calls()]

    def writes(self) -> list[tuple[str, list[str]]]:
        return [(call["action"], call["params"]["AccessKeyIds"]) for call in self.emulator.calls() if not call["action"].startswith("Describe")]


def comparable(result: dict) -> dict:
    """The part of a result that check mode promises, with msg up to where it quotes the API."""
    promised = {name: value for name, value in result.items() if name not in NOT_PREDICTED}
    return {**promised, "msg": re.sub(r" (The API says|RequestId): .*", "", result.get("msg", ""))}


def with_real_ids(predicted: dict, result: dict) -> dict:
    """The prediction with what was really made where it foretold planned ids and a planned secret."""
    text = json.dumps(predicted)
    for made in result.get("changes", []):
        if made["action"] == "created":
            kind = "api_key" if made["kind"] == "access_key" else made["kind"]
            text = text.replace(json.dumps(f"planned:{kind}:{made['name']}"), json.dumps(made["id"]))
    for made in result.get("created_access_keys", []):
        text = text.replace('"planned:secret"', json.dumps(made["access_key_secret"]), 1)
    for kind, member in (("usage_plan", "usage_plan_id"), ("api_key", "access_key_id")):
        if isinstance(result.get(kind), dict):
            text = re.sub(rf'"planned:{kind}:[^"]*"', json.dumps(result[kind][member]), text)
    return json.loads(text.replace('"planned:secret"', json.dumps(result.get("access_key_secret"))))


def assert_failed(result: dict, code: str | None, *words: str) -> None:
    """The failure has this code and its msg tells these words, and every part of a failure is there."""
    assert result["failed"], result
    assert result["error_code"] == code, result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert result["hint"] in result["msg"]
    assert result["request_id"] in result["msg"]


def meanwhile(action: str, when: str = "before", **deeds: Any) -> dict:
    """A fault: somebody else does this with the plan's keys just before (or after) a call of the action."""
    do = [{what: {"usage_plan_id": PLAN, "access_key_ids": list(ids)} if what in ("bind", "unbind") else list(ids)} for what, ids in deeds.items()]
    return {"action": action, "kind": "meanwhile", "do": do, "when": when}
