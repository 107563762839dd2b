# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of who may call what: what cannot be meant, and which keys, plans and services of the region its names and ids mean.

Makes no call. Everything that is wrong is told at once, before the first write.
"""

from __future__ import annotations

import collections
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id, may_be_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, SERVICE, USAGE_PLAN, Kind, ambiguous, checked_names
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources import access_keys, usage_plan
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.elsewhere import carried_over
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import environment_ids, refuse_mixed


class Mention(NamedTuple):
    """How an entry refers to a key or a service: by a text that is its name or its id, or by its id alone."""

    text: str
    by_id_only: bool


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
            raise ApiError(self.action, message=several(self.texts, "; "), kind=self.kind)


class Document:
    """What the options of `access` say. keys, plans: what they mean, once resolve() has looked.

    named_keys: ids and names of keys, those included that only plans name.
    sections: the entries as they were given. skipped: environments of services that do not exist.
    left_out: what means nothing here, of a document from elsewhere.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self.prune = frozenset(params["prune"])
        self.allow_empty = params["allow_empty"]
        self.left_out: list[str] = []
        if params["from_elsewhere"]:
            if self.prune:
                raise InputError("from_elsewhere cannot be combined with prune: skipped entries would be deleted. Prune in a task of its own.")
            params, self.left_out = carried_over(params)
        self.sections = {section: params[section] or [] for section in ("access_keys", "usage_plans")}
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

    def unlisted_keys(self, account: Account) -> set[str]:
        """What may be the id of a key that the list of the region lacks. The id of a key that is to be made is not among it."""
        ids, names = {entry["access_key_id"] for entry in self._key_entries}, {entry["name"] for entry in self._key_entries}
        known = ids | names | set(account.keys) | {row.get("SecretName") for row in account.keys.values()}
        named = {entry["access_key_id"] for entry in self._key_entries if not (entry["name"] and entry["access_key_secret"])} - set(account.keys)
        bound = {one.text for entry in self._plan_entries for one in entry["access_keys"] or ()} - known
        return {one for one in named | bound if one and not is_placeholder(one) and may_be_id(one)}

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

    def _found_named_key(self, mention: Mention, keys: Any, region: Any, account: Account, problems: Problems) -> Wish | None:
        """The key that a plan names: of the document, else of the region; by id, else by name."""
        one = mention.text
        by_id = keys[0].get(one) or [self._only(other) for other in region[0].get(one, [])]
        by_name = [] if mention.by_id_only else keys[1].get(one) or [self._only(other) for other in region[1].get(one, [])]
        if is_placeholder(one) and not by_id:
            account.keys[one] = access_keys.foreseen(one)
            return self._only(one)
        if by_id and by_name and [wish for wish in by_name if wish is not by_id[0]]:
            text = f"{one} is the id of one access key and the name of another: write access_key_id: {one} for the first, in place of the text"
            problems.add("ambiguous", ACCESS_KEY, text)
        elif len(by_name) > 1 and not by_id:
            problems.add("ambiguous", ACCESS_KEY, ambiguous(ACCESS_KEY, one, [wish.id for wish in by_name]))
        elif not by_id and not by_name:
            problems.add("not_found", ACCESS_KEY, f"no access key has the id {one}" if mention.by_id_only else f"no access key has the id or the name {one}")
        else:
            return (by_id or by_name)[0]
        return None

    def _only(self, access_key_id: str) -> Wish:
        """A key of the region that the document means: its entry's wish if it has an entry."""
        return self._by_id.get(access_key_id) or self._only_named.setdefault(access_key_id, Wish(access_key_id, "", {}))

    def _found_environments(self, wish: Wish, services: Any, problems: Problems) -> frozenset[str]:
        ids: set[str] = set()
        for given in wish.given["environments"]:
            one, by_id_only = _mention_of_service(given)
            found = sorted(set(services[0].get(one, []) + ([] if by_id_only else services[1].get(one, []))))
            if len(found) == 1:
                ids.update(environment_ids(found[0], given))
            elif found:
                text = f"{one} is the name or the id of several services: {several(found)}; write service_id in place of service"
                problems.add("ambiguous", SERVICE, text)
            elif self._skip_services:
                self.skipped.append(f"{given['environment']} of {one} (usage plan {wish.name or wish.id})")
            else:
                problems.add("not_found", SERVICE, f"no service has the id {one}" if by_id_only else f"no service has the id or the name {one}")
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
        account.keys[one] = access_keys.foreseen(one)
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
    where = f"access_keys of usage plan {entry['name'] or entry['usage_plan_id']}"
    keys = entry["access_keys"] and [_mention_of_key(where, number, one) for number, one in enumerate(entry["access_keys"], 1)]
    places = [environment_ids(_mention_of_service(one).text.replace("/", " "), one) for one in entry["environments"] or []]
    refuse_mixed({one for ids in places for one in ids})
    return {**entry, "access_keys": keys}


def _mention_of_key(where: str, number: int, given: Any) -> Mention:
    """An entry of a plan's access_keys: text, or a mapping with access_key_id. Raises InputError, which does not quote what is no text."""
    if isinstance(given, dict) and list(given) == ["access_key_id"] and isinstance(given["access_key_id"], str):
        return Mention(checked_id(where, given["access_key_id"]), True)
    if not isinstance(given, str):
        what = f"{where}: entry {number} is neither text nor a mapping with access_key_id alone"
        raise InputError(f"{what}. Put a name or an id that looks like a number in quotes.")
    return Mention(checked_names(where, [given])[0], False)


def _mention_of_service(given: dict[str, Any]) -> Mention:
    """What an entry of environments says of its service. Raises InputError."""
    if given["service_id"] is not None:
        return Mention(checked_id("service_id", given["service_id"]), True)
    return Mention(checked_names("service", [given["service"]])[0], False)


def _with_identity(option: str, entry: dict[str, Any], member: str) -> dict[str, Any]:
    """The entry with its id stripped and its name as it is, "" for one that is not given. Raises InputError."""
    one = checked_id(member, entry[member]) if entry[member] is not None else ""
    name = entry["name"] or ""
    if not one:
        name = checked_names("name", [name])[0] if entry["name"] is not None else ""
    if not one and not name:
        raise InputError(f"{option}: an entry needs {member} or name.")
    return {**entry, member: one, "name": name}
