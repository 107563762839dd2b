# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage plans: looking them up, what is bound to them, and one as a resource (CreateUsagePlan, ModifyUsagePlan, DeleteUsagePlan)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import USAGE_PLAN, Reference, named, named_exactly, rows
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder, parsed, placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several, shortened

# The id of the plan itself in a set of what is there and as it is wanted; the others are names of its fields, and what is bound to it.
THERE = "itself"
NO_LIMIT, IN_USE = -1, "UnsupportedOperation.UsagePlanInUse"
FIELDS = {
    "name": "UsagePlanName", "description": "UsagePlanDesc", "max_requests": "MaxRequestNum", "max_requests_per_second": "MaxRequestNumPreSec",
}
# The greatest number of keys in one call is not documented; the default quota of a plan is the most that makes sense.
KEYS_IN_A_CALL = 50
NEW = {"description": "", "max_requests": NO_LIMIT, "max_requests_per_second": NO_LIMIT}
# Document: the page of CreateUsagePlan.
MOST = {"max_requests": 99_999_999, "max_requests_per_second": 2000}


def documented(plan: dict[str, Any]) -> dict[str, Any]:
    """A usage plan of any of the API's answers, in the one form that the collection documents.

    No limit is spelled null, -1 or 0 there, and no description null or "", depending on the action.
    """
    found = {"usage_plan_id": plan.get("UsagePlanId"), "name": plan.get("UsagePlanName"), "description": plan.get("UsagePlanDesc") or ""}
    return {**found, **{limit: plan.get(FIELDS[limit]) or NO_LIMIT for limit in MOST}}


def foreseen(usage_plan_id: str) -> dict[str, Any]:
    """The usage plan with this placeholder id."""
    return {"usage_plan_id": usage_plan_id, "name": parsed(usage_plan_id).name, **NEW}


def listed(client: Client, *, most: int | None = None, **filters: list[str]) -> list[dict[str, Any]]:
    """The usage plans that pass all of the API's filters, all pages, sorted by name and id. Raises ApiError."""
    return [documented(row) for row in rows(client, USAGE_PLAN, most=most, **filters)]


def check_limits(given: dict[str, Any]) -> None:
    """Raises InputError for a limit that is out of its range. given: options, None for those that are left out."""
    for limit, most in MOST.items():
        value = given.get(limit)
        if value is not None and value != NO_LIMIT and not 1 <= value <= most:
            raise InputError(f"{limit} is {value}; it is 1 to {most}, or {NO_LIMIT} for no limit.")


def plan_reference(params: dict[str, Any]) -> Reference:
    """The usage plan that usage_plan_id or usage_plan_name means. Raises InputError; also for an access key's id, the usual mix-up."""
    plan = Reference(USAGE_PLAN, ("usage_plan_id", "usage_plan_name"), params)
    if plan.id.startswith("AKID"):
        raise InputError(f"usage_plan_id {plan.id} looks like an access key's id: are usage_plan_id and access_key_ids swapped?")
    return plan


def bound_keys(client: Client, usage_plan_id: str, *, none_for: tuple[str, ...] = ()) -> dict[str, dict]:
    """The access keys bound to the plan, by id, with SecretName and Status where the API gave them. Raises ApiError, but gives none for kinds in `none_for`.

    The paged list has them all, with names. When it contradicts itself twice, the plan's own list is asked.
    """
    if is_placeholder(usage_plan_id):
        return {}
    found = client.pages("DescribeUsagePlanSecretIds", "AccessKeyList", ("AccessKeyId",), none_for=("unclear", *none_for), UsagePlanId=usage_plan_id)
    if found is not None:
        return {row["AccessKeyId"]: row for row in found}
    plan = client.describe("DescribeUsagePlan", none_for=none_for, UsagePlanId=usage_plan_id) or {}
    ids = plan.get("BindSecretIds") or []
    if len(set(ids)) != (plan.get("BindSecretIdTotalCount") or 0):
        raise ApiError("DescribeUsagePlan", message="the list of bound access keys contradicts its own count", kind="unclear")
    return {one: {} for one in ids}


def keys_held(client: Client, usage_plan_id: str) -> set[str]:
    """The ids of the access keys bound to a plan that is looked at beside others: one that has gone meanwhile holds none. Raises ApiError."""
    return set(bound_keys(client, usage_plan_id, none_for=("not_found",)))


def bound_whole(client: Client, service_id: str) -> list[dict[str, Any]] | None:
    """The plans that are bound to environments of a service as a whole; None when there is no such service. Raises ApiError."""
    key = ("UsagePlanId", "Environment")
    return client.pages("DescribeServiceUsagePlan", "ServiceUsagePlanList", key, none_for=("not_found",), ServiceId=service_id)


def bound_singly(client: Client, service_id: str) -> list[dict[str, Any]]:
    """The plans that are bound to single APIs of a service, with ApiId; none when there is no such service. Raises ApiError."""
    key = ("UsagePlanId", "Environment", "ApiId")
    return client.pages("DescribeApiUsagePlan", "ApiUsagePlanList", key, none_for=("not_found",), ServiceId=service_id) or []


