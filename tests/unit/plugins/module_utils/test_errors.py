# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codes are known by their exact names, and hints appear where they help."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, KINDS, RESENDABLE, UNSURE, ApiError

INTERNATIONAL = "apigateway.intl.tencentcloudapi.com"
MAINLAND = "apigateway.tencentcloudapi.com"
PRIVATE = "apigateway.api3.example.com"
AWX_DROPS = "AWX drops results of more than 700,000 characters."


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_known_kind_a_meaning_and_a_hint(code):
    assert CODES[code].kind in KINDS
    assert CODES[code].meaning and not CODES[code].meaning.endswith(".")
    assert CODES[code].hint.endswith(".")


def test_the_kinds_that_decide_what_is_sent_again_exist():
    assert RESENDABLE | UNSURE <= set(KINDS)
    assert not RESENDABLE & UNSURE


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("LimitExceeded.RequestLimitExceeded", "throttled"),
        ("LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded", "quota"),
        ("LimitExceeded", "quota"),
        ("RequestLimitExceeded.UinLimitExceeded", "throttled"),
        ("RequestLimitExceeded.SomethingNew", "other"),
        ("LimitExceeded.SomethingNew", "other"),
        ("InternalError.SomethingNew", "internal"),
        ("UnsupportedOperation.RequestPostError", "internal"),
        ("UnsupportedOperation.UnpackError", "internal"),
        ("FailedOperation.CamException", "internal"),
        ("UnsupportedOperation.SomethingNew", "other"),
        (None, "other"),
    ],
)
def test_codes_are_classified_by_their_exact_names(code, kind):
    assert ApiError("BindSecretIds", code).kind == kind


def test_only_what_was_surely_not_carried_out_may_be_sent_again_as_it_is():
    by_flag = {kind: (ApiError("X", kind=kind).resendable, ApiError("X", kind=kind).unsure) for kind in KINDS}
    assert {kind for kind, (resendable, _unsure) in by_flag.items() if resendable} == {"throttled", "unavailable", "unreachable"}
    assert {kind for kind, (_resendable, unsure) in by_flag.items() if unsure} == {"internal", "lost", "unconfirmed"}


@pytest.mark.parametrize(("offset", "words"), [(3600.4, "3600 seconds ahead of"), (1, "1 seconds ahead of"), (-400, "400 seconds behind")])
def test_a_clock_that_is_off_is_told_by_how_much(offset, words):
    error = ApiError("BindSecretIds", "AuthFailure.SignatureExpire", clock_offset=offset)
    assert words in error.hint(INTERNATIONAL)


@pytest.mark.parametrize("code", ["ResourceNotFound.InvalidUsagePlan", "ResourceNotFound.InvalidAccessKeyId", "AuthFailure.SecretIdNotFound"])
def test_what_is_unknown_on_the_default_host_may_be_of_the_mainland(code):
    assert "domain: tencentcloudapi.com" in ApiError("X", code).hint(INTERNATIONAL)
    assert "domain: tencentcloudapi.com" not in ApiError("X", code).hint(MAINLAND)
    assert "domain: tencentcloudapi.com" not in ApiError("X", code).hint(PRIVATE)


@pytest.mark.parametrize("code", ["ActionOffline", "NoSuchProduct"])
def test_what_has_been_switched_off_says_so(code):
    error = ApiError("X", code)
    assert error.kind == "offline"
    assert "2026-10-30" in error.hint(MAINLAND)


def test_a_name_that_no_longer_resolves_is_first_a_matter_of_dns_and_then_of_retirement():
    error = ApiError("X", message="gone", kind="unreachable", unresolved=True)
    hint = error.hint(INTERNATIONAL)
    assert 0 <= hint.index("Check DNS and proxy") < hint.index("2026-10-30")
    assert "2026-10-30" not in error.hint(PRIVATE)
    assert "2026-10-30" not in error.hint("tencentcloudapi.com.example.com")


