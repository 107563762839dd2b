# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A case for every module: what it is run with wherever all modules are held to the same promises.

A module without a case fails CI.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN


class Case(NamedTuple):
    """succeeds: options of a run that succeeds, and changes something unless the module only reads. fails: of one that fails after a call.

    action: the call whose refusal must reach the user; for a module that writes, its first write.
    another: options that make a second run write again. reads: the calls of a run that changes nothing.
    """

    succeeds: dict[str, Any]
    fails: dict[str, Any]
    action: str
    another: dict[str, Any] = {}
    reads: int = 1


CREDENTIALS = {"secret_id": "AKIDcaller", "secret_key": "SENTINELKEY", "token": "SENTINELTOKEN"}
SEED = {
    "credentials": [CREDENTIALS],
    "usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}, *({"usage_plan_id": f"usagePlan-{one}", "name": "twin"} for one in ("twin1", "twin2"))],
    "access_keys": [{"access_key_id": one, "name": one, "secret": f"SENTINELOF{one}", "enabled": one != "off"} for one in ("a", "b", "off")],
    "services": [{"service_id": "service-1", "name": "shop"}],
}
CASES = {
    "access": Case(
        {"usage_plans": [{"name": "gold", "access_keys": ["b"], "environments": [{"service": "shop", "environment": "release"}]}]},
        {"usage_plans": [{"name": "gold", "access_keys": ["off"]}]}, "BindSecretIds", {"usage_plans": [{"name": "gold", "access_keys": ["a", "b"]}]}, reads=5,
    ),
    "access_info": Case({}, {"include_secrets": False}, "DescribeUsagePlansStatus", reads=7),
    "api_key": Case({"name": "new"}, {"access_key_id": "nobody"}, "CreateApiKey", {"name": "newer"}),
    "api_key_info": Case({"gather_usage_plans": True, "include_secrets": False}, {"not_usage_plan_ids": ["nowhere"]}, "DescribeApiKeysStatus", reads=5),
    "service_environment": Case(
        {"service_id": "service-1", "environment": "release"}, {"service_id": "service-missing", "environment": "release"}, "ReleaseService",
        {"environment": "test"},
    ),
    "service_info": Case({"gather_environments": True}, {"not_usage_plan_ids": ["usagePlan-nowhere1"]}, "DescribeServicesStatus", reads=2),
    "usage_plan": Case({"name": "silver", "max_requests": 5}, {"name": "twin"}, "CreateUsagePlan", {"name": "bronze"}),
    "usage_plan_environments": Case(
        {"usage_plan_id": PLAN, "environments": [{"service_id": "service-1", "environment": "release"}]},
        {"usage_plan_id": PLAN, "environments": [{"service_id": "service-missing", "environment": "release"}]}, "BindEnvironment",
        {"environments": [{"service_id": "service-1", "environment": "test"}]}, reads=2,
    ),
    "usage_plan_environments_info": Case({"usage_plan_id": PLAN}, {"usage_plan_id": "usagePlan-nowhere1"}, "DescribeUsagePlanEnvironments", reads=2),
    "usage_plan_info": Case({}, {"environments": [""]}, "DescribeUsagePlansStatus"),
    "usage_plan_keys": Case(
        {"usage_plan_id": PLAN, "access_key_ids": ["a"]}, {"usage_plan_id": PLAN, "access_key_ids": ["off"]}, "BindSecretIds", {"access_key_ids": ["b"]},
    ),
    "usage_plan_keys_info": Case({"usage_plan_id": PLAN}, {"usage_plan_id": "usagePlan-nowhere1"}, "DescribeUsagePlanSecretIds"),
}
