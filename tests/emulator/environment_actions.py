# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environments of services that usage plans are bound to."""

from __future__ import annotations

from .caller import Caller
from .signature import Refused
from .state import UsagePlan

ENVIRONMENTS = ("test", "prepub", "release")


CANNOT = "UnsupportedOperation.UnsupportedBindEnvironment"


class EnvironmentActions(Caller):
    def BindEnvironment(self, UsagePlanIds: list[str], BindType: str, Environment: str, ServiceId: str, ApiIds: list[str] = ()) -> bool:
        items = self._bindings(BindType, Environment, ServiceId, ApiIds)
        plans = [self._plan(usage_plan_id) for usage_plan_id in UsagePlanIds]
        for plan in plans:
            if items <= plan.environments and self.switches["rebind_environment"] == "refuse":
                raise Refused(CANNOT)
            for other in self.place.usage_plans.values():
                there = {bound for bound in other.environments if bound[0] == ServiceId}
                # The vendor's SDK: bindings of services and of single APIs cannot coexist in a service. The code is assumed.
                if any(bool(bound[2]) != (BindType == "API") for bound in there):
                    raise Refused(CANNOT)
                # Documents 628/11815 and 628/11816, also between plans of this one call. Inferred: this is the code for it.
                there_too = any(other is one for one in plans) or any(bound[1] == Environment for bound in there)
                if other is not plan and there_too and other.keys.keys() & plan.keys.keys():
                    raise Refused(CANNOT)
        self._change(plans, items, True)
        return True

    def UnBindEnvironment(self, BindType: str, UsagePlanIds: list[str], Environment: str, ServiceId: str, ApiIds: list[str] = ()) -> bool:
        items = self._bindings(BindType, Environment, ServiceId, ApiIds)
        plans = [self._plan(usage_plan_id) for usage_plan_id in UsagePlanIds]
        if self.switches["unbind_unbound_environment"] == "refuse" and any(items - plan.environments for plan in plans):
            raise Refused("UnsupportedOperation.UnsupportedUnBindEnvironment")
        self._change(plans, items, False)
        return True

    def _bindings(self, bind_type: str, environment: str, service_id: str, api_ids: list[str]) -> set[tuple[str, str, str]]:
        if bind_type not in ("API", "SERVICE") or environment not in ENVIRONMENTS:
            raise Refused("InvalidParameter.FormatError")
        if service_id not in self.place.services:
            raise Refused("ResourceNotFound.InvalidService")
        if bind_type == "API" and (not api_ids or set(api_ids) - set(self.place.services[service_id].api_ids)):
            raise Refused("InvalidParameterValue.InvalidApiIds")
        return {(service_id, environment, api_id) for api_id in (api_ids if bind_type == "API" else [""])}

    def _change(self, plans: list[UsagePlan], items: set[tuple[str, str, str]], bound: bool) -> None:
        for plan in plans:
            for item in sorted(items):
                plan.change(item, bound, self.state.clock() + self.lag)

    def DescribeUsagePlanEnvironments(self, UsagePlanId: str, BindType: str, Limit: int = 20, Offset: int = 0) -> dict:
        plan = self._plan(UsagePlanId)
        if BindType not in ("API", "SERVICE"):
            raise Refused("InvalidParameterValue")  # assumed: the action lists no code for it
        rows = [self._bound_row(plan, bound, 0) for bound in plan.visible_environments(self.state.clock()) if bool(bound[2]) == (BindType == "API")]
        return self._page("EnvironmentList", rows, Limit, Offset)

    def DescribeServiceUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return self._page("ServiceUsagePlanList", self._plans_of(ServiceId, whole=True), Limit, Offset)

    def DescribeApiUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return self._page("ApiUsagePlanList", self._plans_of(ServiceId, whole=False), Limit, Offset)

    def _plans_of(self, service_id: str, *, whole: bool) -> list[dict]:
        if service_id not in self.place.services:
            raise Refused("ResourceNotFound.InvalidService")
        return [
            {**self._bound_row(plan, bound, None), "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description}
            for plan in self.place.usage_plans.values()
            for bound in plan.visible_environments(self.state.clock())
            if bound[0] == service_id and bool(bound[2]) != whole
        ]

    def _bound_row(self, plan: UsagePlan, bound: tuple[str, str, str], no_rate: int | None) -> dict:
        """no_rate: how this action spells that there is no limit a second."""
        service_id, environment, api_id = bound
        return {
            "ServiceId": service_id, "ServiceName": self.place.services[service_id].name, "ApiId": api_id or None, "ApiName": None, "Path": None,
            "Method": None, "Environment": environment, "InUseRequestNum": 0, "MaxRequestNum": self._limit(plan.max_requests, -1),
            "MaxRequestNumPreSec": self._limit(plan.max_requests_per_second, no_rate), "CreatedTime": plan.created, "ModifiedTime": plan.modified,
        }
