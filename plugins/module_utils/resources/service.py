# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and their environments: looking them up, and one environment as a resource (ReleaseService, UnReleaseService)."""

from __future__ import annotations

from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import SERVICE, Reference, rows
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State

RELEASED = "released"


def environments_of(client: Client, service_id: str) -> list[dict[str, Any]]:
    """The three environments of a service, each with whether it is released (None: not said) and the version of the release. Raises ApiError."""
    found = client.pages("DescribeServiceEnvironmentList", "EnvironmentList", ("EnvironmentName",), ServiceId=service_id) or []
    return [
        {
            "environment": row["EnvironmentName"], "released": None if row.get("Status") is None else row["Status"] == 1,
            "version": row.get("VersionName") or "", "url": row.get("Url") or "",
        }
        for row in found
    ]


def describe_services(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What service_info returns. Raises ApiError and InputError."""
    filters = {
        "ServiceId": [checked_id("service_ids", one) for one in params["service_ids"]], "ServiceName": params["names"],
        "NotUsagePlanId": [one for one in params["not_usage_plan_ids"] if not is_placeholder(one.strip())],
        "Environment": params["environments"],
    }
    services = [
        {
            "service_id": row["ServiceId"], "name": row.get("ServiceName"), "description": row.get("ServiceDesc") or "",
            "protocol": row.get("Protocol"), "released_environments": sorted(row.get("AvailableEnvironments") or []),
        }
        for row in rows(client, SERVICE, most=params["max_results"], **filters)
    ]
    if params["gather_environments"]:
        gathered = client.each(environments_of, [service["service_id"] for service in services])
        services = [{**service, "environments": environments} for service, environments in zip(services, gathered)]
    return {"service": services}


class ServiceEnvironment:
    """One environment of a service: released, or not."""

    add_action = "ReleaseService"
    remove_action = "UnReleaseService"
    already_codes = frozenset({"FailedOperation.TaskAlreadyExist"})
    gone_codes = frozenset()
    full_codes = frozenset()
    never_again = frozenset()
    remarks = ()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._service = Reference(SERVICE, ("service_id", "service_name"), params)
        self._environment = params["environment"]
        self._released = params["state"] == "released"
        self._description = params["description"]

    @property
    def label(self) -> str:
        return f"the {self._environment} environment of {self._service}"

    def read(self) -> frozenset[str]:
        environments = environments_of(self._client, self._service.find(self._client))
        found = [one["released"] for one in environments if one["environment"] == self._environment]
        # Where the API does not say it, it is not as it is wanted.
        released = not self._released if None in found else True in found
        return frozenset({RELEASED}) if released else frozenset()

    def want(self, current: State) -> State:
        if current is None and not self._released:
            return None
        return frozenset({RELEASED}) if self._released else frozenset()

    def split(self, ids: list[str]) -> list[list[str]]:
        return [ids] if ids else []

    def add(self, ids: list[str]) -> None:
        self._client.change(self.add_action, ServiceId=self._service.id, EnvironmentName=self._environment, ReleaseDesc=self._description)

    def owed(self) -> list[str]:
        return []

    def remove(self, ids: list[str]) -> None:
        self._client.write(self.remove_action, ServiceId=self._service.id, EnvironmentName=self._environment)

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        return None

    def explain(self, failure: Failure) -> str:
        return "Still released." if failure.removing else ""

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        return []

    def describe(self, state: State) -> dict[str, Any]:
        """The `service_environment` of the result."""
        return {"service_id": self._service.id or None, "environment": self._environment, "released": RELEASED in (state or ())}

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {}

    def made(self, outcome: Outcome) -> dict[str, str]:
        return {}

    def render(self, state: State) -> dict[str, Any]:
        return self.describe(state)
