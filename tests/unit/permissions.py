# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which actions of the API each module needs, by what it was seen to call: in check mode, and for real."""

from __future__ import annotations

from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.tests.unit.contract import cases, test_access, test_codes, test_names
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, PLAN, Gateway

SERVICES = test_codes.SEED["services"]
# Beside the cases and the scenarios of codes: names, everything of a document, and everything that an _info module can gather.
MORE: list[tuple[str, dict[str, Any]]] = [
    *test_names.WRITES, ("usage_plan_keys_info", {"usage_plan_name": "gold"}), ("usage_plan_environments_info", {"usage_plan_name": "gold"}),
    ("access", {**test_access.WHOLE, "usage_plans": test_access.WHOLE["usage_plans"][1:], "prune": ["bindings", "environments", "usage_plans", "access_keys"]}),
    ("access", {"access_keys": [{"name": "name-z", "enabled": True}, test_access.LEGACY]}),
    ("access", {"access_keys": [{"access_key_id": "legacy-client", "access_key_secret": "another-secret-of-ours"}]}),
    ("access", {"access_keys": [{"name": "name-a", "access_key_secret": "another-secret-of-ours"}]}),
    ("access", {"usage_plans": [{"name": "gold", "description": "New"}]}),
    ("access_info", {"include_secrets": True}), ("api_key_info", {"include_secrets": True}),
]


def needed() -> dict[str, tuple[list[str], list[str]]]:
    """For each module: the actions that it calls in check mode, and those that it calls besides when it is run for real."""
    seen: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in MODULES}
    with Gateway("ab", disabled="z", others=test_codes.SEED) as gateway:

        def note(module: str, options: dict[str, Any], seed: dict[str, Any] | None, *faults: dict[str, Any]) -> None:
            for real in (False, True):
                gateway.emulator.reset()
                gateway.emulator.seed(seed or WORLD)
                gateway.emulator.faults([*faults])
                gateway.run(module, check_mode=not real, api_retries=1, api_rate=0, wait_timeout=1, **cases.CREDENTIALS, **options)
                seen[module][real].update(gateway.calls())

        for name, case in cases.CASES.items():
            note(name, case.succeeds, cases.SEED)
            note(name, case.fails, cases.SEED)
        for scenario in test_codes.SCENARIOS.values():
            # A refusal is explained by reading, so what is read for that is needed too.
            codes = [code for code in test_codes.BUSINESS_CODES[scenario.action] if CODES[code].kind in ("conflict", "not_found", "quota")]
            for code in [None, *codes]:
                note(scenario.module, scenario.options, None, *([{"action": scenario.action, "kind": "refuse", "code": code, "times": 0}] if code else []))
        for module, options in MORE:
            note(module, options, None)
            # Lists that contradict their counts are asked for elsewhere.
            for action in ("DescribeUsagePlan", "DescribeUsagePlanSecretIds"):
                note(module, options, None, {"action": action, "kind": "garble", "how": "count", "times": 0})
    return {name: (sorted(check), sorted(real - check)) for name, (check, real) in seen.items()}


WORLD = {
    **test_codes.SEED, "usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}, *test_codes.SEED["usage_plans"]],
    "access_keys": [{"access_key_id": one, "name": f"name-{one}", "enabled": one != "z"} for one in "abcxyz"],
    "bindings": [{"usage_plan_id": PLAN, "access_key_ids": ["a", "b"]}, *test_codes.SEED["bindings"]],
}
