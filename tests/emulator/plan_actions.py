# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage plans and the access keys that are bound to them."""

from __future__ import annotations

from typing import Optional

from .caller import NO_KEY, Caller
from .signature import Refused
from .state import UsagePlan, new_id

BAD_KEYS = "InvalidParameterValue.InvalidAccessKeyIds"
PLAN_IS_FULL = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"


class UsagePlanActions(Caller):
    # ---- The keys of a plan

    def BindSecretIds(self, UsagePlanId: str, AccessKeyIds: list[str]) -> bool:
        plan = self._plan(UsagePlanId)
        ids = self._key_list(AccessKeyIds)
        if self.switches["quota_first"] and len(plan.keys) + len(ids) > self.state.quotas["access_keys_per_usage_plan"]:
            raise Refused(PLAN_IS_FULL)
        new: list[str] = []
        holders = self._holders(ids)
        try:
            for access_key_id in ids:
                if self._may_bind(plan, access_key_id, holders[access_key_id]):
                    new.append(access_key_id)
            for index, access_key_id in enumerate(list(new)):
                code = self._passed_quota(plan, index + 1, holders[access_key_id])
                if code:
                    del new[index:]
                    raise Refused(code)
        except Refused:
            if self.switches["bind_applies_in_part"]:
                self._change_keys(plan, new, True)
            raise
        self._change_keys(plan, new, True)
        return True

    def UnBindSecretIds(self, UsagePlanId: str, AccessKeyIds: list[str]) -> bool:
        plan = self._plan(UsagePlanId)
        ids = self._key_list(AccessKeyIds)
        for access_key_id in ids:
            unknown = access_key_id not in plan.keys and self._key(access_key_id) is None
            unbound = access_key_id not in plan.keys and self.switches["unbind_unbound"] == "refuse"
            if unknown or unbound:
                raise Refused(NO_KEY)
        self._change_keys(plan, [one for one in ids if one in plan.keys], False)
        return True

    def DescribeUsagePlanSecretIds(self, UsagePlanId: str, Limit: int = 20, Offset: int = 0) -> dict:
        plan = self._visible_plan(UsagePlanId)
        rows = []
        for access_key_id in plan.visible_keys(self.state.clock()):
            key = self._key(access_key_id)
            rows.append({"AccessKeyId": access_key_id, "SecretName": key and key.name, "Status": int(key.enabled) if key else None})
        if not rows and self.switches["empty_list"] == "null":
            return {"TotalCount": None, "AccessKeyList": None}
        return self._page("AccessKeyList", rows, Limit, Offset)

    # ---- Plans

    def CreateUsagePlan(self, UsagePlanName: str, UsagePlanDesc: str = "", MaxRequestNum: int = -1, MaxRequestNumPreSec: int = -1) -> dict:
        self._check_plan(UsagePlanName, MaxRequestNum, MaxRequestNumPreSec)
        if len(self.place.usage_plans) >= self.state.quotas["usage_plans"]:
            raise Refused("LimitExceeded.UsagePlanLimitExceeded")
        plan = UsagePlan(
            new_id("usagePlan-"), UsagePlanName, UsagePlanDesc, MaxRequestNumPreSec, MaxRequestNum, self.state.now(), self.state.now(),
            visible_at=self.state.clock() + self.lag,
        )
        self.place.usage_plans[plan.usage_plan_id] = plan
        return {**self._plan_info(plan), "BindSecretIdTotalCount": 0, "BindEnvironmentTotalCount": 0}

    def ModifyUsagePlan(
        self, UsagePlanId: str, UsagePlanName: Optional[str] = None, UsagePlanDesc: Optional[str] = None, MaxRequestNum: Optional[int] = None,
        MaxRequestNumPreSec: Optional[int] = None,
    ) -> dict:
        plan = self._plan(UsagePlanId)
        left_out = {"description": "", "max_requests": -1, "max_requests_per_second": -1} if self.switches["modify_resets_omitted"] else {}
        given = {"name": UsagePlanName, "description": UsagePlanDesc, "max_requests": MaxRequestNum, "max_requests_per_second": MaxRequestNumPreSec}
        final = {name: getattr(plan, name) for name in given} | left_out | {name: value for name, value in given.items() if value is not None}
        self._check_plan(final["name"], final["max_requests"], final["max_requests_per_second"])
        for name, value in final.items():
            setattr(plan, name, value)
        plan.modified = self.state.now()
        return {**self._plan_info(plan), "BindSecretIdTotalCount": None, "BindEnvironmentTotalCount": None}

    def DeleteUsagePlan(self, UsagePlanId: str) -> bool:
        plan = self._plan(UsagePlanId)
        if plan.environments or (plan.keys and self.switches["delete_plan_with_keys"] == "refuse"):
            raise Refused("UnsupportedOperation.UsagePlanInUse")
        del self.place.usage_plans[UsagePlanId]
        return True

    def DescribeUsagePlan(self, UsagePlanId: str) -> dict:
        plan = self._visible_plan(UsagePlanId)
        keys = plan.visible_keys(self.state.clock())
        bound = plan.visible_environments(self.state.clock())
        environments = sorted({(environment, service_id) for service_id, environment, api_id in bound if not api_id or self.switches["plan_lists_single_apis"]})
        return {
            **self._plan_info(plan),
            "BindSecretIdTotalCount": len(keys), "BindSecretIds": keys,
            "BindEnvironmentTotalCount": len(environments),
            "BindEnvironments": [{"EnvironmentName": environment, "ServiceId": service_id} for environment, service_id in environments],
        }

    def DescribeUsagePlansStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        wanted = self._filters(Filters, ("UsagePlanId", "UsagePlanName", "NotServiceId", "NotApiId", "Environment"))
        rows = [
            {
                "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description,
                "MaxRequestNum": self._limit(plan.max_requests, -1), "MaxRequestNumPreSec": self._limit(plan.max_requests_per_second, -1),
                "CreatedTime": plan.created, "ModifiedTime": plan.modified,
            }
            for plan in self.place.usage_plans.values()
            if plan.visible_at <= self.state.clock() and self._plan_fits(plan, wanted)
        ]
        return self._page("UsagePlanStatusSet", rows, Limit, Offset)

    # ---- What they share

    def _plan_info(self, plan: UsagePlan) -> dict:
        """UsagePlanInfo with nothing bound: creating and changing answer null for what is bound, and for what has no limit."""
        return {
            "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description or None,
            "MaxRequestNum": self._limit(plan.max_requests, None), "MaxRequestNumPreSec": self._limit(plan.max_requests_per_second, None),
            "CreatedTime": plan.created, "ModifiedTime": plan.modified, "BindSecretIds": None, "BindEnvironments": None,
        }

    def _visible_plan(self, usage_plan_id: str) -> UsagePlan:
        """The plan for a read, which may lag behind its creation."""
        plan = self._plan(usage_plan_id)
        if plan.visible_at > self.state.clock():
            raise Refused("ResourceNotFound.InvalidUsagePlan")
        return plan

    def _check_plan(self, name: str, requests: int, rate: int) -> None:
        if not name:
            raise Refused("InvalidParameter.FormatError")  # inferred: what else a name may not be is not documented
        if not (requests == -1 or 1 <= requests <= 99_999_999) or not (rate == -1 or 1 <= rate <= 2000):
            raise Refused("InvalidParameterValue.InvalidMaxRequestNum")

    def _key_list(self, ids: list[str]) -> list[str]:
        if not ids or "" in ids or (len(set(ids)) < len(ids) and self.switches["duplicate_ids"] == "refuse"):
            raise Refused(BAD_KEYS)  # documented for BindSecretIds; assumed for UnBindSecretIds, whose page does not list it
        return list(dict.fromkeys(ids))

    def _holders(self, ids: list[str]) -> dict[str, list[UsagePlan]]:
        """The plans that hold each key."""
        holders: dict[str, list[UsagePlan]] = {access_key_id: [] for access_key_id in ids}
        for plan in self.place.usage_plans.values():
            for access_key_id in plan.keys.keys() & holders.keys():
                holders[access_key_id].append(plan)
        return holders

    def _may_bind(self, plan: UsagePlan, access_key_id: str, holders: list[UsagePlan]) -> bool:
        """Whether binding changes anything. Raises Refused. The order of the checks is assumed, and that quotas come after them."""
        key = self._key(access_key_id)
        if key is None:
            raise Refused(NO_KEY)
        if access_key_id in plan.keys:
            if self.switches["rebind"] == "refuse":
                raise Refused(self.switches["already_bound_code"])
            return False
        if not key.enabled:
            raise Refused("UnsupportedOperation.InvalidStatus")  # document 628/38138
        # Documents 628/11815 and 628/11816: plans that share a key cannot be bound to the same environment of a service.
        if any(_environments(other) & _environments(plan) for other in holders):
            raise Refused(self.switches["conflict_code"])
        return True

    def _passed_quota(self, plan: UsagePlan, more: int, holders: list[UsagePlan]) -> str:
        """The code of the quota that this key would pass as one of so many more in the plan, or nothing."""
        if len(plan.keys) + more > self.state.quotas["access_keys_per_usage_plan"]:
            return PLAN_IS_FULL
        return self.switches["key_plan_quota_code"] if len(holders) >= self.state.quotas["usage_plans_per_access_key"] else ""

    def _change_keys(self, plan: UsagePlan, ids: list[str], bound: bool) -> None:
        for access_key_id in ids:
            plan.change(access_key_id, bound, self.state.clock() + self.lag)

    def _plan_fits(self, plan: UsagePlan, wanted: list[tuple[str, list[str]]]) -> bool:
        tests = {
            "UsagePlanId": lambda values: plan.usage_plan_id in values,
            "UsagePlanName": lambda values: self._named(plan.name, values),
            "NotServiceId": lambda values: not any(bound[0] in values for bound in plan.environments),
            "NotApiId": lambda values: not any(bound[2] in values for bound in plan.environments),
            "Environment": lambda values: any(bound[1] in values for bound in plan.environments),
        }
        return all(tests[name](values) for name, values in wanted)


def _environments(plan: UsagePlan) -> set[tuple[str, str]]:
    return {(service_id, environment) for service_id, environment, _api_id in plan.environments}
