# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding things of the API by id and by name: all pages, exactly, and never a guess.

Names need not be unique, and whether the API's filters are exact is not documented, nor how many values they take.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several


class Kind(NamedTuple):
    """A kind of thing: what people call it, the action that lists it and its list, and the members with id and name (filters are called so too)."""

    what: str
    action: str
    items: str
    id: str
    name: str


ACCESS_KEY = Kind("access key", "DescribeApiKeysStatus", "ApiKeySet", "AccessKeyId", "SecretName")
USAGE_PLAN = Kind("usage plan", "DescribeUsagePlansStatus", "UsagePlanStatusSet", "UsagePlanId", "UsagePlanName")
SERVICE = Kind("service", "DescribeServicesStatus", "ServiceSet", "ServiceId", "ServiceName")


def rows(client: Client, kind: Kind, *, keep_secrets: bool = False, most: int | None = None, **filters: list[str]) -> list[dict[str, Any]]:
    """The things that pass all of the API's filters, all pages, as the API describes them, sorted by name and id. Raises ApiError.

    Ids and names are looked for exactly, and one may be missing. When several of them are refused, or not all are found, the list is read without them.
    most: how many there may be; more are an error, and never a shorter list.
    """
    exact = {member: values for member, values in filters.items() if values and member in (kind.id, kind.name)}
    several = any(len(values) > 1 for values in exact.values())
    found: list[dict[str, Any]] = []
    try:
        found = _listed(client, kind, keep_secrets, filters)
    except ApiError as error:
        if not several or error.kind not in ("invalid", "unclear"):
            raise
    if several and not all({row.get(member) for row in found}.issuperset(values) for member, values in exact.items()):
        found = _listed(client, kind, keep_secrets, {member: values for member, values in filters.items() if member not in exact})
    if kind.name in exact:
        refuse_nameless(kind, found)
    fitting = [row for row in found if all(row.get(member) in values for member, values in exact.items())]
    if most is not None and len(fitting) > most:
        raise ApiError(kind.action, message=f"{len(fitting)} {kind.what}s pass the filters, more than max_results: {most}", kind="too_many")
    return sorted(fitting, key=lambda row: (row.get(kind.name) or "", row[kind.id]))


def refuse_nameless(kind: Kind, listed: list[dict[str, Any]]) -> None:
    """Raises ApiError for a row without a name: whether it has the name that is looked for is unknown, and names are not unique."""
    nameless_ids = [row[kind.id] for row in listed if row.get(kind.name) is None]
    if nameless_ids:
        raise ApiError(kind.action, message=f"the API does not give the name of {kind.what} {nameless_ids[0]}", kind="unclear")


def _listed(client: Client, kind: Kind, keep_secrets: bool, filters: dict[str, list[str]]) -> list[dict[str, Any]]:
    asked = [{"Name": name, "Values": values} for name, values in filters.items() if values]
    return client.pages(kind.action, kind.items, (kind.id,), keep_secrets=keep_secrets, **({"Filters": asked} if asked else {})) or []


def named(client: Client, kind: Kind, names: list[str], *, keep_secrets: bool = False) -> dict[str, dict[str, Any]]:
    """The one thing of exactly each of the names, by name; those without one are left out. Raises ApiError; also when there are several."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows(client, kind, keep_secrets=keep_secrets, **{kind.name: names}) if names else []:
        by_name.setdefault(row[kind.name], []).append(row)
    for name, several in by_name.items():
        if len(several) > 1:
            raise ApiError(kind.action, message=ambiguous(kind, name, [row[kind.id] for row in several]), kind="ambiguous")
    return {name: several[0] for name, several in by_name.items()}


def ambiguous(kind: Kind, name: str, ids: list[str]) -> str:
    """That several things have this name, as a sentence without its end."""
    return f"{len(ids)} {kind.what}s have the name {name}: {several(sorted(ids))}"


def nameless(kind: Kind, names: list[str]) -> str:
    """That nothing has these names, as a sentence without its end."""
    return f"no {kind.what} is named {several(names, ' or ')}"


def checked_names(option: str, values: list[str]) -> list[str]:
    """The names as they are, each once, sorted: with a blank at its end, it is another name. Raises InputError for one that is nothing but blanks."""
    names = sorted(set(values))
    if not all(name.strip() for name in names):
        raise InputError(f"{option} holds a blank name: is a variable empty?")
    return names


def named_exactly(given: str | None) -> str:
    """A name as it is; "" for none, or for nothing but blanks."""
    return given if given and given.strip() else ""


class Reference:
    """One thing that options name by its id or by its name. It is looked up when it is needed first."""

    def __init__(self, kind: Kind, options: tuple[str, str], params: dict[str, Any]) -> None:
        """options: those of the id and of the name. Raises InputError."""
        self._kind = kind
        given = {option: params[option] for option in options if params.get(option) is not None}
        if len(given) != 1:
            raise InputError(f"{options[0]} or {options[1]} is needed, and not both.")
        self.name = checked_names(options[1], [given[options[1]]])[0] if options[1] in given else ""
        self.id = checked_id(options[0], given[options[0]]) if options[0] in given else ""

    def __str__(self) -> str:
        """As people read it."""
        return f"{self._kind.what} {self.id or self.name}"

    def find(self, client: Client) -> str:
        """Its id. Raises ApiError; of kind not_found when nothing has this name."""
        if not self.id:
            found = named(client, self._kind, [self.name])
            if not found:
                raise ApiError(self._kind.action, message=nameless(self._kind, [self.name]), kind="not_found")
            self.id = found[self.name][self._kind.id]
        return self.id
