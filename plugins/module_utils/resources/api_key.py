# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys of a region, as the API describes them."""

from __future__ import annotations

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client


def keys_by_id(client: Client, access_key_ids: list[str]) -> dict[str, dict]:
    """Those of the access keys that exist in the region, by id, less their secrets. Raises ApiError.

    One call when all exist. How many values a filter takes is not documented: when it is refused, or does not find all,
    the whole list is read (four calls at the default quota).
    """
    action, items, key = "DescribeApiKeysStatus", "ApiKeySet", ("AccessKeyId",)
    wanted = [{"Name": "AccessKeyId", "Values": access_key_ids}]
    found = client.pages(action, items, key, none_for=("invalid", "unclear"), Filters=wanted) or []
    if not {row["AccessKeyId"] for row in found}.issuperset(access_key_ids):
        found = client.pages(action, items, key) or []
    return {row["AccessKeyId"]: row for row in found if row["AccessKeyId"] in access_key_ids}
