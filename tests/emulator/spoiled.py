# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that a fault spoils on their way out."""

from __future__ import annotations

import json
from typing import Any


def spoiled(response: dict, faults: list[dict]) -> tuple[int, str, bytes]:
    """The answer as it leaves: usually as it is, with exactly this content type."""
    status, content_type = 200, "application/json"
    how = next((fault["how"] for fault in faults if fault["kind"] == "garble"), "")
    if how in ("null_result", "false_result"):
        response = {"Result": None if how == "null_result" else False, "RequestId": response["RequestId"]}
    elif how in ("count", "null_list") and isinstance(response.get("Result"), dict):
        result = response["Result"]
        for name in result:
            if how == "count" and name.endswith("TotalCount"):
                result[name] = (result[name] or 0) + 1
            elif how == "null_list" and isinstance(result[name], list):
                result[name] = None
    elif how == "bare_error":
        response = {"Error": {}, **response}
    for fault in faults:
        if fault["kind"] == "omit" and "Result" in response:
            response = {**response, "Result": _without(response["Result"], fault)}
    body = json.dumps({"Response": response} if how != "no_response" else {"Answer": response}, ensure_ascii=False).encode()
    if how == "not_json":
        body, content_type = b"<html>not the API</html>", "text/html"
    elif how == "truncated":
        body = body[:len(body) // 2]
    elif how == "charset":
        content_type = "application/json; charset=utf-8"
    for fault in faults:
        if fault["kind"] == "http":
            status, content_type, body = fault["status"], fault["content_type"], fault["body"].encode()
    return status, content_type, body


def _without(result: Any, fault: dict) -> Any:
    """The result without the members that the fault omits, at any depth."""
    if isinstance(result, list):
        return [_without(one, fault) for one in result]
    if not isinstance(result, dict):
        return result
    kept = {member: _without(value, fault) for member, value in result.items() if member not in fault["members"]}
    return {**dict.fromkeys(result), **kept} if fault["null"] else kept
