# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys: looking them up, with their secrets where these are asked for."""

from __future__ import annotations

from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, rows
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder, parsed
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import keys_held
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import listed as listed_plans


def enabled_of(key: dict[str, Any]) -> bool | None:
    """Whether callers can use the key; None where the API does not say."""
    status = key.get("Status")
    return None if status is None else status == 1


def documented(key: dict[str, Any]) -> dict[str, Any]:
    """An access key of any of the API's answers, in the one form that the collection documents; never with its secret."""
    return {
        "access_key_id": key.get("AccessKeyId"), "name": key.get("SecretName"), "type": key.get("AccessKeyType"),
        "enabled": enabled_of(key), "created": key.get("CreatedTime"), "modified": key.get("ModifiedTime"),
    }


def foreseen(access_key_id: str) -> dict[str, Any]:
    """The access key with this placeholder id, as the API would describe it."""
    return {"AccessKeyId": access_key_id, "SecretName": parsed(access_key_id).name, "AccessKeyType": "auto", "Status": 1}


def describe_keys(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What api_key_info returns. Raises ApiError and InputError."""
    ids = [checked_id("access_key_ids", one) for one in params["access_key_ids"]]
    real = [one for one in ids if not is_placeholder(one)]
    found = [] if ids and not real else rows(
        client, ACCESS_KEY, keep_secrets=params["include_secrets"], most=params["max_results"], AccessKeyId=real, SecretName=params["names"],
        NotUsagePlanId=[one for one in params["not_usage_plan_ids"] if not is_placeholder(one.strip())],
        KeyWord=[params["keyword"]] if params["keyword"] else [], Status=[] if params["enabled"] is None else [str(int(params["enabled"]))],
    )
    if params["include_secrets"]:
        found = with_secrets(client, found)
    keys = [
        {**documented(row), **({"access_key_secret": row.get("AccessKeySecret")} if params["include_secrets"] else {})}
        for row in found + [foreseen(one) for one in ids if is_placeholder(one)]
    ]
    if params["gather_usage_plans"]:
        holders = plans_by_key(client)
        keys = [{**key, "usage_plan_ids": holders.get(key["access_key_id"], [])} for key in keys]
    return {"api_key": keys}


def read_singly(client: Client, listed: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The keys of these rows with their secrets, by id, from a call each, several at a time; those that have gone are left out. Raises ApiError."""

    def described(one: Client, row: dict[str, Any]) -> dict[str, Any] | None:
        return one.describe("DescribeApiKey", none_for=("not_found",), keep_secrets=True, AccessKeyId=row["AccessKeyId"])

    return {row["AccessKeyId"]: {**row, "AccessKeySecret": None, **key} for row, key in zip(listed, client.each(described, listed)) if key is not None}


def with_secrets(client: Client, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the secrets that the keys have; those of keys that have gone are left out. Raises ApiError, also for a secret that is not shown.

    Whether the list shows secrets is not documented, and it may show them in part. So one key is read singly, and all of them if that one differs.
    """
    shown = [row for row in listed if row.get("AccessKeySecret")]
    read = read_singly(client, shown[:1])
    believed = [row for row in shown if read and read[shown[0]["AccessKeyId"]].get("AccessKeySecret") == shown[0]["AccessKeySecret"]]
    read = {**{row["AccessKeyId"]: row for row in believed}, **read}
    read.update(read_singly(client, [row for row in listed if row["AccessKeyId"] not in read]))
    hidden = [one for one, row in read.items() if not row.get("AccessKeySecret")]
    if hidden:
        raise ApiError("DescribeApiKey", message=f"the API does not show the secret of access key {hidden[0]}", kind="unclear")
    return [read[row["AccessKeyId"]] for row in listed if row["AccessKeyId"] in read]


def plans_by_key(client: Client) -> dict[str, list[str]]:
    """The ids of the usage plans that hold each key: from the list of plans and one call a plan, for no action tells it. Raises ApiError."""
    holders: dict[str, list[str]] = {}
    plans = [plan["usage_plan_id"] for plan in listed_plans(client)]
    for usage_plan_id, keys in zip(plans, client.each(keys_held, plans)):
        for access_key_id in keys:
            holders.setdefault(access_key_id, []).append(usage_plan_id)
    return {access_key_id: sorted(plans) for access_key_id, plans in holders.items()}
