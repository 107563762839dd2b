# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Room for what a document adds: removed ahead of its turn when it blocks, and put back when the addition fails after all."""

from __future__ import annotations

import json
from typing import Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.phases import Phases
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.steps import BINDING, Step, Steps
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import listed

Take = Callable[[Client, Step, "Wait | None"], Outcome]


class Room:
    """take: carries a step out with a budget, and raises Failure."""

    def __init__(self, client: Client, account: Account, phases: Phases, steps: Steps, take: Take) -> None:
        self._client = client
        self._account = account
        self._phases = phases
        self._steps = steps
        self._take = take

    def attempt(self, step: Step, wait: Wait | None = None) -> tuple[Outcome, Failure | None]:
        """Take a step. What became of it, and why it failed if it did."""
        try:
            return self._take(self._client, step, wait), None
        except Failure as failure:
            return failure.outcome or Outcome(None, None), failure

    def make(self, step: Step, failure: Failure | None) -> None:
        """Remove just what blocks the step, and take it at once; put back what was removed when that fails. failure: of the step. Raises Failure."""
        removed: list[tuple[Step, frozenset[str]]] = []
        size = self._phases.size_of(step.plan)
        while failure is not None:
            removals = self._phases.in_the_way(step, failure)
            if not removals:
                break
            for removal in removals:
                with self._steps.making_room(step.label):
                    outcome, in_vain = self.attempt(removal)
                removed.append((removal, frozenset(outcome.removed | outcome.unconfirmed)))
                if in_vain is not None:
                    self._put_back(step, removed, in_vain, size)
                    raise in_vain
            failure = self.attempt(step)[1]
        if failure is not None:
            self._put_back(step, removed, failure, size)
            raise failure

    def _put_back(self, step: Step, removed: list[tuple[Step, frozenset[str]]], failure: Failure, size: int) -> None:
        """Bind again what was unbound only to make room, verified by reading. What cannot be put back is added to the failure.

        size: how many keys the plan of the step had before.
        """
        wait = self._client.wait.anew()
        for removal, ids in reversed(removed):
            lacking = self._phases.to_put_back(step, removal, ids, size)
            if lacking:
                again = self._steps.put_back(removal, lacking)
                with self._steps.putting_back():
                    _outcome, in_vain = self.attempt(again, wait)
                error = in_vain.error if in_vain else self._unseen(again, wait)
                failure.detail = f"{failure.detail} {self._how_to_mend(again, error) if error else ''}".strip()

    def _unseen(self, step: Step, wait: Wait) -> ApiError | None:
        """Read until what was bound shows: the error when it never does."""
        resource = step.make(self._client)
        error = ApiError(resource.add_action, message="the API reported success, but what was bound is not listed", kind="unconfirmed")

        def shown() -> bool:
            nonlocal error
            try:
                return step.ids <= resource.read()
            except ApiError as unreadable:
                error = unreadable
                return False

        return None if wait.poll(shown) else error

    def _how_to_mend(self, step: Step, error: ApiError) -> str:
        """What was not put back, and the command that does it."""
        keys, labels = step.kind == BINDING, self._account.key_labels()
        what = f"{'access keys' if keys else 'environments'} {several(sorted(labels.get(one, one) for one in step.ids))}"
        task = {"region": self._client.region, "usage_plan_id": step.plan}
        task.update({"access_key_ids": sorted(step.ids)} if keys else {"environments": listed(step.ids)})
        module = f"tencentcloud.apigateway.usage_plan_{'keys' if keys else 'environments'}"
        return (
            f"Lost: {what} of {step.label}. They were unbound to make room, and binding them again failed ({error.action}: {error.code or error.meaning}). "
            f"Bind them with: ansible localhost -m {module} -a '{json.dumps(task)}'"
        )
