# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: the chain of sources for id, key and token, and roles.

Each source gives all three as one set, so that a key from one place never goes out with a token left over in another.
Errors name options, variables and files, never values.
"""

from __future__ import annotations

import configparser
import errno
import json
import pathlib
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import MOST_OF_A_NAME, shortened

# Names of the vendor's SDK; the token's are those of its command line tool and of its Terraform provider.
ENVIRONMENT = {
    "secret_id": ["TENCENTCLOUD_SECRET_ID"],
    "secret_key": ["TENCENTCLOUD_SECRET_KEY"],
    "token": ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"],
}
# The members of a file of the vendor's command line tool, and of one of its SDK.
CLI_MEMBERS = {"secret_id": "secretId", "secret_key": "secretKey", "token": "token", "role_arn": "role-arn", "role_session_name": "role-session-name"}
SDK_MEMBERS = {"secret_id": "secret_id", "secret_key": "secret_key", "token": "token", "role_arn": "role_arn"}
# The vendor's SDK asks here for the role of the instance that it runs on.
METADATA = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"
# The API tolerates five minutes between clocks, and so does the vendor's SDK with temporary credentials.
REFRESH_BEFORE = 300.0
STS_VERSION = "2018-08-13"
# A path that leads through a file, that is too long, or goes in circles: nothing can be there.
_NO_SUCH_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})
_UNREADABLE = {errno.EISDIR: "it is a folder", errno.EACCES: "this user may not read it", errno.EPERM: "this user may not read it"}


@dataclass
class Found:
    """source: gives the credentials of the moment. role: what the profile says of a role to assume. warnings: of files that others can read."""

    source: Callable[[], Credentials]
    role: dict[str, str] = field(default_factory=dict)
    region: str = ""
    warnings: list[str] = field(default_factory=list)


class Temporary:
    """Credentials that end, fetched when they are needed and again before they end.

    fetch: gives them and when they end (seconds since the epoch). Raises ApiError or InputError.
    """

    def __init__(self, fetch: Callable[[], tuple[Credentials, float]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._now: Credentials | None = None
        self._until = 0.0

    def __call__(self) -> Credentials:
        with self._lock:
            if self._now is None or self._clock() >= self._until - REFRESH_BEFORE:
                try:
                    self._now, self._until = self._fetch()
                except (ApiError, InputError):
                    # They are good for some minutes more; the next call tries again.
                    if self._now is None or self._clock() >= self._until:
                        raise
            return self._now


def find_credentials(
    options: Mapping[str, Any], environment: Mapping[str, str], ask: Callable[[str], str | None], clock: Callable[[], float],
) -> Found:
    """The first source that gives anything: options, environment, the files of a profile, the role of the instance.

    Values are stripped, and empty ones count as not given. ask: GETs a URL without a proxy; None when there is no answer.
    Raises InputError for half a source, for a profile that is named and nowhere, and when there is none, with what was tried.
    """
    variables = {part: next((name for name in names if first_set([name], environment)), names[0]) for part, names in ENVIRONMENT.items()}
    given = {part: (options.get(part) or "").strip() for part in ENVIRONMENT}
    for source, names, values in (
        ("options", {part: part for part in ENVIRONMENT}, given),
        ("environment", variables, {part: first_set([name], environment) or "" for part, name in variables.items()}),
    ):
        if any(values.values()):
            return Found(_whole(source, names, values))
    named = (options.get("profile") or "").strip()
    tried = ["the options secret_id and secret_key: not given", "the environment variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY: not set"]
    found = _from_files(named or "default", environment, tried)
    if found is not None:
        return found
    if named:
        raise InputError(f"No credentials of the profile {named}. Tried: {'; '.join(tried)}.")
    role = (options.get("cam_role_name") or ask(METADATA) or "").strip().splitlines()
    if len(role) == 1:
        return Found(Temporary(lambda: _of_instance(role[0], ask), clock))
    tried.append("the role of this machine, if it is an instance of the cloud's: it has none, or is none")
    raise InputError(f"No credentials. Tried: {'; '.join(tried)}.")


def _from_files(profile: str, environment: Mapping[str, str], tried: list[str]) -> Found | None:
    """What the files of the vendor's tools have of the profile. What was looked for is added to `tried`. Raises InputError."""
    home = _home(environment)
    given = first_set(["TENCENTCLOUD_SHARED_CREDENTIALS_DIR"], environment)
    cli = pathlib.Path(given) if given else home and home / ".tccli"
    for file, read, members in (
        (cli and cli / f"{profile}.credential", _read_json, CLI_MEMBERS), (home and home / ".tencentcloud/credentials", _read_ini, SDK_MEMBERS),
        (pathlib.Path("/etc/tencentcloud/credentials"), _read_ini, SDK_MEMBERS),
    ):
        if file is None:
            tried.append("files in the home folder: HOME is not set, and the user of this process has none")
            continue
        try:
            values = read(file, profile)
        except OSError as error:
            if error.errno not in _NO_SUCH_FILE:
                raise InputError(f"{file} cannot be read as credentials: {_UNREADABLE.get(error.errno, type(error).__name__)}.") from None
            tried.append(f"{file}: no such file")
            continue
        except (ValueError, RecursionError, configparser.Error) as error:
            raise InputError(f"{file} cannot be read as credentials ({type(error).__name__}).") from None
        given = {part: str(values.get(member) or "").strip() for part, member in members.items()}
        parts = {part: given.pop(part) for part in ENVIRONMENT}
        if not any(parts.values()):
            tried.append(f"{file}: no profile {profile} with credentials")
            continue
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        warnings = [f"{file} holds credentials and can be read or changed by others. Run: chmod 600 {file}"] if open_to_others else []
        role = {part: value for part, value in given.items() if value}
        return Found(_whole(str(file), members, parts), role, _region_of(cli, profile) if cli else "", warnings)
    return None


