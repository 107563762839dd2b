# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environments of services that a usage plan is bound to (BindEnvironment, UnBindEnvironment).

An id is service/environment where the plan is bound to the whole environment, and service/environment/api for a single API.
"""

from __future__ import annotations

import itertools
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_ids, refuse_emptying
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import SERVICE, Reference, named, nameless
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State, wanted
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import (
    bound_environments,
    environment_fields,
    keys_held,
    plan_reference,
    plans_on,
)

NO_SERVICE = "ResourceNotFound.InvalidService"
CANNOT = "UnsupportedOperation.UnsupportedBindEnvironment"
# The generic limit of lists in this product's requests.
APIS_IN_A_CALL = 100


def listed(ids: frozenset[str] | list[str]) -> list[dict[str, Any]]:
    """The ids as environments with the APIs that are bound singly, sorted. No APIs means the whole environment."""
    return [
        {"service_id": place[0], "environment": place[1], "api_ids": [one.split("/")[2] for one in together if one.count("/") == 2]}
        for place, together in itertools.groupby(sorted(ids), key=_place)
    ]


def describe_environments(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What usage_plan_environments_info returns. Raises ApiError and InputError."""
    usage_plan_id = plan_reference(params).find(client)
    environments = listed(bound_environments(client, usage_plan_id))
    return {"usage_plan_environments": {"usage_plan_id": usage_plan_id, "environments": environments}}


class UsagePlanEnvironments:
    """The set of environments bound to one usage plan."""

    add_action = "BindEnvironment"
    remove_action = "UnBindEnvironment"
    # No code is documented for a binding that is there already, or gone: these are the two that could carry it.
    already_codes = frozenset({CANNOT})
    gone_codes = frozenset({"UnsupportedOperation.UnsupportedUnBindEnvironment"})
    full_codes = frozenset()
    never_again = frozenset()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._plan = plan_reference(params)
        self._given = [(Reference(SERVICE, ("service_id", "service_name"), given), given) for given in params["environments"]]
        self._environments = _ids_of(self._given)
        self._state = params["state"]
        self._looked_up: dict[tuple[str, ...], tuple[str, str] | None] = {}
        self.remarks: list[str] = []
        refuse_emptying("environments", self._given, params)

    @property
    def label(self) -> str:
        return str(self._plan)

    def read(self) -> frozenset[str]:
        usage_plan_id = self._plan.find(self._client)
        self._look_names_up()
        return self.take(bound_environments(self._client, usage_plan_id))

    def _look_names_up(self) -> None:
        """Put the ids in the place of the services' names, once. A service that is to be unbound from need not exist."""
        names = sorted({service.name for service, _given in self._given if not service.id})
        found = named(self._client, SERVICE, names)
        missing = [name for name in names if name not in found]
        if missing and self._state != "absent":
            raise ApiError(SERVICE.action, message=nameless(SERVICE, missing), kind="not_found")
        self.remarks += [f"N{nameless(SERVICE, missing)[1:]}; nothing was unbound for it. Check for typing errors."] if missing else []
        for service, _given in self._given:
            service.id = service.id or found.get(service.name, {}).get(SERVICE.id, "")
        self._environments = _ids_of([(service, given) for service, given in self._given if service.id])

    def take(self, environments: list[str]) -> frozenset[str]:
        """What is there, from what has been read of the environments that are bound."""
        return frozenset(environments)

    def want(self, current: State) -> State:
        return wanted(self._state, self._environments, current)

    def split(self, ids: list[str]) -> list[list[str]]:
        calls = []
        for _call, together in itertools.groupby(sorted(ids), key=lambda one: (_place(one), one.count("/"))):
            same = list(together)
            calls += [same[start:start + APIS_IN_A_CALL] for start in range(0, len(same), APIS_IN_A_CALL)]
        return calls

    def add(self, ids: list[str]) -> None:
        self._client.write(self.add_action, UsagePlanIds=[self._plan.id], **environment_fields(ids))

    def owed(self) -> list[str]:
        return []

    def remove(self, ids: list[str]) -> None:
        self._client.write(self.remove_action, UsagePlanIds=[self._plan.id], **environment_fields(ids))

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        obstacle = None if removing else self._obstacle(ids)
        return obstacle and ApiError(self.add_action, obstacle[0])

    def explain(self, failure: Failure) -> str:
        if failure.removing:
            return f"Still bound: {several(failure.ids)}."
        obstacle = self._obstacle(failure.ids) if failure.error.code in (CANNOT, NO_SERVICE) else None
        return f"{several(failure.ids)}: {obstacle[1]}." if obstacle else ""

    def _obstacle(self, ids: list[str]) -> tuple[str, str] | None:
        """By reading only: the code that binding the ids of one call would meet, and why; None without one. Read once in a run."""
        if tuple(ids) not in self._looked_up:
            self._looked_up[tuple(ids)] = self._look_for_obstacle(*_place(ids[0]), single=ids[0].count("/") == 2)
        return self._looked_up[tuple(ids)]

    def _look_for_obstacle(self, service_id: str, environment: str, *, single: bool) -> tuple[str, str] | None:
        rows = plans_on(self._client, service_id)
        if rows is None:
            return NO_SERVICE, "there is no such service in this region"
        otherwise = sorted({row["UsagePlanId"] for row in rows if bool(row.get("ApiId")) != single})
        if otherwise:
            kinds = ("whole environments", "single APIs")[::-1 if single else 1]
            return CANNOT, (
                f"{several(otherwise)} has bindings of {kinds[1]} in the service, and they do not mix with those of {kinds[0]}; "
                "DemoteServiceUsagePlan makes bindings of single APIs out of one of a whole environment"
            )
        rivals = sorted({row["UsagePlanId"] for row in rows if row["Environment"] == environment} - {self._plan.id})
        mine = keys_held(self._client, self._plan.id) if rivals else set()
        for rival, keys in zip(rivals, self._client.each(keys_held, rivals if mine else [])):
            shared = sorted(mine & keys)
            if shared:
                return CANNOT, f"usage plan {rival} is bound to it too and shares {several(shared)}"
        return None

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        single = sorted(one for one in after - before if one.count("/") == 2)
        return [f"Not predicted whether these APIs exist: {several(single)}."] if single else []

    def describe(self, state: State) -> dict[str, Any]:
        """The `usage_plan_environments` of the result."""
        return {"usage_plan_id": self._plan.id or None, "environments": listed(state or frozenset())}

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {"bound": sorted(outcome.added), "unbound": sorted(outcome.removed)}

    def made(self, outcome: Outcome) -> dict[str, str]:
        return {}

    def render(self, state: State) -> dict[str, Any]:
        """The plan as a diff shows it."""
        return {"usage_plan_id": self._plan.id or None, "environments": sorted(state or ())}


