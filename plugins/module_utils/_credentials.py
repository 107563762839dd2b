# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: the chain of sources for id, key and token.

Each source gives all three as one set, so that a key from one place never goes out with a token left over in another.
Errors name options and variables, never values.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials

# Names of the vendor's SDK; the token's are those of its command line tool and of its Terraform provider.
ENVIRONMENT = {
    "secret_id": ["TENCENTCLOUD_SECRET_ID"],
    "secret_key": ["TENCENTCLOUD_SECRET_KEY"],
    "token": ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"],
}


def find_credentials(options: Mapping[str, str | None], environment: Mapping[str, str]) -> Credentials:
    """The first source that gives anything: the options secret_id, secret_key and token, then the environment.

    Values are stripped, and empty ones count as not given. Raises InputError when there is no source, or half of one.
    """
    for source, names, values in _sources(options, environment):
        given = {part: value for part, value in values.items() if value}
        if given:
            return _whole(source, names, given)
    raise InputError(
        "No credentials: neither the options secret_id and secret_key nor the environment variables TENCENTCLOUD_SECRET_ID and "
        "TENCENTCLOUD_SECRET_KEY are set."
    )


def _sources(options: Mapping[str, str | None], environment: Mapping[str, str]) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """For each source: what it is called, what it calls each part, and the stripped value of each part."""
    variables = {part: next((name for name in names if first_set([name], environment)), names[0]) for part, names in ENVIRONMENT.items()}
    return [
        ("options", {part: part for part in ENVIRONMENT}, {part: (options.get(part) or "").strip() for part in ENVIRONMENT}),
        ("environment", variables, {part: first_set([name], environment) or "" for part, name in variables.items()}),
    ]


def _whole(source: str, names: dict[str, str], given: dict[str, str]) -> Credentials:
    """The source's values as credentials. Raises InputError for half a set, and for what no header can carry."""
    lacking = [names[part] for part in ("secret_id", "secret_key") if part not in given]
    if lacking:
        has = " and ".join(names[part] for part in given)
        raise InputError(
            f"Half a set of credentials in the {source}: {has} without {' and '.join(lacking)}. Id, key and token are taken from one source together."
        )
    for part, value in given.items():
        if not all(33 <= ord(character) <= 126 for character in value):
            raise InputError(f"{names[part]} ({source}) has white space or other characters inside that no credential has.")
    return Credentials(**given)


def first_set(names: list[str], environment: Mapping[str, str]) -> str | None:
    """The first of the variables that is neither unset nor blank, stripped: AWX exports an input that was left empty as ''."""
    for name in names:
        value = environment.get(name, "").strip()
        if value:
            return value
    return None
