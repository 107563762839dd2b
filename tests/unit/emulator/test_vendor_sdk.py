# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK drives every action of the emulator: the proof that it is faithful."""

from __future__ import annotations

import warnings

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.emulator.actions import Actions
from tencentcloud.apigateway.v20180808 import apigateway_client, models
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

PLAN, SERVICE = "usagePlan-sdk00001", "service-sdk00001"
SEED = {
    "usage_plans": [
        {"usage_plan_id": PLAN, "name": "gold", "description": "Partners", "max_requests_per_second": 100},
        {"usage_plan_id": "usagePlan-sdk00002", "name": "silver"}, {"usage_plan_id": "usagePlan-sdk00003", "name": "unused"},
    ],
    "access_keys": [
        {"access_key_id": "a", "name": "partner-a", "secret": "KEYSECRETA"}, {"access_key_id": "b", "name": "partner-b", "enabled": False, "type": "manual"},
        {"access_key_id": "c", "name": "partner-c"},
    ],
    "services": [
        {"service_id": SERVICE, "name": "shop", "environments": ["release"], "api_ids": ["api-1"]}, {"service_id": "service-sdk00002", "name": "mail"},
    ],
    "bindings": [
        {"usage_plan_id": PLAN, "access_key_ids": ["a"], "environments": [{"service_id": SERVICE, "environment": "release"}]},
        {"usage_plan_id": "usagePlan-sdk00002", "environments": [{"service_id": SERVICE, "environment": "test", "api_ids": ["api-1"]}]},
    ],
}

# action -> the request's fields, and what the answer's Result must be, member by member.
DRIVEN = {
    "BindSecretIds": ({"UsagePlanId": PLAN, "AccessKeyIds": ["c"]}, True),
    "UnBindSecretIds": ({"UsagePlanId": PLAN, "AccessKeyIds": ["a"]}, True),
    "DescribeUsagePlanSecretIds": (
        {"UsagePlanId": PLAN, "Limit": 100, "Offset": 0},
        {"TotalCount": 1, "AccessKeyList": [{"AccessKeyId": "a", "SecretName": "partner-a", "Status": 1}]},
    ),
    "CreateUsagePlan": (
        {"UsagePlanName": "bronze", "MaxRequestNum": 7},
        {
            "UsagePlanName": "bronze", "UsagePlanDesc": None, "MaxRequestNum": 7, "MaxRequestNumPreSec": None, "BindSecretIdTotalCount": 0,
            "BindSecretIds": None,
        },
    ),
    "ModifyUsagePlan": (
        {"UsagePlanId": PLAN, "UsagePlanDesc": "", "MaxRequestNumPreSec": -1},
        {"UsagePlanName": "gold", "UsagePlanDesc": None, "MaxRequestNumPreSec": None, "BindSecretIdTotalCount": None, "BindSecretIds": None},
    ),
    "DeleteUsagePlan": ({"UsagePlanId": "usagePlan-sdk00003"}, True),
    "BindEnvironment": ({"BindType": "SERVICE", "UsagePlanIds": [PLAN], "Environment": "prepub", "ServiceId": "service-sdk00002"}, True),
    "UnBindEnvironment": ({"BindType": "SERVICE", "UsagePlanIds": [PLAN], "Environment": "release", "ServiceId": SERVICE}, True),
    "DescribeUsagePlan": (
        {"UsagePlanId": PLAN},
        {
            "UsagePlanName": "gold", "UsagePlanDesc": "Partners", "MaxRequestNumPreSec": 100, "MaxRequestNum": None, "BindSecretIdTotalCount": 1,
            "BindSecretIds": ["a"], "BindEnvironmentTotalCount": 1, "BindEnvironments": [{"EnvironmentName": "release", "ServiceId": SERVICE}],
        },
    ),
    "DescribeUsagePlansStatus": (
        {"Filters": [{"Name": "UsagePlanName", "Values": ["silver"]}]},
        {"TotalCount": 1, "UsagePlanStatusSet": [{"UsagePlanId": "usagePlan-sdk00002", "UsagePlanDesc": "", "MaxRequestNum": -1, "MaxRequestNumPreSec": -1}]},
    ),
    "DescribeUsagePlanEnvironments": (
        {"UsagePlanId": PLAN, "BindType": "SERVICE"},
        {"TotalCount": 1, "EnvironmentList": [{"ServiceId": SERVICE, "ServiceName": "shop", "Environment": "release", "ApiId": None}]},
    ),
    "DescribeServiceUsagePlan": (
        {"ServiceId": SERVICE}, {"TotalCount": 1, "ServiceUsagePlanList": [{"UsagePlanId": PLAN, "Environment": "release", "ApiId": None}]},
    ),
    "DescribeApiUsagePlan": (
        {"ServiceId": SERVICE}, {"TotalCount": 1, "ApiUsagePlanList": [{"UsagePlanId": "usagePlan-sdk00002", "Environment": "test", "ApiId": "api-1"}]},
    ),
    "ReleaseService": ({"ServiceId": SERVICE, "EnvironmentName": "test", "ReleaseDesc": "first"}, {"ReleaseDesc": "first"}),
    "UnReleaseService": ({"ServiceId": SERVICE, "EnvironmentName": "release"}, True),
    "DescribeServiceEnvironmentList": (
        {"ServiceId": SERVICE},
        {
            "TotalCount": 3, "EnvironmentList": [
                {"EnvironmentName": "test", "Status": 0, "VersionName": ""}, {"EnvironmentName": "prepub", "Status": 0},
                {"EnvironmentName": "release", "Status": 1},
            ],
        },
    ),
    "DescribeServicesStatus": (
        {"Filters": [{"Name": "Environment", "Values": ["release"]}]},
        {"TotalCount": 1, "ServiceSet": [{"ServiceId": SERVICE, "ServiceName": "shop", "AvailableEnvironments": ["release"]}]},
    ),
    "CreateApiKey": (
        {"SecretName": "partner-d", "AccessKeyType": "manual", "AccessKeyId": "legacy-client", "AccessKeySecret": "0123456789"},
        {"AccessKeyId": "legacy-client", "AccessKeySecret": "0123456789", "AccessKeyType": "manual", "SecretName": "partner-d", "Status": 1},
    ),
    "UpdateApiKey": ({"AccessKeyId": "a", "AccessKeySecret": "9876543210"}, {"AccessKeyId": "a", "AccessKeySecret": "9876543210", "SecretName": "partner-a"}),
    "EnableApiKey": ({"AccessKeyId": "b"}, True),
    "DisableApiKey": ({"AccessKeyId": "a"}, True),
    "DeleteApiKey": ({"AccessKeyId": "b"}, True),
    "DescribeApiKey": ({"AccessKeyId": "a"}, {"AccessKeyId": "a", "AccessKeySecret": "KEYSECRETA", "AccessKeyType": "auto", "Status": 1}),
    "DescribeApiKeysStatus": (
        {"Filters": [{"Name": "Status", "Values": ["0"]}], "Limit": 100},
        {"TotalCount": 1, "ApiKeySet": [{"AccessKeyId": "b", "SecretName": "partner-b", "AccessKeyType": "manual", "Status": 0}]},
    ),
}


