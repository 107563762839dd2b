# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every module shares, and the client that they ask for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleFallbackNotFound
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._credentials import STS_VERSION, assumed, find_credentials, first_set
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Connection
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_header, checked_proxy, checked_url
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._secrets import Secrets
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials


def _from_environment(*names: str) -> str:
    """A fallback of an option: the first of the variables that is set."""
    value = first_set(list(names), os.environ)
    if value is None:
        raise AnsibleFallbackNotFound
    return value


def _protocol_from_environment(*names: str) -> str:
    """As above; the vendor's Terraform provider writes HTTPS."""
    return _from_environment(*names).lower()


# secret_id, secret_key and token have no fallback here: they are only ever taken from one source together (_credentials).
CONNECTION: dict[str, dict[str, Any]] = {
    "secret_id": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "profile": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"])},
    "cam_role_name": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_CAM_ROLE_NAME"])},
    "role_arn": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"])},
    "role_session_name": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME", "TENCENTCLOUD_ROLE_SESSION_NAME"])},
    "role_session_duration": {"type": "int", "fallback": (_from_environment, ["TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"])},
    "role_external_id": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"])},
    "expected_account": {"type": "str"},
    "sts_endpoint": {"type": "str"},
    "region": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_REGION"])},
    "domain": {"type": "str", "default": "intl.tencentcloudapi.com", "fallback": (_from_environment, ["TENCENTCLOUD_DOMAIN"])},
    "protocol": {"type": "str", "default": "https", "choices": ["https", "http"], "fallback": (_protocol_from_environment, ["TENCENTCLOUD_PROTOCOL"])},
    "endpoint": {"type": "str", "fallback": (_from_environment, ["TENCENTCLOUD_APIGATEWAY_ENDPOINT"])},
    "ca_path": {"type": "path"},
    "proxy": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "api_timeout": {"type": "int", "default": 30},
    "api_retries": {"type": "int", "default": 5},
    "wait_timeout": {"type": "int", "default": 60},
    "api_rate": {"type": "int", "default": 19},
    "language": {"type": "str", "default": "en-US", "choices": ["en-US", "zh-CN"]},
}


def cleaned(params: dict[str, Any]) -> dict[str, Any]:
    """The options as given, less blank connection options, and these stripped.

    Before they are parsed, for two reasons: an option that is left out gets its fallback and default, and a secret that
    is stripped later would no longer be masked in what Ansible prints.
    """
    result = {}
    for name, value in params.items():
        if name in CONNECTION:
            value = value.strip() if isinstance(value, str) else value
            if value is None or value == "":
                continue
        result[name] = value
    return result


def connect(
    params: dict[str, Any], environment: Mapping[str, str], secrets: Secrets, make_wait: Callable, clock: Callable, ask: Callable,
) -> tuple[Client, Client, list[str]]:
    """The client that the connection options ask for, one of the security token service for the same caller, and warnings. Raises InputError.

    secrets: gets those that are found or fetched, before they are used.
    No call is made but to the machine's own metadata service, when there are no credentials elsewhere.
    """
    if params["ca_path"] and not os.path.exists(params["ca_path"]):
        raise InputError(f"ca_path {params['ca_path']} does not exist.")
    url = checked_url(params["protocol"], params["domain"], params["endpoint"] or "")
    sts_url = checked_url(params["protocol"], params["domain"], params["sts_endpoint"] or "", service="sts", option="sts_endpoint")
    proxy = checked_proxy(params["proxy"] or "")
    found = find_credentials(params, environment, ask, clock)
    region = params["region"] or found.region
    if not region:
        raise InputError("region is needed: give the option, TENCENTCLOUD_REGION, or a profile that has one.")

    def client(connection: Connection) -> Client:
        wait = make_wait(params["wait_timeout"])
        return Client(connection, timeout=params["api_timeout"], retries=params["api_retries"], wait=wait, rate=params["api_rate"])

    def masked(source: Callable[[], Credentials]) -> Callable[[], Credentials]:
        """The source, whose secrets are known before they are used."""
        def give() -> Credentials:
            credentials = source()
            secrets.add([credentials.secret_key, credentials.token])
            return credentials
        return give

    source, product = masked(found.source), {"service": "sts", "version": STS_VERSION}
    connection = Connection(
        source, checked_header("region", region), url, language=params["language"],
        verify=params["validate_certs"] and (params["ca_path"] or True), clock=clock, proxy=proxy, secrets=secrets,
    )
    role = {**found.role, **{option: params[option] for option in params if option.startswith("role_") and params[option] is not None}}
    if role.get("role_arn"):
        source = masked(assumed(client(connection.of(source, sts_url, **product)), role))
    return client(connection.of(source)), client(connection.of(source, sts_url, **product)), found.warnings
