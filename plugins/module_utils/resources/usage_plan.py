# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage plans: what one is, and what is bound to it."""

from __future__ import annotations

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError


def describe(client: Client, usage_plan_id: str) -> dict:
    """The usage plan as the API describes it. Raises ApiError; of kind not_found when there is none."""
    for _attempt in range(2):
        answer = client.call("DescribeUsagePlan", UsagePlanId=usage_plan_id)
        if isinstance(answer.result, dict):
            return answer.result
    raise ApiError("DescribeUsagePlan", message="the answer describes no usage plan", kind="unclear", request_id=answer.request_id)


def bound_keys(client: Client, usage_plan_id: str) -> dict[str, dict]:
    """The access keys bound to the plan, by id, with SecretName and Status where the API gave them. Raises ApiError.

    The paged list has them all, with names. When it contradicts itself twice, the plan's own list is asked.
    """
    rows = client.pages("DescribeUsagePlanSecretIds", "AccessKeyList", ("AccessKeyId",), none_for=("unclear",), UsagePlanId=usage_plan_id)
    if rows is not None:
        return {row["AccessKeyId"]: row for row in rows}
    plan = describe(client, usage_plan_id)
    ids = plan.get("BindSecretIds") or []
    if len(set(ids)) != (plan.get("BindSecretIdTotalCount") or 0):
        raise ApiError("DescribeUsagePlan", message="the list of bound access keys contradicts its own count", kind="unclear")
    return {one: {} for one in ids}


def keys_held_by_rivals(client: Client, usage_plan_id: str) -> dict[str, str]:
    """The access keys that cannot be bound to the plan because of another plan: by id, which and where. Raises ApiError.

    Two plans that share a key cannot both be bound to the same environment of the same service (vendor documents
    628/11815 and 628/11816). Reads the plan, the plans of the services that it is bound to, and the keys of those that
    share an environment with it: no other plan can be concerned.
    """
    mine = {(bound["ServiceId"], bound["EnvironmentName"]) for bound in describe(client, usage_plan_id).get("BindEnvironments") or []}
    rivals: dict[str, str] = {}
    for service_id in sorted({service for service, _environment in mine}):
        rows = client.pages("DescribeServiceUsagePlan", "ServiceUsagePlanList", ("UsagePlanId", "Environment"), ServiceId=service_id) or []
        rows += client.pages("DescribeApiUsagePlan", "ApiUsagePlanList", ("UsagePlanId", "Environment", "ApiId"), ServiceId=service_id) or []
        for row in rows:
            if row["UsagePlanId"] != usage_plan_id and (service_id, row["Environment"]) in mine:
                rivals.setdefault(row["UsagePlanId"], f"the {row['Environment']} environment of {service_id}")
    found: dict[str, str] = {}
    for rival in sorted(rivals):
        for access_key_id in bound_keys(client, rival):
            found.setdefault(access_key_id, f"usage plan {rival} holds it and is bound to {rivals[rival]} too")
    return found
