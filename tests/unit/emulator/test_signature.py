# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's verification of signatures, as a pure function, against the published examples."""

from __future__ import annotations

import hashlib

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator import signature

MINIMUM = ("content-type", "host")
JSON, FORM = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
PUBLISHED_BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
BIND = b'{"UsagePlanId": "usagePlan-quqxvett", "AccessKeyIds": ["AKIDEXAMPLE1"]}'
CVM, OURS = "cvm.tencentcloudapi.com", "apigateway.intl.tencentcloudapi.com"

# name -> method, query, content type, host, body, signed headers, timestamp, id, key, hash of the canonical request, signature.
# The first three are the vendor's own (its page on signature version 3), the others computed with the vendor's SDK.
EXAMPLES = {
    "older pages": (
        "POST", "", JSON, CVM, PUBLISHED_BODY, MINIMUM, "1551113065", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******",
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031", "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
    ),
    "current pages": (
        "POST", "", JSON, CVM, PUBLISHED_BODY, (*MINIMUM, "x-tc-action"), "1551113065", "AKID" + "*" * 32, "*" * 32,
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84", "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
    ),
    "a GET": (
        "GET", "Limit=10&Offset=0", FORM, CVM, b"", MINIMUM, "1539084154", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7", "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
    ),
    "this product": (
        "POST", "", "application/json", OURS, BIND, MINIMUM, "1700000000", "AKIDEXAMPLE", "SECRETEXAMPLE",
        "80120bc5f33e977770c05b23e77730d432ca12e6139d9c9b62ab4e3cb841ccfe", "d453cde53f0977563172986b36a93b324355715b4b40412e2e83b457dbe6ca2b",
    ),
    "a GET of this product": (
        "GET", "UsagePlanId=usagePlan-quqxvett&AccessKeyIds.0=AKIDEXAMPLE1", FORM, OURS, b"", MINIMUM, "1700000000", "AKIDEXAMPLE", "SECRETEXAMPLE",
        None, "5090b7dd495a962b402f29a914a9187e731143d6d4647ded61ac1457841d300e",
    ),
}


def verified(example, **changes):
    """The id that verify() finds behind an example, after changes to headers, body, clock or credentials."""
    method, query, content_type, host, body, signed, timestamp, secret_id, key, _canonical, value = example
    service, day = host.partition(".")[0], {"15511": "2019-02-25", "15390": "2018-10-09", "17000": "2023-11-14"}[timestamp[:5]]
    headers = {"content-type": content_type, "host": host, "x-tc-action": "DescribeInstances", "x-tc-timestamp": timestamp}
    headers["authorization"] = (
        f"TC3-HMAC-SHA256 Credential={secret_id}/{day}/{service}/tc3_request, SignedHeaders={';'.join(signed)}, Signature={value}"
    )
    headers.update(changes.get("headers", {}))
    credentials = changes.get("credentials", {secret_id: {"secret_key": key, "token": ""}})
    return signature.verify(
        credentials, headers, changes.get("body", body), float(timestamp) + changes.get("late", 0),
        method=method, query=changes.get("query", query), service=service,
    )


def refusal(example, **changes):
    with pytest.raises(signature.Refused) as caught:
        verified(example, **changes)
    return caught.value.code


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_published_examples_are_verified(name):
    assert verified(EXAMPLES[name]) == EXAMPLES[name][7]


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example[9]])
def test_the_published_canonical_requests(name):
    method, query, content_type, host, body, signed, _timestamp, _id, _key, expected, _signature = EXAMPLES[name]
    headers = {"content-type": content_type, "host": host, "x-tc-action": "DescribeInstances"}
    canonical = signature.canonical_request(method, query, headers, list(signed), body, False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == expected


def test_the_published_keys_of_a_day():
    keys = signature.keys_of_day("*" * 32, "2019-02-25", "cvm")
    assert [key.hex() for key in keys] == [
        "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0", "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f",
        "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_part_that_is_not_as_it_was_signed_is_refused(name):
    example = EXAMPLES[name]
    changes = [{"body": example[4] + b" "}, {"headers": {"host": "x" + example[3]}}, {"headers": {"content-type": "text/plain"}}, {"query": "Limit=11"}]
    assert {refusal(example, **change) for change in changes} == {"AuthFailure.SignatureFailure"}


def test_a_header_matters_exactly_when_it_is_signed():
    change = {"headers": {"x-tc-action": "TerminateInstances"}}
    assert refusal(EXAMPLES["current pages"], **change) == "AuthFailure.SignatureFailure"
    assert verified(EXAMPLES["older pages"], **change)


def test_values_of_headers_may_be_lower_cased_in_what_is_signed():
    """The page says so; the SDKs sign them as they are."""
    assert verified(EXAMPLES["this product"], headers={"host": OURS.upper()}) == "AKIDEXAMPLE"


@pytest.mark.parametrize(("late", "code"), [(300, None), (-300, None), (300.5, "AuthFailure.SignatureExpire"), (-301, "AuthFailure.SignatureExpire")])
def test_the_clock_may_differ_by_three_hundred_seconds(late, code):
    example = EXAMPLES["this product"]
    assert (refusal(example, late=late) if code else None) == code
    assert code or verified(example, late=late)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2023-11-14", "2023-11-15", "AuthFailure.SignatureFailure"), ("/apigateway/", "/cvm/", "AuthFailure.InvalidAuthorization"),
        ("tc3_request", "tc4_request", "AuthFailure.InvalidAuthorization"), ("content-type;host", "content-type", "AuthFailure.InvalidAuthorization"),
        ("content-type;host", "content-type;host;x-tc-absent", "AuthFailure.InvalidAuthorization"),
        ("Signature=d4", "Signature=D4", "AuthFailure.InvalidAuthorization"),
        ("TC3-HMAC-SHA256", "TC3-HMAC-SHA1", "AuthFailure.InvalidAuthorization"), ("AKIDEXAMPLE/", "AKIDother/", "AuthFailure.SecretIdNotFound"),
    ],
)
def test_an_authorization_that_is_not_quite_right_is_refused(old, new, code):
    example = EXAMPLES["this product"]
    right = (
        "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2023-11-14/apigateway/tc3_request, SignedHeaders=content-type;host, Signature=" + example[10]
    )
    assert verified(example, headers={"authorization": right})
    assert old in right
    assert refusal(example, headers={"authorization": right.replace(old, new)}) == code
