# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of who may call what: what cannot be meant, and which keys, plans and services of the region its names and ids mean.

Makes no call. Everything that is wrong is told at once, before the first write.
"""

from __future__ import annotations

import collections
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, SERVICE, USAGE_PLAN, Kind, ambiguous, checked_names
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources import api_key, usage_plan
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.elsewhere import carried_over
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import environment_ids, refuse_mixed

KINDS_OF_PRUNE = ("bindings", "environments", "usage_plans", "access_keys")
_MOST_PROBLEMS = 10


@dataclass
class Wish:
    """A key or a plan that the document means. id: empty until it exists. given: its entry; empty for a key that only a plan names.

    keys, environments: of a plan, where its entry gives them: the keys that it shall hold, and the ids of what it shall be bound to.
    """

    id: str
    name: str
    given: dict[str, Any]
    keys: list[Wish] | None = None
    environments: frozenset[str] | None = None

    @property
    def key_ids(self) -> frozenset[str]:
        """The keys that a plan shall hold, once they exist."""
        return frozenset(key.id for key in self.keys or [])


@dataclass
class Problems:
    """What is wrong with a document. kind: of the first problem, and action: the call that told it."""

    texts: list[str] = field(default_factory=list)
    kind: str = ""
    action: str = ""

    def add(self, kind: str, what: Kind, text: str) -> None:
        self.kind, self.action = self.kind or kind, self.action or what.action
        if text not in self.texts:
            self.texts.append(text)

    def tell(self) -> None:
        """Raises ApiError if there are any."""
        if self.texts:
            more = len(self.texts) - _MOST_PROBLEMS
            text = "; ".join(self.texts[:_MOST_PROBLEMS]) + (f"; and {more} more like these" if more > 0 else "")
            raise ApiError(self.action, message=f"{text}. Nothing was changed", kind=self.kind)


class Document:
    """What the options of `access` say. keys, plans: what they mean, once resolve() has looked.

    named_keys: ids and names of keys, those included that only plans name.
    skipped: environments of services that do not exist. left_out: what means nothing here, of a document from elsewhere.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self.prune = frozenset(params["prune"])
        self.left_out: list[str] = []
        if not params["allow_empty"]:
            _refuse_empty(params)
        if params["from_elsewhere"]:
            if self.prune:
                raise InputError("from_elsewhere with prune would take away for being left out what means nothing here. Prune in a task of its own.")
            params, self.left_out = carried_over(params)
        self._skip_services = params["missing_services"] == "skip"
        self._key_entries = [_checked_key(entry) for entry in params["access_keys"] or []]
        self._plan_entries = [_checked_plan(entry) for entry in params["usage_plans"] or []]
        self.keys: list[Wish] = []
        self.plans: list[Wish] = []
        self.skipped: list[str] = []
        self._by_id: dict[str, Wish] = {}
        self._only_named: dict[str, Wish] = {}
        for option, entries, member in (("access_keys", self._key_entries, "access_key_id"), ("usage_plans", self._plan_entries, "usage_plan_id")):
            identities = [(member, entry[member]) if entry[member] else ("name", entry["name"]) for entry in entries]
            for (_member, given), times in collections.Counter(identities).items():
                if times > 1:
                    raise InputError(f"{option}: {given} is given {times} times.")

    @property
    def has_secrets(self) -> bool:
        return any(entry["access_key_secret"] is not None for entry in self._key_entries)

    @property
    def has_environments(self) -> bool:
        return any(entry["environments"] is not None for entry in self._plan_entries)

    @property
    def meant_keys(self) -> set[str]:
        """The ids of all keys that the document means and that exist."""
        return {wish.id for wish in [*self.keys, *self._only_named.values()] if wish.id}

    def resolve(self, account: Account) -> None:
        """Find what the document means in what there is. Raises ApiError, with everything that is wrong."""
        problems = Problems()
        named = _by_id_and_name([(one, row.get("SecretName"), one) for one, row in account.keys.items()])[1]
        for entry in self._key_entries:
            self.keys += _found_key(entry, account, named, problems)
        named = _by_id_and_name([(one, plan["name"], one) for one, plan in account.plans.items()])[1]
        for entry in self._plan_entries:
            self.plans += _found_plan(entry, account, named, problems)
        for kind, wishes in ((ACCESS_KEY, self.keys), (USAGE_PLAN, self.plans)):
            for one, times in collections.Counter(wish.id for wish in wishes if wish.id).items():
                if times > 1:
                    problems.add("invalid", kind, f"{kind.what} {one} is meant by {times} entries")
        self._by_id = {wish.id: wish for wish in self.keys if wish.id}
        keys = _by_id_and_name([(wish.id or (wish.given.get("access_key_id") or ""), wish.name, wish) for wish in self.keys])
        region = _by_id_and_name([(one, row.get("SecretName"), one) for one, row in account.keys.items()])
        services = _by_id_and_name([(one, name, one) for one, name in account.services.items()])
        for wish in self.plans:
            if wish.given["access_keys"] is not None:
                found = [self._found_named_key(one, keys, region, account, problems) for one in wish.given["access_keys"]]
                wish.keys = [key for key in found if key is not None]
            if wish.given["environments"] is not None:
                wish.environments = self._found_environments(wish, services, problems)
        problems.tell()

    def _found_named_key(self, text: str, keys: Any, region: Any, account: Account, problems: Problems) -> Wish | None:
        """The key that a plan names: of the document, else of the region; by id, else by name."""
        one = checked_names("access_keys", [text])[0]
        by_id = keys[0].get(one) or [self._only(other) for other in region[0].get(one, [])]
        by_name = keys[1].get(one) or [self._only(other) for other in region[1].get(one, [])]
        if is_placeholder(one) and not by_id:
            account.keys[one] = api_key.foreseen(one)
            return self._only(one)
        if by_id and by_name and [wish for wish in by_name if wish is not by_id[0]]:
            problems.add("ambiguous", ACCESS_KEY, f"{one} is the id of one access key and the name of another")
        elif len(by_name) > 1 and not by_id:
            problems.add("ambiguous", ACCESS_KEY, ambiguous(ACCESS_KEY, one, [wish.id for wish in by_name]))
        elif not by_id and not by_name:
            problems.add("not_found", ACCESS_KEY, f"no access key has the id or the name {one}")
        else:
            return (by_id or by_name)[0]
        return None

    def _only(self, access_key_id: str) -> Wish:
        """A key of the region that the document means: its entry's wish if it has an entry."""
        return self._by_id.get(access_key_id) or self._only_named.setdefault(access_key_id, Wish(access_key_id, "", {}))

    def _found_environments(self, wish: Wish, services: Any, problems: Problems) -> frozenset[str]:
        ids: set[str] = set()
        for given in wish.given["environments"]:
            one = checked_names("service", [given["service"]])[0]
            found = sorted(set(services[0].get(one, []) + services[1].get(one, [])))
            if len(found) == 1:
                ids.update(environment_ids(found[0], given))
            elif found:
                problems.add("ambiguous", SERVICE, f"{one} is the name or the id of several services: {', '.join(found)}")
            elif self._skip_services:
                self.skipped.append(f"{given['environment']} of {one} (usage plan {wish.name or wish.id})")
            else:
                problems.add("not_found", SERVICE, f"no service has the id or the name {one}")
        refuse_mixed(ids)
        return frozenset(ids)


