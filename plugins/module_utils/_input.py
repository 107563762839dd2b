# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what a person wrote, before any call.

Only what cannot be meant is refused: private clouds have ids and regions of their own, and ids of manual keys are user text.
"""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder

# Of options that are numbers, the least and the most. Seconds end at a day; a role's, where the service ends them (vendor document 1312/48197).
_BOUNDS = {
    "api_timeout": (1, 86_400), "api_retries": (0, 1000), "wait_timeout": (0, 86_400), "api_rate": (0, 1000), "role_session_duration": (1, 43_200),
    "max_results": (1, 1_000_000), "rotate_after_days": (1, 36_500),
}


def checked_id(option: str, value: str) -> str:
    """The id, stripped. Raises InputError when nothing is left, or white space or control characters are inside."""
    stripped = value.strip()
    if not stripped:
        raise InputError(f"{option} holds a blank id: is a variable empty?")
    if is_placeholder(value.lstrip()):
        # With its name, which may end in a blank.
        return value.lstrip()
    if not may_be_id(stripped):
        raise InputError(f"{option}: {stripped!r} has white space or control characters inside, which no id has.")
    return stripped


def may_be_id(value: str) -> bool:
    """Whether no white space or control character is inside, which no id has."""
    return not any(character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in value)


def checked_ids(option: str, values: list[str]) -> list[str]:
    """The ids, stripped, each once, sorted. Raises InputError."""
    return sorted({checked_id(option, value) for value in values})


def refuse_out_of_bounds(params: dict[str, Any]) -> None:
    """Raises InputError for a number that is out of its bounds: nobody means it, and no clock could count it."""
    for option, (least, most) in _BOUNDS.items():
        value = params.get(option)
        if value is not None and not least <= value <= most:
            raise InputError(f"{option} is {value}; it is {least} to {most}.")


def refuse_emptying(option: str, given: Any, params: dict[str, Any]) -> None:
    """Raises InputError for state: exact with nothing given that nobody has confirmed: it is what an undefined variable looks like."""
    if params["state"] == "exact" and not given and not params["allow_empty"]:
        raise InputError(
            f"state: exact with empty {option} would unbind everything from the usage plan. If that is meant, and not an undefined variable, "
            "set allow_empty: true."
        )


def checked_header(option: str, value: str) -> str:
    """A value that is sent as an HTTP header. Raises InputError for what a header cannot carry."""
    if not value or not all(33 <= ord(character) <= 126 for character in value):
        raise InputError(f"{option} {value!r} must be printable ASCII without white space.")
    return value


def password_of(url: str) -> str:
    """The password in a URL, as it is written there; empty without one."""
    return (url.partition("://")[2] or url).rpartition("@")[0].partition(":")[2]


def checked_proxy(given: str) -> str:
    """The URL of a proxy, or "" for none. Raises InputError, whose text does not quote it: it may hold a password."""
    if not given:
        return given
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in given):
        raise InputError("proxy is not the URL of a proxy: it is http://host:port, or with user:password@ before the host.")
    return given


def checked_url(protocol: str, domain: str, endpoint: str = "", *, service: str = "apigateway", option: str = "endpoint") -> str:
    """The URL that calls go to: <service>.<domain>, or `endpoint` (host, host:port or URL; from that option) in its place.

    Raises InputError for anything that is not a plain host with an optional scheme and port.
    """
    option, given = (option, endpoint) if endpoint else ("domain", domain)
    url = given if "://" in given else f"{protocol}://{given if endpoint else f'{service}.{given}'}"
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(c.isspace() or ord(c) < 33 for c in url) or (option == "domain" and "://" in given):
        raise InputError(f"{option} {given!r} is not a host name.")
    if parts.scheme not in ("http", "https"):
        raise InputError(f"{option} {given!r}: only http and https are possible.")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise InputError(f"{option} {given!r} must be a host, host:port or URL without user, path or query: the API's path is always '/'.")
    return f"{parts.scheme}://{parts.netloc.lower()}/"