def plans_on(client: Client, service_id: str) -> list[dict[str, Any]] | None:
    """What is bound to the environments of a service, in both ways; None when there is no such service. Raises ApiError."""
    whole = bound_whole(client, service_id)
    return None if whole is None else whole + bound_singly(client, service_id)


def keys_held_by_rivals(client: Client, usage_plan_id: str) -> dict[str, str]:
    """The access keys that cannot be bound to the plan because of another plan: by id, which and where. Raises ApiError.

    Two plans that share a key cannot both be bound to the same environment of the same service (vendor documents
    628/11815 and 628/11816). Reads what the plan is bound to, the plans of these services, and the keys of those that
    share an environment with it: no other plan can be concerned.
    """
    mine = {tuple(one.split("/")[:2]) for one in bound_environments(client, usage_plan_id)}
    rivals: dict[str, str] = {}
    for service_id in sorted({service for service, _environment in mine}):
        for row in plans_on(client, service_id) or []:
            if row["UsagePlanId"] != usage_plan_id and (service_id, row["Environment"]) in mine:
                rivals.setdefault(row["UsagePlanId"], f"the {row['Environment']} environment of {service_id}")
    found: dict[str, str] = {}
    for rival, keys in zip(sorted(rivals), client.each(keys_held, sorted(rivals))):
        for access_key_id in keys:
            found.setdefault(access_key_id, f"usage plan {rival} holds it and is bound to {rivals[rival]} too")
    return found


def bound_environments(client: Client, usage_plan_id: str) -> list[str]:
    """What the plan is bound to, as service/environment, or service/environment/api for the bindings of single APIs. Raises ApiError."""
    if is_placeholder(usage_plan_id):
        return []
    key = ("ServiceId", "Environment")
    whole = client.pages("DescribeUsagePlanEnvironments", "EnvironmentList", key, UsagePlanId=usage_plan_id, BindType="SERVICE") or []
    return [f"{row['ServiceId']}/{row['Environment']}" for row in whole] + bound_single_apis(client, usage_plan_id)


def bound_single_apis(client: Client, usage_plan_id: str) -> list[str]:
    """The single APIs that the plan is bound to, as service/environment/api. None for a plan that has gone meanwhile. Raises ApiError."""
    key = ("ServiceId", "Environment", "ApiId")
    found = client.pages("DescribeUsagePlanEnvironments", "EnvironmentList", key, none_for=("not_found",), UsagePlanId=usage_plan_id, BindType="API") or []
    return [f"{row['ServiceId']}/{row['Environment']}/{row['ApiId']}" for row in found]


def key_calls(access_key_ids: list[str]) -> list[list[str]]:
    """The keys as lists of what one call of BindSecretIds or UnBindSecretIds takes."""
    return [access_key_ids[start:start + KEYS_IN_A_CALL] for start in range(0, len(access_key_ids), KEYS_IN_A_CALL)]


def environment_fields(ids: list[str]) -> dict[str, Any]:
    """The fields of BindEnvironment and UnBindEnvironment for ids of one environment, as bound_environments() gives them."""
    service_id, environment = ids[0].split("/")[:2]
    api_ids = [one.split("/")[2] for one in ids if one.count("/") == 2]
    return {"ServiceId": service_id, "Environment": environment, **({"BindType": "API", "ApiIds": api_ids} if api_ids else {"BindType": "SERVICE"})}