def _home(environment: Mapping[str, str]) -> pathlib.Path | None:
    """The home folder; None where there is none, which a container may have."""
    try:
        return pathlib.Path(environment.get("HOME") or "~").expanduser()
    except RuntimeError:
        return None


def _read_json(file: pathlib.Path, profile: str) -> dict[str, Any]:
    values = json.loads(file.read_text(encoding="utf-8"))
    return values if isinstance(values, dict) else {}


def _read_ini(file: pathlib.Path, profile: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(file.read_text(encoding="utf-8"))
    return dict(parser[profile]) if parser.has_section(profile) else {}


def _region_of(folder: pathlib.Path, profile: str) -> str:
    """The region in the profile's file of the vendor's command line tool, wherever it keeps it; empty without one."""
    try:
        values = _read_json(folder / f"{profile}.configure", profile)
    except (OSError, ValueError, RecursionError):
        return ""
    system = values.get("_sys_param")
    return str((system if isinstance(system, dict) else values).get("region") or "").strip()


def _of_instance(role: str, ask: Callable[[str], str | None]) -> tuple[Credentials, float]:
    """The temporary credentials of the instance's role, and when they end. Raises InputError."""
    try:
        answer = json.loads(ask(METADATA + role) or "")
        values = {part: answer[member] for part, member in (("secret_id", "TmpSecretId"), ("secret_key", "TmpSecretKey"), ("token", "Token"))}
        return _whole("metadata service", {part: part for part in values}, values), float(answer["ExpiredTime"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise InputError(f"The metadata service of this machine gives no credentials of the role {shortened(role, MOST_OF_A_NAME)}.") from None


def assumed(client: Client, role: Mapping[str, Any]) -> Temporary:
    """Credentials of a role (vendor document 1312/48197), assumed once and anew before they end.

    client: of the security token service, as the caller that may assume it. role: the options role_arn, role_session_name and so on.
    """
    optional = {"DurationSeconds": role.get("role_session_duration"), "ExternalId": role.get("role_external_id")}
    request = {"RoleArn": role["role_arn"], "RoleSessionName": role.get("role_session_name") or "ansible", **{k: v for k, v in optional.items() if v}}

    def fetch() -> tuple[Credentials, float]:
        answer = client.call("AssumeRole", **request)
        try:
            made = answer.response["Credentials"]
            return Credentials(made["TmpSecretId"], made["TmpSecretKey"], made["Token"]), float(answer.response["ExpiredTime"])
        except (LookupError, TypeError, ValueError):
            raise ApiError(
                "AssumeRole", message="the answer has no credentials", kind="unclear", request_id=answer.request_id, region=client.region, host=client.host,
            ) from None

    return Temporary(fetch, client.now)


def refuse_another_account(client: Client, expected: str) -> None:
    """Raises ApiError unless the caller belongs to the account. client: of the security token service, as the caller itself."""
    answer = client.call("GetCallerIdentity")
    account = str(answer.response.get("AccountId") or "")
    if account != expected:
        text = f"the caller belongs to account {account if account.isdigit() and len(account) < 30 else 'unknown'}, and expected_account is {expected}"
        raise ApiError("GetCallerIdentity", message=text, kind="auth", request_id=answer.request_id)


def _whole(source: str, names: Mapping[str, str], values: Mapping[str, str]) -> Credentials:
    """The source's values as credentials. Raises InputError for half a set, and for what no header can carry."""
    given = {part: value for part, value in values.items() if value}
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
