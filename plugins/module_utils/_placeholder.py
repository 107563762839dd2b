# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholder ids: what check mode calls a thing that would be created, before anything could have an id. planned:<kind>:<name>.

In check mode such a thing exists and is empty, and is never asked for. A real run refuses it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError

PREFIX = "planned:"
# In the place of a secret that the server would make.
PLANNED_SECRET = "planned:secret"
KINDS = {"usage_plan": "a usage plan", "api_key": "an access key"}
# What has ids and is created by no module.
_OTHERS = {"service": "a service", "api": "an API"}
# The options that take ids, in whichever module and at whichever level, and of what. A text or a description may begin as it likes.
_IDS = {
    "usage_plan_id": "usage_plan", "usage_plan_ids": "usage_plan", "not_usage_plan_ids": "usage_plan", "access_key_id": "api_key", "access_key_ids": "api_key",
    "service_id": "service", "service_ids": "service", "not_service_ids": "service", "api_ids": "api", "not_api_ids": "api",
}
# Those that take ids or names: what only begins as a placeholder does is a name.
_IDS_OR_NAMES = {"access_keys": "api_key", "service": "service"}


class Placeholder(NamedTuple):
    """kind: one of KINDS, or of what has no placeholders."""

    kind: str
    name: str


def placeholder(kind: str, name: str) -> str:
    """The id of a thing that check mode would create. kind: one of KINDS."""
    return f"{PREFIX}{kind}:{name}"


def parsed(value: str) -> Placeholder | None:
    """The parts of a placeholder id; None for any other text."""
    found = re.fullmatch(rf"{PREFIX}({'|'.join([*KINDS, *_OTHERS])}):(.*\S.*)", value, re.DOTALL)
    return Placeholder(*found.groups()) if found else None


def is_placeholder(value: str) -> bool:
    """Whether the id is one that only check mode knows."""
    return parsed(value) is not None


def refuse_placeholders(params: dict[str, Any], *, accepted: bool) -> None:
    """Raises InputError for a placeholder in an option that takes ids: a malformed one, one of another kind, and any unless they are accepted."""
    for option, value in params.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                refuse_placeholders(item, accepted=accepted)
            elif isinstance(item, str):
                _check(option, item.lstrip(), accepted)


def _check(option: str, value: str, accepted: bool) -> None:
    kind, found = _IDS.get(option) or _IDS_OR_NAMES.get(option), parsed(value)
    is_secret = option == "access_key_secret" and value == PLANNED_SECRET
    if not is_secret and (kind is None or not value.startswith(PREFIX) or (found is None and option in _IDS_OR_NAMES)):
        return
    if not is_secret and found is None:
        raise InputError(f"{option}: {value!r} is no placeholder: it is {PREFIX}<kind>:<name>, and a kind is {' or '.join(KINDS)}.")
    if kind in _OTHERS:
        raise InputError(f"{option}: {value} cannot be: {_OTHERS[kind]} has no placeholder, for no module creates one. Give the id of one that exists.")
    if found is not None and found.kind != kind:
        raise InputError(f"{option}: {value} is the placeholder of {({**KINDS, **_OTHERS})[found.kind]}, and {KINDS[kind]} belongs here.")
    if not accepted:
        # A secret's is hidden wherever it is quoted.
        what = option if is_secret else f"{option}: {value}"
        raise InputError(f"{what} is a check-mode placeholder. Run the task that creates it without --check first.")
