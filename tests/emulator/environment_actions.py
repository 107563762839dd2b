# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environments of services that usage plans are bound to."""

from __future__ import annotations

from .caller import Caller, page
from .signature import Refused
from .state import UsagePlan

ENVIRONMENTS = ("test", "prepub", "release")


class EnvironmentActions(Caller):
    def UnBindEnvironment(self, BindType: str, UsagePlanIds: list[str], Environment: str, ServiceId: str, ApiIds: list[str] = ()) -> bool:
        if BindType not in ("API", "SERVICE") or Environment not in ENVIRONMENTS:
            raise Refused("InvalidParameter.FormatError")
        if ServiceId not in self.place.services:
            raise Refused("ResourceNotFound.InvalidService")
        gone = {(ServiceId, Environment, api_id) for api_id in (ApiIds if BindType == "API" else [""])}
        for usage_plan_id in UsagePlanIds:
            # Assumed: what is not bound is unbound without an error.
            self._plan(usage_plan_id).environments -= gone
        return True

    def DescribeUsagePlanEnvironments(self, UsagePlanId: str, BindType: str, Limit: int = 20, Offset: int = 0) -> dict:
        plan = self._plan(UsagePlanId)
        if BindType not in ("API", "SERVICE"):
            raise Refused("InvalidParameterValue")  # assumed: the action lists no code for it
        rows = [self._bound_row(plan, bound, 0) for bound in sorted(plan.environments) if bool(bound[2]) == (BindType == "API")]
        return page("EnvironmentList", rows, Limit, Offset)

    def DescribeServiceUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return page("ServiceUsagePlanList", self._plans_of(ServiceId, whole=True), Limit, Offset)

    def DescribeApiUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return page("ApiUsagePlanList", self._plans_of(ServiceId, whole=False), Limit, Offset)

    def _plans_of(self, service_id: str, *, whole: bool) -> list[dict]:
        if service_id not in self.place.services:
            raise Refused("ResourceNotFound.InvalidService")
        return [
            {**self._bound_row(plan, bound, None), "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description}
            for plan in self.place.usage_plans.values()
            for bound in sorted(plan.environments)
            if bound[0] == service_id and bool(bound[2]) != whole
        ]

    def _bound_row(self, plan: UsagePlan, bound: tuple[str, str, str], no_rate: int | None) -> dict:
        """no_rate: how this action spells that there is no limit a second."""
        service_id, environment, api_id = bound
        rate = plan.max_requests_per_second
        return {
            "ServiceId": service_id, "ServiceName": self.place.services[service_id].name, "ApiId": api_id or None, "ApiName": None, "Path": None,
            "Method": None, "Environment": environment, "InUseRequestNum": 0, "MaxRequestNum": plan.max_requests,
            "MaxRequestNumPreSec": no_rate if rate == -1 else rate, "CreatedTime": plan.created, "ModifiedTime": plan.modified,
        }