class UsagePlan:
    """One usage plan, as the set of its fields that are as they are wanted, of itself, and (to delete it) of what is bound to it."""

    add_action = "ModifyUsagePlan"
    remove_action = "DeleteUsagePlan"
    already_codes = frozenset()
    gone_codes = frozenset({"ResourceNotFound.InvalidUsagePlan", "ResourceNotFound.InvalidAccessKeyId"})
    full_codes = frozenset()
    never_again = frozenset({"CreateUsagePlan"})
    remarks = ()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._absent = params["state"] == "absent"
        self._force = params["force"]
        self._given = {field: params[field] for field in FIELDS if params[field] is not None}
        self._id = checked_id("usage_plan_id", params["usage_plan_id"]) if params["usage_plan_id"] is not None else ""
        self._name = named_exactly(params["name"])
        if not self._id and not self._name:
            raise InputError("usage_plan_id or name is needed: the usage plan is the one with this id, else the one with exactly this name.")
        if "name" in self._given:
            if not self._name:
                raise InputError("name is blank: is a variable empty?")
            self._given["name"] = self._name
        check_limits(self._given)
        self.label = f"usage plan {self._id or self._name}"
        self._first: dict[str, Any] | None = None
        self._latest: dict[str, Any] | None = None
        self._bound: list[str] = []
        self._keys: frozenset[str] = frozenset()

    def read(self) -> frozenset[str]:
        plan = self._find()
        if plan is None or not self._absent:
            return self.take(plan)
        return self.take(plan, bound_keys(self._client, plan["usage_plan_id"]), bound_environments(self._client, plan["usage_plan_id"]))

    def take(self, plan: dict[str, Any] | None, keys: Iterable[str] = (), environments: Iterable[str] = ()) -> frozenset[str]:
        """What is there, from what has been read: the plan, and (to delete it) what is bound to it."""
        if plan is None and not self._absent:
            # Reads are late, or somebody has deleted it: the next write is told which. It is never made a second time.
            plan = self._latest
        if plan is not None and self._first is None and self._absent and self._name and plan["name"] not in (None, self._name):
            raise InputError(f"{self.label} has the name {shortened(plan['name'])}, not {self._name}. Nothing was deleted.")
        self._first, self._latest = self._first or plan, plan
        if plan is None:
            return frozenset()
        if self._absent:
            self._id = plan["usage_plan_id"]
            self._keys = self._keys | frozenset(keys)
            self._bound = sorted([*keys, *environments])
            return frozenset({THERE, *self._bound})
        return frozenset({THERE, *(field for field, value in self._given.items() if plan[field] == value)})

    def _find(self) -> dict[str, Any] | None:
        if not self._id:
            found = named(self._client, USAGE_PLAN, [self._name]).get(self._name)
            return found and documented(found)
        if is_placeholder(self._id):
            return foreseen(self._id)
        found = self._client.describe("DescribeUsagePlan", none_for=("not_found",) if self._absent else (), UsagePlanId=self._id)
        return found and documented(found)

    def want(self, current: State) -> State:
        if not self._absent:
            return frozenset({THERE, *self._given})
        # Without force, what is bound to the plan stays, and with it the plan: remove() says so.
        return frozenset() if self._force else (current or frozenset()) - {THERE}

    def split(self, ids: list[str]) -> list[list[str]]:
        if not self._absent:
            return [ids] if ids else []
        keys = [one for one in ids if one in self._keys]
        environments = [[one] for one in ids if one not in self._keys and one != THERE]
        return key_calls(keys) + environments + [[THERE]] * (THERE in ids)

    def add(self, ids: list[str]) -> None:
        # All four fields with their final values, always: whether the API keeps those that are left out is not documented.
        final = {**NEW, **(self._latest or {}), **self._given}
        # A name that the API does not give cannot be sent.
        fields = {spelling: final[field] for field, spelling in FIELDS.items() if final[field] is not None}
        if self._latest is None:
            self._id = self._client.change("CreateUsagePlan", needed=("UsagePlanId",), **fields)["UsagePlanId"]
        else:
            self._client.change(self.add_action, UsagePlanId=self._latest["usage_plan_id"], **fields)

    def owed(self) -> list[str]:
        return []

    def remove(self, ids: list[str]) -> None:
        refusal = self.rehearse(ids, removing=True)
        if refusal is not None:
            raise refusal
        if ids == [THERE]:
            self._client.write(self.remove_action, UsagePlanId=self._id)
        elif ids[0] in self._keys:
            self._client.write("UnBindSecretIds", UsagePlanId=self._id, AccessKeyIds=ids)
        else:
            self._client.write("UnBindEnvironment", UsagePlanIds=[self._id], **environment_fields(ids))

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        return ApiError(self.remove_action, IN_USE) if removing and THERE in ids and self._bound and not self._force else None

    def explain(self, failure: Failure) -> str:
        if failure.removing:
            bound = self._bound if failure.error.code == IN_USE else [one for one in failure.ids if one != THERE]
            return f"Bound to it: {several(bound)}." if bound else "It is still there."
        return ""

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        return []

    def describe(self, state: State) -> dict[str, Any] | None:
        """The plan as it is, or as check mode foresees it; None without one."""
        return self._as_of(state, self._latest)

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {
            "unbound_access_keys": sorted(outcome.removed & self._keys), "unbound_environments": sorted(outcome.removed - self._keys - {THERE}),
        }

    def made(self, outcome: Outcome) -> dict[str, str]:
        return {}

    def render(self, state: State) -> dict[str, Any]:
        shown = self._as_of(state, self._first) or {}
        bound = (state or frozenset()) - {THERE, *FIELDS}
        return {**shown, "bound": sorted(bound)} if bound else shown

    def _as_of(self, state: State, known: dict[str, Any] | None) -> dict[str, Any] | None:
        """The plan with the fields that the state calls as wanted, and else as it was known."""
        if not state or THERE not in state:
            return None
        known = {"usage_plan_id": self._id or placeholder("usage_plan", self._name), **NEW, **(known or {})}
        return {**known, **{field: value for field, value in self._given.items() if field in state}}


def describe_plans(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What usage_plan_info returns. Raises ApiError and InputError."""
    ids = [checked_id("usage_plan_ids", one) for one in params["usage_plan_ids"]]
    real = [one for one in ids if not is_placeholder(one)]
    filters = {"NotServiceId": params["not_service_ids"], "NotApiId": params["not_api_ids"], "Environment": params["environments"]}
    plans = [] if ids and not real else listed(client, most=params["max_results"], UsagePlanId=real, UsagePlanName=params["names"], **filters)
    return {"usage_plan": plans + [foreseen(one) for one in ids if is_placeholder(one)]}