def _ids_of(environments: list[tuple[Reference, dict[str, Any]]]) -> frozenset[str]:
    """The ids of the entries of the option environments; names stand for themselves until they are looked up. Raises InputError."""
    ids = {one for service, given in environments for one in environment_ids(service.id or service.name.replace("/", " "), given)}
    refuse_mixed(ids)
    return frozenset(ids)


def refuse_mixed(ids: set[str]) -> None:
    """Raises InputError when whole environments and single APIs of a service are among the ids."""
    kinds = {(one.split("/")[0], one.count("/")) for one in ids}
    mixed = sorted({service for service, _level in kinds if len({level for other, level in kinds if other == service}) > 1})
    if mixed:
        raise InputError(f"{several(mixed)}: bindings of whole environments and of single APIs do not mix in a service. Give api_ids with all or none.")


def environment_ids(service_id: str, given: dict[str, Any]) -> list[str]:
    """The ids of one environment of a service, as an option gives it. Raises InputError."""
    place = f"{_without_slash('service_id', service_id)}/{given['environment']}"
    if given["api_ids"] is None:
        return [place]
    if not given["api_ids"]:
        raise InputError(f"{place}: api_ids is empty. Leave it out to mean the whole environment.")
    return [f"{place}/{_without_slash('api_ids', one)}" for one in checked_ids("api_ids", given["api_ids"])]


def _without_slash(option: str, value: str) -> str:
    """A value that can stand between slashes. Raises InputError."""
    if "/" in value:
        raise InputError(f"{option}: {value!r} has a slash inside, which no id of the server's has.")
    return value


def _place(one: str) -> tuple[str, str]:
    service_id, environment = one.split("/")[:2]
    return service_id, environment
