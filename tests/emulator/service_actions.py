# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and the release of their environments. Services exist by seeding only."""

from __future__ import annotations

from .caller import Caller
from .environment_actions import ENVIRONMENTS
from .signature import Refused
from .state import Service, new_version


class ServiceActions(Caller):
    def ReleaseService(self, ServiceId: str, EnvironmentName: str, ReleaseDesc: str, ApiIds: list[str] = ()) -> dict:
        service = self._service(ServiceId, EnvironmentName)
        version = new_version(self.state.clock())
        service.release(EnvironmentName, version, self.state.clock() + self.lag)
        return {"ReleaseDesc": ReleaseDesc, "ReleaseVersion": version}

    def UnReleaseService(self, ServiceId: str, EnvironmentName: str, ApiIds: list[str] = ()) -> bool:
        # Inferred: of an environment that is not released it does nothing, for the vendor's Terraform provider calls it for all three.
        self._service(ServiceId, EnvironmentName).release(EnvironmentName, "", self.state.clock() + self.lag)
        return True

    def DescribeServiceEnvironmentList(self, ServiceId: str, Limit: int = 20, Offset: int = 0) -> dict:
        released = self._service(ServiceId, "test").visible_environments(self.state.clock())
        rows = [
            {
                "EnvironmentName": environment, "Url": f"{ServiceId}.example.com/{environment}", "Status": int(environment in released),
                "VersionName": released.get(environment, ""),
            }
            for environment in ENVIRONMENTS
        ]
        return self._page("EnvironmentList", rows, Limit, Offset)

    def DescribeServicesStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        names = ("ServiceId", "ServiceName", "NotUsagePlanId", "Environment", "IpVersion", "InstanceId", "NetType", "EIAMAppId")
        wanted = self._filters(Filters, names)
        rows = [
            {
                "ServiceId": service.service_id, "ServiceName": service.name, "ServiceDesc": None, "Protocol": "http&https",
                "AvailableEnvironments": sorted(service.visible_environments(self.state.clock())), "CreatedTime": service.created,
                "ModifiedTime": service.modified,
            }
            for service in self.place.services.values()
            if self._service_fits(service, wanted)
        ]
        return self._page("ServiceSet", rows, Limit, Offset)

    def _service(self, service_id: str, environment: str) -> Service:
        if environment not in ENVIRONMENTS:
            raise Refused("InvalidParameter.FormatError")
        if service_id not in self.place.services:
            raise Refused("ResourceNotFound.InvalidService")
        return self.place.services[service_id]

    def _service_fits(self, service: Service, wanted: list[tuple[str, list[str]]]) -> bool:
        tests = {
            "ServiceId": lambda values: service.service_id in values,
            "ServiceName": lambda values: self._named(service.name, values),
            "NotUsagePlanId": lambda values: not any(bound[0] == service.service_id for value in values for bound in self._plan(value).environments),
            "Environment": lambda values: bool(set(service.environments) & set(values)),
        }
        # The filters that concern what is not emulated let everything pass.
        return all(tests[name](values) for name, values in wanted if name in tests)