def test_the_token_service_has_an_option_of_its_own_and_was_not_shut_down():
    """Hints of a call that went there."""
    sts = "sts.tencentcloudapi.com"
    for kind in ("unreachable", "untrusted", "rejected"):
        assert "sts_endpoint" in ApiError("AssumeRole", message="x", kind=kind).hint(sts)
        assert "sts_endpoint" not in ApiError("BindSecretIds", message="x", kind=kind).hint(MAINLAND)
    for error in (ApiError("AssumeRole", "ActionOffline"), ApiError("GetCallerIdentity", message="x", kind="unreachable", unresolved=True)):
        assert "2026-10-30" not in error.hint(sts)
    assert "domain: tencentcloudapi.com" in ApiError("AssumeRole", "AuthFailure.SecretIdNotFound").hint("sts.intl.tencentcloudapi.com")


def test_a_create_that_answers_internal_error_on_the_public_cloud_may_be_closed():
    assert "2024-07-01" in ApiError("CreateUsagePlan", "InternalError").hint(MAINLAND)
    assert "2024-07-01" not in ApiError("CreateUsagePlan", "InternalError").hint(PRIVATE)
    assert "2024-07-01" not in ApiError("ModifyUsagePlan", "InternalError").hint(MAINLAND)


def test_an_unknown_code_is_explained_by_the_apis_own_text():
    assert ApiError("X", "Some.NewCode", "The moon is full.").meaning == "The moon is full"
    assert ApiError("X", "Some.NewCode").meaning == "no text came with it"
    assert ApiError("X", "Some.NewCode", "moon " * 100).meaning == ("moon " * 60).strip() + " ..."
    # What is ours lists ten things at most, and says all of it.
    assert ApiError("X", message="moon " * 100).meaning == ("moon " * 100).strip()
    assert ApiError("X", "ActionOffline", "The moon is full.").meaning == CODES["ActionOffline"].meaning


@pytest.mark.parametrize(
    ("kind", "words"),
    [("untrusted", "ca_path"), ("rejected", "proxy"), ("lost", "Run the task again"), ("unconfirmed", "Run the task again"), ("unclear", "Run the task again")],
)
def test_a_failure_without_a_code_has_a_hint_too(kind, words):
    assert words in ApiError("X", message="broken", kind=kind).hint(MAINLAND)


def test_an_error_says_what_it_was_told_and_no_more():
    error = ApiError("BindSecretIds", "InternalError", "Broken.", request_id="r-1", attempts=3)
    assert (str(error), error.request_id, error.attempts) == ("BindSecretIds: InternalError", "r-1", 3)
    plain = ApiError("BindSecretIds", message="broken")
    assert (str(plain), plain.request_id, plain.attempts, plain.clock_offset, plain.unresolved) == ("BindSecretIds: broken", "", 1, None, False)


@pytest.mark.parametrize(
    ("error", "host", "hint"),
    [
        (ApiError("DescribeApiKey", "UnauthorizedOperation", clock_offset=400), MAINLAND, CODES["UnauthorizedOperation"].hint),
        (ApiError("X", kind="unreachable"), MAINLAND, "Check endpoint or domain, protocol, proxy and firewall."),
        (ApiError("X", kind="unreachable", unresolved=True), PRIVATE, "Check DNS and proxy."),
        (ApiError("X", kind="not_found"), PRIVATE, "Check the name and the region."),
        (ApiError("X", "ResourceNotFound.InvalidUsagePlan"), PRIVATE, CODES["ResourceNotFound.InvalidUsagePlan"].hint),
        (ApiError("X", kind="too_many"), PRIVATE, f"Narrow the filters, where there are any, or raise max_results; {AWX_DROPS}"),
        (ApiError("X", kind="ambiguous"), PRIVATE, "Give the id of the one that is meant."),
        (ApiError("CreateApiKey", kind="lost"), PRIVATE, "Run the task again: it takes up what was created, if it appears."),
        (ApiError("BindSecretIds", kind="lost"), PRIVATE, "Run the task again: it reads what is there and does what is missing."),
        (ApiError("X", kind="other"), MAINLAND, ""),
    ],
)
def test_a_hint_is_about_what_happened_and_nothing_else(error, host, hint):
    assert error.hint(host) == hint


def test_a_host_is_public_on_any_port():
    assert "2024-07-01" in ApiError("CreateUsagePlan", "InternalError").hint(f"{MAINLAND}:8443")


def test_the_advice_about_retirement_goes_on_in_its_sentence():
    hint = ApiError("X", kind="unreachable", unresolved=True).hint(INTERNATIONAL)
    assert hint.startswith("Check DNS and proxy. If they are right: the public API Gateway is being shut down")
