# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions. One method each; its signature is the schema of the request, and it returns `Response.Result`.

Facts are those of the vendor's action pages and SDK unless a comment marks them as inferred or assumed; what nobody
knows is a switch (tables.py).
"""

from __future__ import annotations

import inspect
import typing
from typing import Any

from .signature import Refused
from .state import AccessKey, Region, State, UsagePlan

NO_KEY = "ResourceNotFound.InvalidAccessKeyId"
BAD_KEYS = "InvalidParameterValue.InvalidAccessKeyIds"


class Actions:
    """The actions of one caller in one region. lag: seconds by which what this call changes is seen late."""

    def __init__(self, state: State, place: Region, lag: float) -> None:
        self.state = state
        self.place = place
        self.lag = lag
        self.switches = state.switches

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in vars(cls) if name[0].isupper()]

    # ---- Keys of a usage plan

    def BindSecretIds(self, UsagePlanId: str, AccessKeyIds: list[str]) -> bool:
        plan = self._plan(UsagePlanId)
        ids = self._key_list(AccessKeyIds)
        quota = self.state.quotas["access_keys_per_usage_plan"]
        if self.switches["quota_first"] and len(plan.keys) + len(ids) > quota:
            raise Refused("LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded")
        new: list[str] = []
        try:
            for access_key_id in ids:
                if self._may_bind(plan, access_key_id):
                    if len(plan.keys) + len(new) + 1 > quota:
                        raise Refused("LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded")
                    new.append(access_key_id)
        except Refused:
            if self.switches["bind_applies_in_part"]:
                self._change(plan, new, True)
            raise
        self._change(plan, new, True)
        return True

    def UnBindSecretIds(self, UsagePlanId: str, AccessKeyIds: list[str]) -> bool:
        plan = self._plan(UsagePlanId)
        ids = self._key_list(AccessKeyIds)
        for access_key_id in ids:
            unknown = access_key_id not in self.place.access_keys and access_key_id not in plan.keys
            unbound = access_key_id not in plan.keys and self.switches["unbind_unbound"] == "refuse"
            if unknown or unbound:
                raise Refused(NO_KEY)
        self._change(plan, [one for one in ids if one in plan.keys], False)
        return True

    def DescribeUsagePlanSecretIds(self, UsagePlanId: str, Limit: int = 20, Offset: int = 0) -> dict:
        plan = self._plan(UsagePlanId)
        rows = []
        for access_key_id in plan.visible_keys(self.state.clock()):
            key = self.place.access_keys.get(access_key_id)
            rows.append({"AccessKeyId": access_key_id, "SecretName": key and key.name, "Status": int(key.enabled) if key else None})
        if not rows and self.switches["empty_list"] == "null":
            return {"TotalCount": None, "AccessKeyList": None}
        return _page("AccessKeyList", rows, Limit, Offset)

    # ---- Usage plans

    def DescribeUsagePlan(self, UsagePlanId: str) -> dict:
        plan = self._plan(UsagePlanId)
        keys = plan.visible_keys(self.state.clock())
        # Inferred: the list names each environment once, whichever way it is bound.
        environments = sorted({(environment, service_id) for service_id, environment, _api_id in plan.environments})
        return {
            "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description or None,
            "MaxRequestNum": _or_null(plan.max_requests), "MaxRequestNumPreSec": _or_null(plan.max_requests_per_second),
            "CreatedTime": plan.created, "ModifiedTime": plan.modified,
            "BindSecretIdTotalCount": len(keys), "BindSecretIds": keys,
            "BindEnvironmentTotalCount": len(environments),
            "BindEnvironments": [{"EnvironmentName": environment, "ServiceId": service_id} for environment, service_id in environments],
        }

    def DescribeUsagePlansStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        wanted = self._filters(Filters, ("UsagePlanId", "UsagePlanName", "NotServiceId", "NotApiId", "Environment"))
        rows = [
            {
                "UsagePlanId": plan.usage_plan_id, "UsagePlanName": plan.name, "UsagePlanDesc": plan.description,
                "MaxRequestNum": plan.max_requests, "MaxRequestNumPreSec": plan.max_requests_per_second,
                "CreatedTime": plan.created, "ModifiedTime": plan.modified,
            }
            for plan in self.place.usage_plans.values()
            if self._plan_fits(plan, wanted)
        ]
        return _page("UsagePlanStatusSet", rows, Limit, Offset)

    def DescribeUsagePlanEnvironments(self, UsagePlanId: str, BindType: str, Limit: int = 20, Offset: int = 0) -> dict:
        plan = self._plan(UsagePlanId)
        if BindType not in ("API", "SERVICE"):
            raise Refused("InvalidParameterValue")  # assumed: the action lists no code for it
        rows = [self._bound_row(plan, bound, 0) for bound in sorted(plan.environments) if bool(bound[2]) == (BindType == "API")]
        return _page("EnvironmentList", rows, Limit, Offset)

    def DescribeServiceUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return _page("ServiceUsagePlanList", self._plans_of(ServiceId, whole=True), Limit, Offset)

    def DescribeApiUsagePlan(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        return _page("ApiUsagePlanList", self._plans_of(ServiceId, whole=False), Limit, Offset)

    # ---- Access keys

    def DescribeApiKey(self, AccessKeyId: str) -> dict:
        key = self._key(AccessKeyId)
        if key is None:
            raise Refused(NO_KEY)
        return _key_row(key)

    def DescribeApiKeysStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        wanted = self._filters(Filters, ("AccessKeyId", "AccessKeySecret", "SecretName", "NotUsagePlanId", "Status", "KeyWord"))
        rows = [_key_row(key) for key in self.place.access_keys.values() if self._key_fits(key, wanted)]
        return _page("ApiKeySet", rows, Limit, Offset)

    # ---- What they share

    def _plan(self, usage_plan_id: str) -> UsagePlan:
        if usage_plan_id not in self.place.usage_plans:
            raise Refused("ResourceNotFound.InvalidUsagePlan")
        return self.place.usage_plans[usage_plan_id]

    def _key(self, access_key_id: str) -> AccessKey | None:
        places = [self.place] if self.switches["keys_are_regional"] else self.state.regions.values()
        return next((place.access_keys[access_key_id] for place in places if access_key_id in place.access_keys), None)

    def _key_list(self, ids: list[str]) -> list[str]:
        if not ids or "" in ids or (len(set(ids)) < len(ids) and self.switches["duplicate_ids"] == "refuse"):
            raise Refused(BAD_KEYS)
        return list(dict.fromkeys(ids))

    def _may_bind(self, plan: UsagePlan, access_key_id: str) -> bool:
        """Whether binding changes anything. Raises Refused. The order of the checks is assumed."""
        key = self._key(access_key_id)
        if key is None:
            raise Refused(NO_KEY)
        if access_key_id in plan.keys:
            if self.switches["rebind"] == "refuse":
                raise Refused(self.switches["already_bound_code"])
            return False
        if not key.enabled:
            raise Refused("UnsupportedOperation.InvalidStatus")  # document 628/38138
        holders = [other for other in self.place.usage_plans.values() if access_key_id in other.keys]
        # Documents 628/11815 and 628/11816: plans that share a key cannot be bound to the same environment of a service.
        if any(_environments(other) & _environments(plan) for other in holders):
            raise Refused(self.switches["conflict_code"])
        if len(holders) >= self.state.quotas["usage_plans_per_access_key"]:
            raise Refused(self.switches["key_plan_quota_code"])
        return True

    def _change(self, plan: UsagePlan, ids: list[str], bound: bool) -> None:
        for access_key_id in ids:
            plan.change(access_key_id, bound, self.state.clock() + self.lag)

    def _filters(self, filters: list[dict], names: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        """(name, values) of each filter. Different filters are and-ed, the values of one are or-ed."""
        result = []
        for one in filters:
            if set(one) != {"Name", "Values"} or not isinstance(one["Values"], list):
                raise Refused("InvalidParameter")
            if one["Name"] not in names:
                raise Refused("InvalidParameterValue.InvalidFilterNotSupportedName")
            values, limit = one["Values"], self.switches["filter_values_limit"]
            if limit and len(values) > limit:
                if self.switches["filter_values_over_limit"] == "refuse":
                    raise Refused("InvalidParameterValue.LimitExceeded")
                values = values[:limit]
            result.append((one["Name"], values))
        return result

    def _named(self, name: str, values: list[str]) -> bool:
        return any(value == name or (value in name and self.switches["name_filter"] == "fuzzy") for value in values)

    def _plan_fits(self, plan: UsagePlan, wanted: list[tuple[str, list[str]]]) -> bool:
        tests = {
            "UsagePlanId": lambda values: plan.usage_plan_id in values,
            "UsagePlanName": lambda values: self._named(plan.name, values),
            "NotServiceId": lambda values: not any(bound[0] in values for bound in plan.environments),
            "NotApiId": lambda values: not any(bound[2] in values for bound in plan.environments),
            "Environment": lambda values: any(bound[1] in values for bound in plan.environments),
        }
        return all(tests[name](values) for name, values in wanted)

    def _key_fits(self, key: AccessKey, wanted: list[tuple[str, list[str]]]) -> bool:
        tests = {
            "AccessKeyId": lambda values: key.access_key_id in values,
            "AccessKeySecret": lambda values: key.secret in values,
            "SecretName": lambda values: self._named(key.name, values),
            "NotUsagePlanId": lambda values: not any(key.access_key_id in self._plan(value).keys for value in values),
            "Status": lambda values: str(int(key.enabled)) in values,
            "KeyWord": lambda values: any(value in key.name or value in key.access_key_id for value in values),
        }
        return all(tests[name](values) for name, values in wanted)

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


def perform(actions: Actions, name: str, params: Any) -> Any:
    """The result of an action. Raises Refused, also for a request that does not have the action's form."""
    method = getattr(actions, name)
    schema = inspect.signature(method).parameters
    hints = typing.get_type_hints(method)
    if not isinstance(params, dict):
        raise Refused("InvalidParameter")
    for field in params:
        if field not in schema:
            raise Refused("UnknownParameter", f"The parameter `{field}` is not recognized.")
    for field, parameter in schema.items():
        if field not in params and parameter.default is parameter.empty:
            raise Refused("MissingParameter", f"The parameter `{field}` is missing.")
        if field in params and not _is_a(params[field], hints[field]):
            raise Refused("InvalidParameter", f"The parameter `{field}` is of the wrong type.")  # assumed to be this code
    if not (1 <= params.get("Limit", 20) <= 100 and params.get("Offset", 0) >= 0):
        raise Refused("InvalidParameterValue")  # assumed: what other limits do is not documented
    return method(**params)


def _is_a(value: Any, hint: Any) -> bool:
    if typing.get_origin(hint) is list:
        return isinstance(value, list) and all(_is_a(item, typing.get_args(hint)[0]) for item in value)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def _page(name: str, rows: list[dict], limit: int, offset: int) -> dict:
    return {"TotalCount": len(rows), name: rows[offset:offset + limit]}


def _environments(plan: UsagePlan) -> set[tuple[str, str]]:
    return {(service_id, environment) for service_id, environment, _api_id in plan.environments}


def _or_null(limit: int) -> int | None:
    return None if limit == -1 else limit


def _key_row(key: AccessKey) -> dict:
    """The list call has the secrets too (inferred: the vendor's Terraform provider takes them from there)."""
    return {
        "AccessKeyId": key.access_key_id, "AccessKeySecret": key.secret, "AccessKeyType": key.type, "SecretName": key.name,
        "ModifiedTime": key.modified, "Status": int(key.enabled), "CreatedTime": key.created,
    }
