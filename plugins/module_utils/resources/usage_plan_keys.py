# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access keys bound to a usage plan (BindSecretIds, UnBindSecretIds)."""

from __future__ import annotations

from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id, checked_ids, refuse_emptying
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State, wanted
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.api_key import keys_by_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import bound_keys, key_calls, keys_held_by_rivals

DEFAULT_QUOTA = 50
MISSING = "ResourceNotFound.InvalidAccessKeyId"
DISABLED = "UnsupportedOperation.InvalidStatus"
CONFLICT = "UnsupportedOperation.UnsupportedBindApiKey"


def describe_keys(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What usage_plan_keys_info returns. Raises ApiError."""
    usage_plan_id = checked_plan_id(params["usage_plan_id"])
    keys = bound_keys(client, usage_plan_id)
    return {
        "usage_plan_keys": {
            "usage_plan_id": usage_plan_id,
            "access_key_ids": sorted(keys),
            "access_keys": [
                {"access_key_id": one, "name": keys[one].get("SecretName"), "enabled": _enabled(keys[one])} for one in sorted(keys)
            ],
        }
    }


def checked_plan_id(value: str) -> str:
    """A usage plan's id, stripped. Raises InputError; also for an access key's id, the usual mix-up."""
    usage_plan_id = checked_id("usage_plan_id", value)
    if usage_plan_id.startswith("AKID"):
        raise InputError(f"usage_plan_id {usage_plan_id} looks like an access key's id: are usage_plan_id and access_key_ids swapped?")
    return usage_plan_id


class UsagePlanKeys:
    """The set of access keys bound to one usage plan."""

    add_action = "BindSecretIds"
    remove_action = "UnBindSecretIds"
    # Both carry the same text; see docs/api.md on which means what.
    already_codes = frozenset({"UnsupportedOperation.AlreadyBindUsagePlan", CONFLICT})
    gone_codes = frozenset({MISSING})
    full_codes = frozenset({"LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"})
    never_again = frozenset()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._usage_plan_id = checked_plan_id(params["usage_plan_id"])
        self._keys = frozenset(checked_ids("access_key_ids", params["access_key_ids"]))
        self._state = params["state"]
        self._names: dict[str, str] | None = None
        self._rivals: dict[str, str] | None = None
        self._looked_up: tuple[list[str], dict[str, dict]] | None = None
        self.label = f"usage plan {self._usage_plan_id}"
        refuse_emptying("access_key_ids", params)

    def read(self) -> frozenset[str]:
        keys = bound_keys(self._client, self._usage_plan_id)
        if self._names is None:
            self._names = {one: row["SecretName"] for one, row in keys.items() if row.get("SecretName")}
        return frozenset(keys)

    def want(self, current: State) -> State:
        return wanted(self._state, self._keys, current)

    def split(self, ids: list[str]) -> list[list[str]]:
        return key_calls(ids)

    def add(self, ids: list[str]) -> None:
        self._client.write(self.add_action, UsagePlanId=self._usage_plan_id, AccessKeyIds=ids)

    def remove(self, ids: list[str]) -> None:
        self._client.write(self.remove_action, UsagePlanId=self._usage_plan_id, AccessKeyIds=ids)

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        if removing:
            return None
        keys = self._look_up(ids)
        if set(ids) - set(keys):
            return ApiError(self.add_action, MISSING)
        if any(_enabled(row) is False for row in keys.values()):
            return ApiError(self.add_action, DISABLED)
        if self._held_by_rivals(ids):
            return ApiError(self.add_action, CONFLICT)
        return None

    def explain(self, failure: Failure) -> str:
        if failure.removing:
            return f"Still bound: {', '.join(failure.ids)}."
        faults: dict[str, str] = {}
        if failure.error.code in (MISSING, DISABLED):
            keys = self._look_up(failure.ids)
            faults = {one: "does not exist" for one in failure.ids if one not in keys}
            faults.update((one, "is disabled") for one, row in keys.items() if _enabled(row) is False)
        elif failure.error.code in self.already_codes:
            faults = {one: f"conflicts: {why}" for one, why in self._held_by_rivals(failure.ids).items()}
        return "; ".join(f"{one} {faults[one]}" for one in sorted(faults)) + "." if faults else ""

    def _look_up(self, ids: list[str]) -> dict[str, dict]:
        """Those of the keys that exist. What a prediction has just read is not read again to explain it."""
        if self._looked_up is None or self._looked_up[0] != ids:
            self._looked_up = (ids, keys_by_id(self._client, ids))
        return self._looked_up[1]

    def _held_by_rivals(self, ids: list[str]) -> dict[str, str]:
        """Those of the keys that another plan keeps from being bound here, and how. Read once in a run."""
        if self._rivals is None:
            self._rivals = keys_held_by_rivals(self._client, self._usage_plan_id)
        return {one: self._rivals[one] for one in ids if one in self._rivals}

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        if len(before | after) <= DEFAULT_QUOTA or not after - before:
            return []
        what = f"{self.label} would hold {len(before | after)} access keys; the default quota is {DEFAULT_QUOTA}, and yours cannot be read."
        return [f"{what} Old keys may be unbound first." if before - after else what]

    def describe(self, state: State) -> dict[str, Any]:
        """The `usage_plan_keys` of the result."""
        return {"usage_plan_id": self._usage_plan_id, "access_key_ids": sorted(state or ())}

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {"bound": sorted(outcome.added), "unbound": sorted(outcome.removed)}

    def made(self, outcome: Outcome) -> dict[str, str]:
        return {}

    def render(self, state: State) -> dict[str, Any]:
        """The plan as a diff shows it."""
        names = self._names or {}
        return {
            "usage_plan_id": self._usage_plan_id,
            "access_keys": [f"{one} ({names[one]})" if one in names else one for one in sorted(state or ())],
        }


def _enabled(key: dict[str, Any]) -> bool | None:
    """Status 1 is enabled and 0 disabled; None when the API did not say."""
    status = key.get("Status")
    return None if status is None else status == 1
