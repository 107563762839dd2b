# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document that was written of another gateway, less what means nothing here: ids that the server there gave. Makes no call."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several


def carried_over(params: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The options of `access` by names alone, but for keys that come with id and secret; and what is left out for it, as sentences without their ends."""
    left_out: list[str] = []
    keys, names = _named(params["access_keys"], "access_key_id", "access key", lambda entry: entry["access_key_secret"] is not None, left_out)
    plans, _names = _named(params["usage_plans"], "usage_plan_id", "usage plan", lambda entry: False, left_out)
    if plans is not None:
        plans = [_plan(plan, names, left_out) for plan in plans]
    return {**params, "access_keys": keys, "usage_plans": plans}, left_out


def _named(
    entries: list[dict[str, Any]] | None, member: str, what: str, keeps_id: Callable[[dict[str, Any]], bool], left_out: list[str],
) -> tuple[list[dict[str, Any]] | None, dict[str, str | None]]:
    """The entries without ids that mean nothing here; and what each of these ids is called here, None when its entry is left out."""
    if entries is None:
        return None, {}
    times = collections.Counter(entry["name"] or "" for entry in entries)
    carried, names = [], {}
    for entry in entries:
        one, name = (entry[member] or "").strip(), entry["name"] or ""
        if not one or keeps_id(entry):
            carried.append(entry)
            continue
        names[one] = name if name.strip() and times[name] == 1 else None
        if names[one]:
            carried.append({**entry, member: None})
        else:
            left_out.append(f"{what} {name or one} with the id {one}: the id means nothing here, and the name is not the only one of its kind")
    return carried, names


def _plan(plan: dict[str, Any], names: dict[str, str | None], left_out: list[str]) -> dict[str, Any]:
    keys, environments = plan["access_keys"], plan["environments"]
    if keys is not None:
        ids = [key.get("access_key_id") if isinstance(key, dict) else key for key in keys]
        called = [names.get(one, key) if isinstance(one, str) else key for one, key in zip(ids, keys)]
        left_out += [f"access key {one} in usage plan {plan['name']}" for one, name in zip(ids, called) if name is None]
        keys = [name for name in called if name is not None]
    if environments is not None:
        carried = []
        for one in environments:
            what = f"{one['environment']} of {one['service'] or one['service_id']} (usage plan {plan['name']})"
            if one["api_ids"]:
                # Never bound whole instead: that would grant more.
                left_out.append(f"{what}: the ids of single APIs mean nothing here ({several(one['api_ids'])})")
            elif one["service_id"] is not None:
                left_out.append(f"{what}: the id of the service means nothing here")
            else:
                carried.append(one)
        environments = carried
    return {**plan, "access_keys": keys, "environments": environments}