@pytest.fixture
def emulator():
    with Emulator(SEED) as one:
        yield one


def drive(emulator, action, fields, *, key="SECRETEXAMPLE", region="ap-guangzhou", language="en-US", method="POST"):
    """The SDK's answer as plain JSON."""
    http = HttpProfile(protocol="http", endpoint=emulator.url.partition("//")[2], reqMethod=method)
    sdk = apigateway_client.ApigatewayClient(credential.Credential("AKIDEXAMPLE", key), region, ClientProfile(httpProfile=http, language=language))
    request = getattr(models, f"{action}Request")()
    request._deserialize(fields)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return plain(getattr(sdk, action)(request))


def plain(value):
    if isinstance(value, list):
        return [plain(one) for one in value]
    return {name.lstrip("_"): plain(one) for name, one in vars(value).items()} if hasattr(value, "_serialize") else value


def assert_holds(answer, expected):
    """The members that are expected are there; others may be."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert_holds(answer[name], value)
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        assert len(answer) == len(expected)
        for one, value in zip(answer, expected):
            assert_holds(one, value)
    else:
        assert answer == expected


def test_every_action_is_driven():
    assert set(DRIVEN) == set(Actions.names())


@pytest.mark.parametrize("action", sorted(DRIVEN))
def test_the_sdk_drives(emulator, action):
    fields, expected = DRIVEN[action]
    answer = drive(emulator, action, fields)
    assert_holds(answer["Result"], expected)
    assert answer["RequestId"] == emulator.calls()[0]["request_id"]


@pytest.mark.parametrize("action", sorted(DRIVEN))
def test_the_answer_has_exactly_the_members_that_the_sdk_knows(emulator, action):
    """The SDK warns of members that its models lack, and leaves out none of ours."""
    http = HttpProfile(protocol="http", endpoint=emulator.url.partition("//")[2])
    sdk = apigateway_client.ApigatewayClient(credential.Credential("AKIDEXAMPLE", "SECRETEXAMPLE"), "ap-guangzhou", ClientProfile(httpProfile=http))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(sdk, action)(_request(action))
    assert not [warning for warning in caught if "fields are useless" in str(warning.message)]


def _request(action):
    request = getattr(models, f"{action}Request")()
    request._deserialize(DRIVEN[action][0])
    return request


@pytest.mark.parametrize(
    ("action", "fields", "code"),
    [
        ("BindSecretIds", {"UsagePlanId": "usagePlan-missing", "AccessKeyIds": ["a"]}, "ResourceNotFound.InvalidUsagePlan"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": ["missing"]}, "ResourceNotFound.InvalidAccessKeyId"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": ["b"]}, "UnsupportedOperation.InvalidStatus"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": ["a"]}, "UnsupportedOperation.AlreadyBindUsagePlan"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": []}, "InvalidParameterValue.InvalidAccessKeyIds"),
        ("BindSecretIds", {"UsagePlanId": PLAN}, "MissingParameter"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": "a"}, "InvalidParameter"),
        ("BindSecretIds", {"UsagePlanId": 7, "AccessKeyIds": ["a"]}, "InvalidParameter"),
        ("BindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": [1]}, "InvalidParameter"),
        ("UnBindSecretIds", {"UsagePlanId": PLAN, "AccessKeyIds": ["missing"]}, "ResourceNotFound.InvalidAccessKeyId"),
        ("DescribeUsagePlanSecretIds", {"UsagePlanId": PLAN, "Limit": "100"}, "InvalidParameter"),
        ("DescribeUsagePlanSecretIds", {"UsagePlanId": PLAN, "Limit": True}, "InvalidParameter"),
        ("DescribeUsagePlanSecretIds", {"UsagePlanId": PLAN, "Limit": 101}, "InvalidParameterValue"),
        ("CreateUsagePlan", {"UsagePlanName": ""}, "InvalidParameter.FormatError"),
        ("CreateUsagePlan", {"UsagePlanName": "x", "MaxRequestNum": 0}, "InvalidParameterValue.InvalidMaxRequestNum"),
        ("ModifyUsagePlan", {"UsagePlanId": PLAN, "MaxRequestNumPreSec": 2001}, "InvalidParameterValue.InvalidMaxRequestNum"),
        ("DeleteUsagePlan", {"UsagePlanId": PLAN}, "UnsupportedOperation.UsagePlanInUse"),
        ("BindEnvironment", {"BindType": "API", "UsagePlanIds": [PLAN], "Environment": "test", "ServiceId": SERVICE, "ApiIds": ["x"]},
         "InvalidParameterValue.InvalidApiIds"),
        ("BindEnvironment", {"BindType": "SERVICE", "UsagePlanIds": [PLAN], "Environment": "test", "ServiceId": SERVICE},
         "UnsupportedOperation.UnsupportedBindEnvironment"),
        ("BindEnvironment", {"BindType": "SERVICE", "UsagePlanIds": [PLAN], "Environment": "test", "ServiceId": "x"}, "ResourceNotFound.InvalidService"),
        ("BindEnvironment", {"BindType": "SERVICE", "UsagePlanIds": ["x"], "Environment": "test", "ServiceId": SERVICE}, "ResourceNotFound.InvalidUsagePlan"),
        ("UnBindEnvironment", {"BindType": "SERVICE", "UsagePlanIds": [PLAN], "Environment": "night", "ServiceId": SERVICE}, "InvalidParameter.FormatError"),
        ("ReleaseService", {"ServiceId": SERVICE, "EnvironmentName": "night", "ReleaseDesc": "x"}, "InvalidParameter.FormatError"),
        ("ReleaseService", {"ServiceId": SERVICE, "EnvironmentName": "test"}, "MissingParameter"),
        ("UnReleaseService", {"ServiceId": "service-missing", "EnvironmentName": "test"}, "ResourceNotFound.InvalidService"),
        ("CreateApiKey", {"SecretName": "x", "AccessKeyType": "manual", "AccessKeyId": "a"}, "InvalidParameter.FormatError"),
        ("UpdateApiKey", {"AccessKeyId": "b"}, "UnsupportedOperation.UnsupportedUpdateApiKey"),
        ("DeleteApiKey", {"AccessKeyId": "a"}, "UnsupportedOperation.InvalidStatus"),
        ("EnableApiKey", {"AccessKeyId": "missing"}, "ResourceNotFound.InvalidAccessKeyId"),
        ("DescribeApiKey", {"AccessKeyId": "missing"}, "ResourceNotFound.InvalidAccessKeyId"),
        ("DescribeApiKeysStatus", {"Filters": [{"Name": "Colour", "Values": ["x"]}]}, "InvalidParameterValue.InvalidFilterNotSupportedName"),
        ("DescribeServiceUsagePlan", {"ServiceId": "service-missing"}, "ResourceNotFound.InvalidService"),
    ],
)
def test_the_sdk_is_refused_with_the_documented_code(emulator, action, fields, code):
    with pytest.raises(TencentCloudSDKException) as caught:
        drive(emulator, action, fields)
    assert caught.value.get_code() == code
    assert caught.value.get_request_id() == emulator.calls()[0]["request_id"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"key": "wrong"}, "AuthFailure.SignatureFailure"), ({"region": "nowhere"}, "InvalidParameterValue.InvalidRegion"),
        ({"region": None}, "MissingParameter"), ({"method": "GET"}, "UnsupportedProtocol"),
    ],
)
def test_a_wrong_caller_is_refused(emulator, options, code):
    with pytest.raises(TencentCloudSDKException) as caught:
        drive(emulator, "DescribeUsagePlan", {"UsagePlanId": PLAN}, **options)
    assert caught.value.get_code() == code


def test_the_messages_language_is_the_callers(emulator):
    messages = set()
    for language in ("en-US", "zh-CN"):
        with pytest.raises(TencentCloudSDKException) as caught:
            drive(emulator, "DescribeUsagePlan", {"UsagePlanId": "missing"}, language=language)
        messages.add(caught.value.get_message())
    assert len(messages) == 2
