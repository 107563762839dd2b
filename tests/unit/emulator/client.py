# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the emulator that knows no more than how to sign: the standard library's, one connection for each request."""

from __future__ import annotations

import http.client
import json
import time

from ansible_collections.tencentcloud.apigateway.tests.emulator import signature

PLAN = "usagePlan-a"


def headers_for(body: bytes, *, host="", timestamp=0, action="DescribeUsagePlan", key="SECRETEXAMPLE", signed=("content-type", "host"), **changed):
    """Headers signed by the emulator's own arithmetic, which the published examples below hold."""
    headers = {
        "content-type": "application/json", "host": host, "x-tc-action": action, "x-tc-version": "2018-08-08", "x-tc-region": "ap-guangzhou",
        "x-tc-timestamp": str(int(timestamp)), **changed,
    }
    date = time.strftime("%Y-%m-%d", time.gmtime(int(timestamp)))
    canonical = signature.canonical_request("POST", "", headers, list(signed), body, False)
    value = signature.signature_of(key, date, "apigateway", headers["x-tc-timestamp"], canonical)
    headers["authorization"] = (
        f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{date}/apigateway/tc3_request, SignedHeaders={';'.join(signed)}, Signature={value}"
    )
    return headers


def send(emulator, headers, body=b"{}", *, method="POST", path="/"):
    """Status, headers and body of one request, by the standard library's client."""
    connection = http.client.HTTPConnection(emulator.url.partition("//")[2], timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def call(emulator, clock, /, action="DescribeUsagePlan", **params):
    """The Response of one well-signed call."""
    body = json.dumps(params or {"UsagePlanId": PLAN}).encode()
    headers = headers_for(body, host=emulator.url.partition("//")[2], timestamp=clock(), action=action)
    _status, _headers, answer = send(emulator, headers, body)
    return json.loads(answer)["Response"]


def code_of(response):
    """The code of a refusal, or None."""
    return response.get("Error", {}).get("Code")
