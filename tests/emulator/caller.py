# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions share: who calls where, how things are found, and the form that a request must have."""

from __future__ import annotations

import inspect
import typing
from typing import Any, List, Union

from .signature import Refused
from .state import AccessKey, Region, State, UsagePlan

NO_KEY = "ResourceNotFound.InvalidAccessKeyId"


class Caller:
    """One caller in one region. lag: seconds by which what this call changes is seen late."""

    def __init__(self, state: State, place: Region, lag: float) -> None:
        self.state = state
        self.place = place
        self.lag = lag
        self.switches = state.switches

    def _plan(self, usage_plan_id: str) -> UsagePlan:
        if usage_plan_id not in self.place.usage_plans:
            raise Refused("ResourceNotFound.InvalidUsagePlan")
        return self.place.usage_plans[usage_plan_id]

    def _key(self, access_key_id: str) -> AccessKey | None:
        places = [self.place] if self.switches["keys_are_regional"] else self.state.regions.values()
        return next((place.access_keys[access_key_id] for place in places if access_key_id in place.access_keys), None)

    def _filters(self, filters: list[dict], names: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        """(name, values) of each filter. Different filters are and-ed, the values of one are or-ed."""
        result = []
        for one in filters:
            if set(one) != {"Name", "Values"} or not _is_a(one["Name"], str) or not _is_a(one["Values"], List[str]):
                raise Refused("InvalidParameter")  # assumed to be this code
            if one["Name"] not in names:
                raise Refused("InvalidParameterValue.InvalidFilterNotSupportedName")
            values, limit = one["Values"], self.switches["filter_values_limit"]
            if limit and len(values) > limit:
                if self.switches["filter_values_over_limit"] == "refuse":
                    raise Refused("InvalidParameterValue.LimitExceeded")
                values = values[:limit]
            result.append((one["Name"], values))
        return result

    def _page(self, name: str, rows: list[dict], limit: int, offset: int) -> dict:
        """A part of a list. rows: all of it, oldest first."""
        ordered = rows if self.switches["list_order"] == "oldest_first" else rows[::-1]
        return {"TotalCount": len(rows), name: ordered[offset:offset + limit]}

    def _limit(self, limit: int, no_limit: int | None) -> int | None:
        """A plan's limit as an action spells it. no_limit: how this action spells that there is none, unless the switch says otherwise."""
        spelled = {"by_action": no_limit, "minus_one": -1, "null": None, "zero": 0}
        return spelled[self.switches["no_limit"]] if limit == -1 else limit

    def _named(self, name: str, values: list[str]) -> bool:
        return any(value == name or (value in name and self.switches["name_filter"] == "fuzzy") for value in values)


def perform(actions: Caller, name: str, params: Any) -> Any:
    """The result of an action. Raises Refused, also for a request that does not have the action's form."""
    method = getattr(actions, name)
    schema = inspect.signature(method).parameters
    hints = typing.get_type_hints(method)
    if not isinstance(params, dict):
        raise Refused("InvalidParameter")
    for field in params:
        if field not in schema:
            raise Refused("UnknownParameter", f"The parameter `{field}` is not recognized.")
    for field, parameter in schema.items():
        if field not in params and parameter.default is parameter.empty:
            raise Refused("MissingParameter", f"The parameter `{field}` is missing.")
        if field in params and not _is_a(params[field], hints[field]):
            raise Refused("InvalidParameter", f"The parameter `{field}` is of the wrong type.")  # assumed to be this code
    if not (1 <= params.get("Limit", 20) <= 100 and params.get("Offset", 0) >= 0):
        raise Refused("InvalidParameterValue")  # assumed: what other limits do is not documented
    return method(**params)


def _is_a(value: Any, hint: Any) -> bool:
    if typing.get_origin(hint) is Union:
        return any(_is_a(value, one) for one in typing.get_args(hint))
    if typing.get_origin(hint) is list:
        return isinstance(value, list) and all(_is_a(item, typing.get_args(hint)[0]) for item in value)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
