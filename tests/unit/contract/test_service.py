# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""service_environment, and service_info, which is its twin."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable

RELEASE, UNRELEASE = "ReleaseService", "UnReleaseService"
SERVICES = {
    "services": [{"service_id": "service-1", "name": "shop", "environments": ["release"]}, {"service_id": "service-2", "name": "mail"}],
    "bindings": [{"usage_plan_id": PLAN, "environments": [{"service_id": "service-1", "environment": "release"}]}],
}


@pytest.fixture
def gateway():
    with Gateway(others=SERVICES) as one:
        yield one


def both(gateway, **options):
    """The real run's result, once it is known to be what check mode foretold."""
    before = gateway.emulator.state()
    predicted = gateway.run("service_environment", check_mode=True, **options)
    assert gateway.emulator.state() == before
    result = gateway.run("service_environment", **options)
    assert comparable(predicted) == comparable(result)
    return result


def released(gateway, service_id="service-1"):
    services = {service["service_id"]: service for service in gateway.emulator.state()["ap-guangzhou"]["services"]}
    return sorted(services[service_id]["environments"])


@pytest.mark.parametrize("lag", [0, 2])
@pytest.mark.parametrize(
    ("environment", "state", "writes", "then"),
    [
        ("test", "released", [RELEASE], ["release", "test"]), ("release", "released", [], ["release"]), ("release", "unreleased", [UNRELEASE], []),
        ("prepub", "unreleased", [], ["release"]),
    ],
)
def test_an_environment_is_released_and_taken_back_only_when_it_is_not(gateway, lag, environment, state, writes, then):
    gateway.emulator.seed({"switches": {"lag": lag}})
    result = both(gateway, service_id="service-1", environment=environment, state=state)
    assert [call["action"] for call in result["api_calls"] if not call["action"].startswith("Describe")] == writes
    assert result["service_environment"] == {"service_id": "service-1", "environment": environment, "released": state == "released"}
    assert (result["changed"], released(gateway)) == (bool(writes), then)


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "reset"}, {"kind": "garble", "how": "null_result"}, {"kind": "refuse", "code": "InternalError"}])
@pytest.mark.parametrize(("action", "environment", "state"), [(RELEASE, "test", "released"), (UNRELEASE, "release", "unreleased")])
def test_a_write_without_an_answer_is_settled_by_reading(gateway, fault, action, environment, state):
    gateway.emulator.faults([{"action": action, **fault}])
    result = gateway.run("service_environment", service_id="service-1", environment=environment, state=state)
    assert not result.get("failed"), result["msg"]
    assert result["changed"]
    assert (environment in released(gateway)) == (state == "released")


def test_a_service_that_does_not_exist(gateway):
    assert_failed(both(gateway, service_id="service-9", environment="test"), "ResourceNotFound.InvalidService", "service-9")
    gone = both(gateway, service_id="service-9", environment="test", state="unreleased")
    assert (gone["changed"], "service-9" in gone["warnings"][0]) == (False, True)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["mail", "shop"]), ({"names": ["shop"]}, ["shop"]), ({"names": ["sho"]}, []), ({"service_ids": ["service-2", "service-9"]}, ["mail"]),
        ({"environments": ["release"]}, ["shop"]), ({"not_usage_plan_ids": [PLAN]}, ["mail"]),
    ],
)
@pytest.mark.parametrize("name_filter", ["exact", "fuzzy"])
def test_services_are_listed_and_filtered(gateway, options, names, name_filter):
    gateway.emulator.seed({"switches": {"name_filter": name_filter}})
    assert [service["name"] for service in gateway.run("service_info", **options)["service"]] == names


def test_services_are_listed_with_their_environments(gateway):
    shop = gateway.run("service_info", names=["shop"], gather_environments=True)["service"][0]
    assert shop["released_environments"] == ["release"]
    assert [(one["environment"], one["released"], bool(one["version"])) for one in shop["environments"]] == [
        ("test", False, False), ("prepub", False, False), ("release", True, True),
    ]
