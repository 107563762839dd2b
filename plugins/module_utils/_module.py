# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible and the rest: how a run becomes a result.

execute() turns options into a result and never raises; run() is the AnsibleModule around it. Knows no action.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, Callable, Protocol

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _http
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION, cleaned, connect
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._credentials import (
    refuse_another_account,
)
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import password_of, refuse_out_of_bounds
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import PLANNED_SECRET, refuse_placeholders
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._reconcile import reconcile
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, Resource
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._secrets import Secrets
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several, shortened
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    # Before ansible-core 2.22.
    register_secrets = None

Job = Callable[[Client, dict[str, Any], bool], dict[str, Any]]
_MOST_CALLS = 100
# Options that are URLs, which may hold a password.
_URLS = ("proxy", "endpoint", "sts_endpoint", "domain")


def declare(resource_class: Callable[[Client, dict[str, Any]], Resource], name: str) -> Job:
    """The job of a module that brings a resource to what is wanted. name: of the module, and of its key in the result."""

    def job(client: Client, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        resource = resource_class(client, params)
        try:
            outcome = reconcile(resource, client.wait, retries=client.retries, check_mode=check_mode)
        except Failure as failure:
            done = _report(resource, name, failure.outcome)
            return {**done, **_failure(client, failure.error, resource.label, [failure.detail, *_done(resource, failure.outcome)])}
        except ApiError as error:
            return _failure(client, error, resource.label, [])
        outcome.warnings += resource.remarks
        if outcome.missing:
            where = f"{client.region} at {client.host}"
            outcome.warnings.append(f"{resource.label} does not exist in {where}, so nothing was done. Check id, region and host for typing errors.")
        return {**_report(resource, name, outcome), "request_id": client.last_request_id()}

    return job


class Whole(Protocol):
    """Something larger than a resource, that a module brings to what is wanted."""

    label: str

    def run(self) -> None:
        """Raises ApiError and Failure."""

    def report(self) -> dict[str, Any]:
        """What was done and what is there now, for the result of a success and of a failure alike."""

    def done(self) -> str:
        """What a failed run completed before the failure, as a sentence."""


def arrange(make: Callable[[Client, dict[str, Any], bool], Whole]) -> Job:
    """The job of a module that brings many resources to what is wanted. make: takes the client, the options, and whether it is check mode."""

    def job(client: Client, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        whole = make(client, params, check_mode)
        try:
            whole.run()
        except Failure as failure:
            return {**whole.report(), **_failure(client, failure.error, failure.label, [failure.detail, whole.done()])}
        except ApiError as error:
            return {**whole.report(), **_failure(client, error, whole.label, [whole.done()])}
        return {**whole.report(), "request_id": client.last_request_id()}

    return job


def gather(read: Callable[[Client, dict[str, Any]], dict[str, Any]], label: str) -> Job:
    """The job of a module that only reads. read: gives what it returns. label: what it reads, with options in braces."""

    def job(client: Client, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        try:
            return {"changed": False, **read(client, params), "request_id": client.last_request_id()}
        except ApiError as error:
            return _failure(client, error, label.format(**{option: value or "" for option, value in params.items()}), [])

    return job


def _report(resource: Resource, name: str, outcome: Outcome) -> dict[str, Any]:
    """What a run did and what is there now, for the result of a success and of a failure alike."""
    return {
        "changed": outcome.changed,
        name: resource.describe(outcome.after),
        **resource.report(outcome),
        **resource.made(outcome),
        "unconfirmed": sorted(outcome.unconfirmed),
        "warnings": outcome.warnings,
        "diff": {
            "before_header": resource.label, "before": resource.render(outcome.before),
            "after_header": resource.label, "after": resource.render(outcome.after),
        },
    }


def _done(resource: Resource, outcome: Outcome) -> list[str]:
    """What a failed run completed before the failure, and what is not known of it, as sentences."""
    done = [f"{what.replace('_', ' ')} {several(ids)}" for what, ids in resource.report(outcome).items() if ids]
    sentences = [f"Completed before the failure: {'; '.join(done)}."] if done else []
    if outcome.unconfirmed:
        sentences.append(f"Unknown whether it was carried out for: {several(sorted(outcome.unconfirmed))}.")
    return sentences


def _failure(client: Client, error: ApiError, label: str, sentences: list[str]) -> dict[str, Any]:
    """The one form of a failed call: a msg to act on, and its parts beside it."""
    region, host = error.region or client.region, error.host or client.host
    hint = error.hint(host)
    code = f"{error.code}: " if error.code else ""
    # Codes known by name are explained in our words; the API's own may still be the ones that say which parameter it was.
    own_words = shortened(error.message) if error.code in CODES else ""
    # A failure that no single answer tells of (somebody else writes, a removal does not show) is asked about by the last write.
    request_id = error.request_id or (client.last_request_id() if error.code is None else "")
    if error.kind == "not_found" and error.code is None:
        # A read that found nothing has not failed.
        what = f"{error.meaning[:1].upper()}{error.meaning[1:]} in {region} at {host}."
    else:
        what = f"{error.action} for {label} failed in {region} at {host}: {code}{error.meaning}."
    parts = [what, *sentences, hint]
    parts += [own_words and f"The API says: {own_words}", request_id and f"RequestId: {request_id}"]
    return {
        "failed": True,
        "msg": " ".join(part for part in parts if part),
        "error_code": error.code,
        "error_kind": error.kind,
        "action": error.action,
        "request_id": request_id,
        "hint": hint,
        "api_message": error.message if error.code else "",
    }


def _wrong_account(sts: Client, expected: str | None) -> dict[str, Any]:
    """The failure of a caller of another account than the one that is expected; empty when it is, or when nobody asked."""
    try:
        if expected:
            refuse_another_account(sts, expected)
        return {}
    except ApiError as error:
        return _failure(sts, error, f"account {expected}", [])


def execute(
    job: Job, params: dict[str, Any], *, check_mode: bool, environment: Mapping[str, str], secrets: Secrets,
    make_wait: Callable[[float], Wait] = Wait, clock: Callable[[], float] = time.time, ask: Callable[[str], str | None] = _http.fetch,
) -> dict[str, Any]:
    """Options in, result out; raises nothing that a person could cause. Free of AnsibleModule.

    params: parsed options, the connection's among them. secrets: knows those of the options, and learns the others.
    make_wait, clock, ask: for tests.
    """
    try:
        refuse_out_of_bounds(params)
        refuse_placeholders(params, accepted=check_mode)
        client, sts, warnings = connect(params, environment, secrets, make_wait, clock, ask)
        with contextlib.closing(client), contextlib.closing(sts):
            result = _wrong_account(sts, params["expected_account"]) or job(client, params, check_mode)
            secrets.add_shown(_secrets_in(result))
            result = {"changed": False, **result, "api_calls": _told(sts.calls + client.calls)}
            return {**result, "warnings": warnings + result.get("warnings", [])} if warnings else result
    except InputError as error:
        parts = {"error_code": None, "error_kind": "invalid", "action": None, "request_id": "", "hint": ""}
        return {"changed": False, "failed": True, "msg": secrets.hide(str(error)), **parts}


def _secrets_in(result: Any) -> set[str]:
    """The secrets of access keys that the result has where the modules document them."""
    if isinstance(result, dict):
        shown = result.get("access_key_secret")
        return set().union(*map(_secrets_in, result.values()), {shown} if isinstance(shown, str) and shown != PLANNED_SECRET else ())
    return set().union(*map(_secrets_in, result)) if isinstance(result, list) else set()


def _told(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls as the result has them: AWX drops results that are too big."""
    if len(calls) <= _MOST_CALLS:
        return calls
    by_action: dict[str, dict[str, Any]] = {}
    for call in calls:
        sums = by_action.setdefault(call["action"], {"attempts": 0, "milliseconds": 0})
        by_action[call["action"]] = {**call, **{member: sums[member] + call[member] for member in ("attempts", "milliseconds")}}
    return list(by_action.values())


class _Module(AnsibleModule):
    """AnsibleModule that drops blank connection options before it parses, and masks the password in a URL also when parsing fails."""

    def __init__(self, **details: Any) -> None:
        # The one place that tells Ansible of secrets. Since 2.22 they are masked where they are shown, and later tasks have the real values;
        # before, they are masked in the result itself. So those that later tasks need are only registered since then.
        if register_secrets is not None:
            self.secrets = Secrets(register=register_secrets, register_shown=register_secrets)
        else:
            self.secrets = Secrets(register=self._mask_in_result)
        super().__init__(**details)

    def _mask_in_result(self, values: Iterable[str]) -> None:
        self.no_log_values.update(values)

    def _load_params(self) -> None:
        super()._load_params()
        self.params = cleaned(self.params)
        self.secrets.add(password_of(str(self.params.get(option, ""))) for option in _URLS)


def run(options: dict[str, dict[str, Any]], job: Job) -> None:
    """What a module's main() is. options: its own, beside the connection's."""
    module = _Module(argument_spec={**CONNECTION, **options}, supports_check_mode=True)
    # Those of the options. One that was pasted with its newline is sent without, and the API may quote it.
    module.secrets.add(set(module.no_log_values))
    if _http.REQUESTS_IMPORT_ERROR is not None:
        advice = "Install it for that Python, or point ansible_python_interpreter at one that has it: on localhost, {{ ansible_playbook_python }}."
        module.fail_json(msg=f"{missing_required_lib('requests')} {advice}", exception=_http.REQUESTS_IMPORT_ERROR)
    try:
        result = execute(job, module.params, check_mode=module.check_mode, environment=os.environ, secrets=module.secrets)
    except Exception as error:  # pylint: disable=broad-except
        # Not its text, nor the traceback with it: either might quote a header with a secret in it.
        place = traceback.extract_tb(error.__traceback__)[-1]
        module.fail_json(
            msg=f"A mistake in the collection: {type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}. Please report it with this line."
        )
    if not module._diff:
        # A quarter of a big result, which AWX would drop as a whole for its size.
        result.pop("diff", None)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