def _by_id_and_name(things: list[tuple[str, str | None, Any]]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    by_id: dict[str, list[Any]] = collections.defaultdict(list)
    by_name: dict[str, list[Any]] = collections.defaultdict(list)
    for one, name, thing in things:
        by_id[one].append(thing)
        by_name[name or ""].append(thing)
    return by_id, by_name


def _found_key(entry: dict[str, Any], account: Account, named: dict[str, list[str]], problems: Problems) -> list[Wish]:
    """What an entry of access_keys means: one that exists, or is to be made."""
    one, name = entry["access_key_id"], entry["name"]
    if one and is_placeholder(one):
        account.keys[one] = api_key.foreseen(one)
    if not one:
        found = named.get(name, [])
        if len(found) > 1:
            problems.add("ambiguous", ACCESS_KEY, ambiguous(ACCESS_KEY, name, found))
            return []
        if not found and entry["access_key_secret"] is not None:
            problems.add("invalid", ACCESS_KEY, f"access key {name} does not exist, and to make it with its secret takes an access_key_id too")
        return [Wish(found[0] if found else "", name, entry)]
    if one in account.keys:
        real = account.keys[one].get("SecretName") or ""
        if name and real != name:
            problems.add("invalid", ACCESS_KEY, f"access key {one} has the name {real}, and the name of an access key cannot be changed to {name}")
        return [Wish(one, real, entry)]
    if not name or entry["access_key_secret"] is None:
        text = f"access key {one} does not exist; to make a manual key takes name, access_key_id and access_key_secret"
        problems.add("not_found", ACCESS_KEY, text)
    return [Wish("", name, entry)]


def _found_plan(entry: dict[str, Any], account: Account, named: dict[str, list[str]], problems: Problems) -> list[Wish]:
    """What an entry of usage_plans means: one that exists, or is to be made."""
    one, name = entry["usage_plan_id"], entry["name"]
    if one and is_placeholder(one):
        account.plans[one] = usage_plan.foreseen(one)
    if one:
        if one not in account.plans:
            problems.add("not_found", USAGE_PLAN, f"usage plan {one} does not exist; to make a plan, give its name only")
        return [Wish(one, name or account.plans.get(one, {}).get("name") or "", entry)]
    found = named.get(name, [])
    if len(found) > 1:
        problems.add("ambiguous", USAGE_PLAN, ambiguous(USAGE_PLAN, name, found))
        return []
    return [Wish(found[0] if found else "", name, entry)]


def _checked_key(entry: dict[str, Any]) -> dict[str, Any]:
    entry = _with_identity("access_keys", entry, "access_key_id")
    secret = entry["access_key_secret"]
    if secret is not None and not secret.strip():
        raise InputError(f"access_keys: access_key_secret of {entry['access_key_id'] or entry['name']} is blank: is a variable empty?")
    return {**entry, "access_key_secret": secret and secret.strip()}


def _checked_plan(entry: dict[str, Any]) -> dict[str, Any]:
    entry = _with_identity("usage_plans", entry, "usage_plan_id")
    usage_plan.check_limits(entry)
    checked_names("access_keys", entry["access_keys"] or [])
    places = [environment_ids(checked_names("service", [one["service"]])[0].replace("/", " "), one) for one in entry["environments"] or []]
    refuse_mixed({one for ids in places for one in ids})
    return entry


def _with_identity(option: str, entry: dict[str, Any], member: str) -> dict[str, Any]:
    """The entry with its id and name stripped, "" for one that is not given. Raises InputError."""
    one = checked_id(member, entry[member]) if entry[member] is not None else ""
    name = checked_names("name", [entry["name"]])[0] if entry["name"] is not None else ""
    if not one and not name:
        raise InputError(f"{option}: an entry needs {member} or name.")
    return {**entry, member: one, "name": name}


def _refuse_empty(params: dict[str, Any]) -> None:
    """Raises InputError for empty lists, and for pruning by a list that is not there: what an undefined variable looks like."""
    plans = params["usage_plans"] or []
    empty = [section for section in ("access_keys", "usage_plans") if params[section] == []]
    empty += [
        f"{section} of usage plan {plan['name'] or plan['usage_plan_id']}"
        for plan in plans for section in ("access_keys", "environments") if plan[section] == []
    ]
    given = {
        "access_keys": params["access_keys"], "usage_plans": plans, "bindings": [plan for plan in plans if plan["access_keys"]],
        "environments": [plan for plan in plans if plan["environments"]],
    }
    empty += [f"what prune: {kind} goes by" for kind in KINDS_OF_PRUNE if kind in params["prune"] and not given[kind]]
    if empty:
        raise InputError(f"Empty: {'; '.join(empty)}. If that is meant, and not an undefined variable, set allow_empty: true.")
