# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of access, brought to what a document says: in which order, and by which of the resources of the single modules."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._reconcile import reconcile
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account, without_ids
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.document import Document
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.phases import Phases
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.steps import Step, Steps


class _Known:
    """The resource of a step: its first reading is known already, and it is judged by what is known of the whole account."""

    def __init__(self, step: Step, client: Client, lock: Any) -> None:
        self._step = step
        self._lock = lock
        self._resource = step.make(client)
        self._met = False
        self.label = step.label

    def __getattr__(self, name: str) -> Any:
        """Everything else is the resource's own."""
        return getattr(self._resource, name)

    def read(self) -> frozenset[str]:
        met, self._met = self._met, True
        return self._resource.read() if met else self._step.know(self._resource)

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        if removing or self._step.obstacle is None:
            return self._resource.rehearse(ids, removing=removing)
        obstacle = self._obstacle(ids)
        return obstacle and ApiError(self._resource.add_action, obstacle[0])

    def explain(self, failure: Failure) -> str:
        judged = self._step.obstacle is not None and not failure.removing and failure.error.code in self._resource.already_codes
        obstacle = self._obstacle(failure.ids) if judged else None
        return f"{obstacle[1]}." if obstacle else self._resource.explain(failure)

    def _obstacle(self, ids: list[str]) -> tuple[str, str] | None:
        with self._lock:
            return self._step.obstacle(ids)


