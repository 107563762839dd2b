# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, and what a person can do about it.

Knows every documented error code by its exact name, what each says about a request that was sent (surely not carried
out, or unknown), and which hint helps. Knows neither HTTP nor Ansible.
"""

from __future__ import annotations

import copy
from typing import NamedTuple

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import shortened


class Code(NamedTuple):
    """One documented error code: its kind, what it means and what to do about it."""

    kind: str
    meaning: str
    hint: str


KINDS = {
    "throttled": "Too many requests. Surely not carried out; sent again with back-off until time is up.",
    "unavailable": "The service is briefly unavailable. Surely not carried out; sent again with back-off until time is up.",
    "quota": "A quota is used up. Never sent again.",
    "not_found": "Something named in the request does not exist in this region.",
    "conflict": "The present state forbids it: a rule, or a status.",
    "invalid": "The request is wrong, or an option is. With no C(error_code): told before any call.",
    "auth": "The caller is not who it claims to be, or may not do this.",
    "offline": "The API, the action or the product has been switched off.",
    "internal": "A fault inside the service: it is unknown whether the request was carried out. Settled by reading.",
    "unreachable": "The request never left: no name, no route, no connection. Sent again with back-off until time is up.",
    "untrusted": "No TLS connection that can be trusted was made, so nothing was sent.",
    "lost": "The request left and no usable answer came (cut connection, time-out, HTTP 5xx, not JSON, an error without a code). A read failed so.",
    "unconfirmed": "As lost, for a write: even reading did not settle whether it was carried out.",
    "rejected": "Something between here and the API refused the request (HTTP 3xx or 4xx), a proxy for instance.",
    "unclear": "A list contradicts its own count, or changed each time while its pages were read, until time was up: no answer is better than a wrong one.",
    "ambiguous": "Several things have this name: ids are unique, names are not.",
    "too_many": "More results than C(max_results).",
    "other": "A code that this collection does not know; the API's own text says more.",
}

# Of the security token service. They read, or do no harm twice.
STS_ACTIONS = ("AssumeRole", "GetCallerIdentity")
RESENDABLE = frozenset({"throttled", "unavailable", "unreachable"})
UNSURE = frozenset({"internal", "lost", "unconfirmed"})

_RETIRED = (
    "The public API Gateway is being shut down in batches since 2026-10-30, console and API together: it may have been "
    "retired for this account and region. What was bound there is gone with it; declare the access again on the gateway "
    "that replaces it, and drop this task."
)
_CREATION_CLOSED = "The public cloud has refused to create API Gateway resources since 2024-07-01, with this very answer."
_MAINLAND = "Accounts of the mainland site need domain: tencentcloudapi.com."
_SIGNED_WRONG = "Check secret_key, and that nothing between here and the API changes the request or its Host header."
_SLOW_DOWN = "Run fewer tasks or jobs at once (the limit is 20 requests a second for each action), or raise wait_timeout and api_retries."
_LATER = "Run the task again later; if it stays, open a ticket with the vendor and give the RequestId."
_BOTH_MEANINGS = (
    "Not bound here already, so it conflicts: two usage plans that share an access key cannot be bound to the same environment of the same "
    "service. Unbind the key from the other plan, or take one of the two plans off that environment."
)

# Vendor documents: the page of BindSecretIds (its nine business codes), and the list of common codes that all products share.
CODES = {
    # BindSecretIds, UnBindSecretIds, and the reads around them
    "InternalError.OssException": Code("internal", "a storage fault inside the service", _LATER),
    "InvalidParameterValue.InvalidAccessKeyIds": Code("invalid", "the list of access keys is malformed", "Check access_key_ids."),
    "InvalidParameterValue.InvalidRegion": Code(
        "invalid", "the region is not one of the product's, or not one of this host's",
        "Check region, and that it belongs to this domain or endpoint.",
    ),
    "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded": Code(
        "quota", "the usage plan would hold more access keys than its quota (50 by default)",
        "Unbind keys that are no longer used, or use a second usage plan.",
    ),
    "ResourceNotFound.InvalidAccessKeyId": Code(
        "not_found", "an access key does not exist", "Check the keys' ids and the region: keys of another region or account are not found here."
    ),
    "ResourceNotFound.InvalidUsagePlan": Code("not_found", "the usage plan does not exist", "Check usage_plan_id and region."),
    "UnsupportedOperation.AlreadyBindUsagePlan": Code("conflict", "an access key is already bound to a usage plan", _BOTH_MEANINGS),
    "UnsupportedOperation.InvalidStatus": Code(
        "conflict", "an access key is disabled, and a disabled key cannot be bound",
        "Enable the key, or take it off the list. It is never enabled just to bind it.",
    ),
    "UnsupportedOperation.UnsupportedBindApiKey": Code("conflict", "an access key is already bound to a usage plan", _BOTH_MEANINGS),
    "UnsupportedOperation.RequestPostError": Code("internal", "a call inside the service failed", _LATER),
    "FailedOperation.CamException": Code("internal", "a fault of the access management inside the service", _LATER),
    "InternalError.CamException": Code("internal", "a fault of the access management inside the service", _LATER),
    "UnsupportedOperation.UnpackError": Code("internal", "a call inside the service gave an answer that it could not read", _LATER),
    "InvalidParameterValue.InvalidFilterNotSupportedName": Code("invalid", "the action has no filter of this name", "Check the filters."),
    "InvalidParameterValue.LimitExceeded": Code("invalid", "a list in the request has too many elements", "Give fewer at once."),
    # Usage plans
    "InvalidParameter.FormatError": Code("invalid", "a name, a description or another text has a form that the API does not take", "Check the texts."),
    "InvalidParameterValue.InvalidMaxRequestNum": Code(
        "invalid", "a limit is out of its range", "max_requests is -1 or 1 to 99999999, max_requests_per_second -1 or 1 to 2000."
    ),
    "LimitExceeded.UsagePlanLimitExceeded": Code(
        "quota", "the account would have more usage plans than its quota (200 by default)", "Delete usage plans that are no longer used."
    ),
    "UnsupportedOperation.UsagePlanInUse": Code(
        "conflict", "access keys or environments are bound to the usage plan", "Unbind them first, or set force: true, which does so and lists them."
    ),
    # Access keys
    "FailedOperation.AccessKeyExist": Code(
        "conflict", "an access key of this id exists already, here or in another region", "Choose another access_key_id: it is unique across all regions."
    ),
    "InternalError.ApigwException": Code("internal", "a fault inside the service", _LATER),
    "LimitExceeded.ApiKeyCountLimitExceeded": Code(
        "quota", "the account would have more access keys than its quota (400 by default)", "Delete access keys that are no longer used."
    ),
    "UnauthorizedOperation.UncertifiedUser": Code("auth", "the account has not verified its real name", "Verify it in the vendor's console."),
    "UnsupportedOperation.ResourceIsInUse": Code(
        "conflict", "the access key is bound to a usage plan", "Unbind it first, or set force: true, which does so and lists the plans."
    ),
    "UnsupportedOperation.UinNotInWhiteList": Code(
        "auth", "the account may not use manual access keys",
        "Have the vendor allow them for the account, or let the server make the key: with a name, and without access_key_secret.",
    ),
    "UnsupportedOperation.UnsupportedUpdateApiKey": Code(
        "conflict", "the status of the access key forbids it", "Run the task again: it reads the status first."
    ),
    # Services
    "FailedOperation.ServiceInOperation": Code("conflict", "the service is being operated on", "Run the task again when that is done."),
    "FailedOperation.TaskAlreadyExist": Code("conflict", "the service is being released already", "Run the task again when that is done."),
    # Environments
    "FailedOperation.ServiceError": Code("other", "the service of the API failed", _LATER),
    "InvalidParameterValue.InvalidApiIds": Code("invalid", "the list of APIs is malformed or names APIs that the service does not have", "Check api_ids."),
    "ResourceNotFound.InvalidApi": Code("not_found", "an API does not exist", "Check api_ids and region."),
    "ResourceNotFound.InvalidService": Code("not_found", "the service does not exist", "Check service_id and region."),
    "UnsupportedOperation.UnsupportedBindEnvironment": Code(
        "conflict", "the environment cannot be bound",
        "Two usage plans that share an access key cannot be bound to the same environment of the same service, and bindings of whole environments "
        "and of single APIs do not mix in a service.",
    ),
    "UnsupportedOperation.UnsupportedUnBindEnvironment": Code(
        "conflict", "the environment cannot be unbound, since some APIs would be left without a usage plan", "Bind another usage plan to them first."
    ),
    "LimitExceeded.RequestLimitExceeded": Code("throttled", "too many requests", _SLOW_DOWN),
    # Common codes
    "ActionOffline": Code("offline", "the action has been withdrawn", _RETIRED),
    "NoSuchProduct": Code("offline", "the product does not exist", _RETIRED),
    "AuthFailure": Code("auth", "the caller was refused", _SIGNED_WRONG),
    "AuthFailure.InvalidAuthorization": Code("auth", "the Authorization header is malformed", _SIGNED_WRONG),
    "AuthFailure.InvalidSecretId": Code(
        "auth", "secret_id is not a cloud API key", "Check secret_id: it is the account's API key, not a gateway's access key."
    ),
    "AuthFailure.MFAFailure": Code("auth", "multi-factor authentication failed", "Use credentials that need no second factor."),
    "AuthFailure.SecretIdNotFound": Code("auth", "secret_id does not exist, or is disabled or deleted", "Check secret_id and that it is enabled."),
    "AuthFailure.SignatureExpire": Code(
        "auth", "the clock of the machine that signed differs from the API's by more than five minutes", "Set the clock of the machine that runs the task."
    ),
    "AuthFailure.SignatureFailure": Code("auth", "the signature does not match", _SIGNED_WRONG),
    "AuthFailure.TokenFailure": Code("auth", "the token is wrong or has expired", "Get new temporary credentials: id, key and token belong together."),
    "AuthFailure.UnauthorizedOperation": Code("auth", "the caller may not do this", "Allow the action in the caller's access policy."),
    "UnauthorizedOperation": Code("auth", "the caller may not do this", "Allow the action in the caller's access policy."),
    "IpInBlacklist": Code("auth", "the caller's address is refused", "Call from another address, or take it off the list."),
    "IpNotInWhitelist": Code("auth", "the caller's address is not on the list of those allowed", "Call from an allowed address, or add this one."),
    "DryRunOperation": Code("other", "the request would have worked", "Nothing asks for this; tell the maintainers."),
    "FailedOperation": Code("other", "the operation failed", _LATER),
    "InternalError": Code("internal", "a fault inside the service", _LATER),
    "InvalidAction": Code("invalid", "this host does not know the action", "Check domain and endpoint: this gateway may be of another version."),
    "NoSuchVersion": Code("invalid", "this host does not know the version of the API", "Check domain and endpoint: this gateway may be of another version."),
    "InvalidParameter": Code("invalid", "a parameter is wrong", "The API's own text says which."),
    "InvalidParameterValue": Code("invalid", "the value of a parameter is wrong", "The API's own text says which."),
    "InvalidRequest": Code("invalid", "the body of the request is wrong", "Check what stands between here and the API."),
    "MissingParameter": Code("invalid", "a parameter is missing", "The API's own text says which."),
    "UnknownParameter": Code("invalid", "a parameter is unknown to this host", "Check domain and endpoint: this gateway may be of another version."),
    "LimitExceeded": Code("quota", "a quota is used up", "See the quotas of the product; the API's own text says which."),
    "OperationDenied": Code("conflict", "the operation is refused", "The API's own text says why."),
    "RequestLimitExceeded": Code("throttled", "too many requests", _SLOW_DOWN),
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded": Code("throttled", "too many requests of this account", _SLOW_DOWN),
    "RequestLimitExceeded.IPLimitExceeded": Code("throttled", "too many requests from this address", _SLOW_DOWN),
    "RequestLimitExceeded.UinLimitExceeded": Code("throttled", "too many requests of this account", _SLOW_DOWN),
    "RequestSizeLimitExceeded": Code("invalid", "the request is too big", "Give fewer ids at once."),
    "ResponseSizeLimitExceeded": Code("invalid", "the answer would be too big", "Ask for less at once."),
    "ResourceInUse": Code("conflict", "it is in use", "Unbind it first."),
    "ResourceInsufficient": Code("quota", "there is not enough of it", _LATER),
    "ResourcesSoldOut": Code("quota", "it is sold out", _LATER),
    "ResourceNotFound": Code("not_found", "it does not exist", "Check the ids and region."),
    "ResourceUnavailable": Code("unavailable", "it cannot be used now", _LATER),
    "ServiceUnavailable": Code("unavailable", "the service is down", _LATER),
    "UnsupportedOperation": Code("conflict", "the present state does not allow it", "The API's own text says why."),
    "UnsupportedProtocol": Code("invalid", "only GET and POST are supported", "Check protocol, endpoint and proxy: something changed the request."),
    "UnsupportedRegion": Code("invalid", "the action is not offered in this region", "Check region."),
}


class InputError(Exception):
    """Wrong input, told before any call is made. Its text never holds a secret."""


class ApiError(Exception):
    """A call that did not succeed.

    action: the API's action, in its spelling.
    code: the documented code, verbatim; None when no answer with a code came.
    message: the API's own text (in its language), or ours where there is no code. Never holds headers, query, body or a secret.
    kind: one of KINDS; by default what CODES says of the code.
    attempts: how many requests were sent (or tried) for this call.
    clock_offset: seconds by which this machine's clock is ahead of the API's, when the answer told the time.
    unresolved: the host's name could not be resolved.
    region, host: where the call went; empty for one that no client has made.
    """

    def __init__(
        self, action: str, code: str | None = None, message: str = "", *, kind: str = "", request_id: str = "",
        attempts: int = 1, clock_offset: float | None = None, unresolved: bool = False, region: str = "", host: str = "",
    ) -> None:
        super().__init__(f"{action}: {code or message}")
        self.action = action
        self.code = code
        self.message = message
        self.kind = kind or kind_of(code)
        self.request_id = request_id
        self.attempts = attempts
        self.clock_offset = clock_offset
        self.unresolved = unresolved
        self.region = region
        self.host = host

    def of_kind(self, kind: str) -> ApiError:
        """The same, but of another kind."""
        other = copy.copy(self)
        other.kind = kind
        return other

    @property
    def resendable(self) -> bool:
        """Surely not carried out, and worth sending again as it is."""
        return self.kind in RESENDABLE

    @property
    def unsure(self) -> bool:
        """Nobody can say from this answer whether the request was carried out."""
        return self.kind in UNSURE

    @property
    def meaning(self) -> str:
        """What happened, as half a sentence."""
        known = CODES.get(self.code or "")
        text = self.message.strip().rstrip(".")
        # What is ours (without a code) is bounded where it is written.
        return known.meaning if known else (shortened(text) if self.code else text) or "no text came with it"

    def hint(self, host: str) -> str:
        """What to do about it, for a call that went to `host`."""
        # The security token service is another product: it has not been shut down, and has an option of its own.
        of_sts = self.action in STS_ACTIONS
        endpoint = "sts_endpoint" if of_sts else "endpoint"
        hints = [CODES[self.code].hint] if self.code in CODES and not (of_sts and self.kind == "offline") else []
        public = host.split(":")[0].endswith(".tencentcloudapi.com") and not of_sts
        if self.code == "AuthFailure.SignatureExpire" and self.clock_offset is not None:
            side = "ahead of" if self.clock_offset > 0 else "behind"
            hints.append(f"It is {abs(round(self.clock_offset))} seconds {side} the API's.")
        if host.partition(".")[2] == "intl.tencentcloudapi.com" and (self.kind == "not_found" or self.code == "AuthFailure.SecretIdNotFound"):
            hints.append(_MAINLAND)
        if of_sts and self.kind == "offline":
            hints.append("Check domain and sts_endpoint: this host does not offer the security token service.")
        if self.kind == "unreachable":
            hints.append("Check DNS and proxy." if self.unresolved else f"Check {endpoint} or domain, protocol, proxy and firewall.")
            if self.unresolved and public:
                hints.append(f"If they are right: {_RETIRED[0].lower()}{_RETIRED[1:]}")
        if self.kind == "untrusted":
            hints.append(f"Give the private authority's certificates as ca_path (or REQUESTS_CA_BUNDLE), and check the name in {endpoint} or domain.")
        if self.kind == "rejected":
            hints.append(f"Check {endpoint}, domain and proxy.")
        if self.kind == "not_found" and self.code is None:
            hints.append("Check the name and the region.")
        if self.kind == "too_many":
            hints.append("Narrow the filters, where there are any, or raise max_results; AWX drops results of more than 700,000 characters.")
        if self.kind == "ambiguous":
            hints.append("Give the id of the one that is meant.")
        if self.kind in ("lost", "unconfirmed", "unclear"):
            then = "takes up what was created, if it appears" if self.action.startswith("Create") else "reads what is there and does what is missing"
            hints.append(f"Run the task again: it {then}.")
        if self.kind == "internal" and self.action.startswith("Create") and public:
            hints.append(_CREATION_CLOSED)
        return " ".join(hints)


def kind_of(code: str | None) -> str:
    """The kind of a code: by its exact name; only the faults inside the service are an open family (InternalError.*)."""
    if code in CODES:
        return CODES[code].kind
    if code is not None and code.startswith("InternalError."):
        return "internal"
    return "other"