class Access:
    """One run of a document."""

    label = "the access document"

    def __init__(self, client: Client, params: dict[str, Any], check_mode: bool) -> None:
        """Raises InputError."""
        self._client = client
        self._check_mode = check_mode
        self._document = Document(params)
        self._account = Account(client)
        self._steps = Steps(self._account)
        self._phases = Phases(self._document, self._account, self._steps)
        self._lock = threading.RLock()
        self._before: dict[str, Any] | None = None
        self._labels: dict[str, str] = {}
        self._warnings: list[str] = []
        self._unconfirmed: set[str] = set()
        self._changed = False

    def run(self) -> None:
        """Read, find out what the document means, and do it: nobody loses access that it grants. Raises ApiError and Failure."""
        self._read()
        for phase in self._phases.in_order():
            self._all(phase())

    def _read(self) -> None:
        document, account = self._document, self._account
        account.read_lists(services=document.has_environments or "usage_plans" in document.prune, secrets=document.has_secrets)
        document.resolve(account)
        if document.skipped:
            self._warnings.append(f"Not carried over, since there is no such service here: {several(document.skipped, '; ')}.")
        if document.left_out:
            self._warnings.append(f"Not carried over: {several(document.left_out, '; ')}.")
        named = [plan.id for plan in document.plans if plan.id]
        services = {one.split("/")[0] for plan in document.plans for one in plan.environments or ()}
        everything = bool({"usage_plans", "access_keys"} & document.prune)
        services.update(account.services if everything or "environments" in document.prune else ())
        account.read_bindings(account.plans if everything else named, services if named or everything else ())
        self._phases.refuse_what_cannot_be()
        self._labels = {**account.key_labels(), **account.plan_labels()}
        self._before = self._now()

    # ---- One phase, and what stands in its way

    def _all(self, steps: Iterable[Step]) -> None:
        """Several steps at a time; those that something blocks which the document takes away anyway, after the others. Raises Failure."""
        blocked: list[tuple[int, Step, Failure]] = []
        start = len(self._steps.changes)

        def take(client: Client, numbered: tuple[int, Step]) -> None:
            try:
                self._take(client, numbered[1])
            except Failure as failure:
                with self._lock:
                    if not self._phases.in_the_way(numbered[1], failure):
                        raise
                blocked.append((*numbered, failure))

        try:
            self._client.each(take, enumerate(steps))
        finally:
            # In an order that does not depend on which of them was answered first.
            self._steps.changes[start:] = sorted(self._steps.changes[start:], key=lambda change: (change["kind"], change["name"] or "", change["id"]))
        for _number, step, failure in sorted(blocked, key=lambda one: one[0]):
            self._make_room(step, failure)

    def _make_room(self, step: Step, failure: Failure | None) -> None:
        """Take away just what blocks the step, and take it at once. Raises Failure."""
        while failure is not None:
            removals = self._phases.in_the_way(step, failure)
            if not removals:
                raise failure
            self._steps.room_for = step.label
            try:
                for removal in removals:
                    self._take(self._client, removal)
            finally:
                self._steps.room_for = ""
            try:
                self._take(self._client, step)
                failure = None
            except Failure as again:
                failure = again

    def _take(self, client: Client, step: Step) -> None:
        """One step: reconcile its resource, and note what became of it either way. Raises Failure."""
        # Of its own for each step.
        client.wait = client.wait.anew()
        resource = _Known(step, client, self._lock)
        try:
            outcome = reconcile(resource, client.wait, retries=client.retries, check_mode=self._check_mode)
        except Failure as failure:
            self._note(step, resource, failure.outcome)
            raise
        self._note(step, resource, outcome)

    def _note(self, step: Step, resource: _Known, outcome: Outcome) -> None:
        with self._lock:
            step.note(resource, outcome)
            self._changed = self._changed or outcome.changed
            self._warnings += [warning for warning in outcome.warnings if warning not in self._warnings]
            # What a step left open may be known by now, when it is taken again.
            self._unconfirmed -= {f"{resource.label}: {one}" for one in outcome.after or ()}
            self._unconfirmed |= {f"{resource.label}: {one}" for one in outcome.unconfirmed}

    # ---- The result

    def _now(self) -> dict[str, Any]:
        """What the document names, and what it takes away or from, as entries by id."""
        account, phases = self._account, self._phases
        keys = {wish.id for wish in self._document.keys if wish.id}.union(phases.unwanted_keys())
        plans = {wish.id for wish in self._document.plans if wish.id}.union(one for one in account.bound_keys if phases.leaving_keys(one))
        plans.update(self._before["usage_plans"] if self._before else phases.unwanted_plans())
        return account.document(keys & set(account.keys), plans & set(account.plans))

    def report(self) -> dict[str, Any]:
        """What the run did and what there is now, for the result of a success and of a failure alike; nothing before all was read."""
        if self._before is None:
            return {}
        now = self._now()
        before, after = ({section: _differing(one[section], other[section]) for section in one} for one, other in ((self._before, now), (now, self._before)))
        named = {"access_keys": {wish.id for wish in self._document.keys}, "usage_plans": {wish.id for wish in self._document.plans}}
        labels = {**self._labels, **self._account.key_labels()}
        changes = [{**change, **({"access_keys": sorted(labels[one] for one in change["access_keys"])} if "access_keys" in change else {})}
                   for change in self._steps.changes]
        return {
            "changed": self._changed,
            "access": {section: [entry for one, entry in entries.items() if one in named[section]] for section, entries in now.items()},
            "changes": changes,
            "created_access_keys": sorted(self._steps.made, key=lambda made: made["name"]),
            "not_carried_over": [*self._document.left_out, *(f"{one}: there is no such service here" for one in self._document.skipped)],
            "unconfirmed": sorted(self._unconfirmed),
            "warnings": self._warnings,
            "diff": {"before_header": self.label, "before": without_ids(before), "after_header": self.label, "after": without_ids(after)},
        }

    def done(self) -> str:
        """What a failed run did all the same, as a sentence."""
        if self._before is None:
            return ""
        number = len(self._steps.changes)
        done = f"{number} change{'s' if number > 1 else ''} made all the same: see changes." if number else "Nothing was changed."
        unknown = f" Unknown whether it was carried out for: {several(sorted(self._unconfirmed), '; ')}." if self._unconfirmed else ""
        return done + unknown


def _differing(entries: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {one: entry for one, entry in entries.items() if others.get(one) != entry}
