# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys."""

from __future__ import annotations

from .caller import NO_KEY, Caller, page
from .signature import Refused
from .state import AccessKey


class AccessKeyActions(Caller):
    def DescribeApiKey(self, AccessKeyId: str) -> dict:
        key = self._key(AccessKeyId)
        if key is None:
            raise Refused(NO_KEY)
        return _key_row(key)

    def DescribeApiKeysStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        wanted = self._filters(Filters, ("AccessKeyId", "AccessKeySecret", "SecretName", "NotUsagePlanId", "Status", "KeyWord"))
        rows = [_key_row(key) for key in self.place.access_keys.values() if self._key_fits(key, wanted)]
        return page("ApiKeySet", rows, Limit, Offset)

    def _key_fits(self, key: AccessKey, wanted: list[tuple[str, list[str]]]) -> bool:
        tests = {
            "AccessKeyId": lambda values: key.access_key_id in values,
            "AccessKeySecret": lambda values: key.secret in values,
            "SecretName": lambda values: self._named(key.name, values),
            "NotUsagePlanId": lambda values: not any(key.access_key_id in self._plan(value).keys for value in values),
            "Status": lambda values: str(int(key.enabled)) in values,
            "KeyWord": lambda values: any(value in key.name or value in key.access_key_id for value in values),
        }
        return all(tests[name](values) for name, values in wanted)


def _key_row(key: AccessKey) -> dict:
    """The list call has the secrets too (inferred: the vendor's Terraform provider takes them from there)."""
    return {
        "AccessKeyId": key.access_key_id, "AccessKeySecret": key.secret, "AccessKeyType": key.type, "SecretName": key.name,
        "ModifiedTime": key.modified, "Status": int(key.enabled), "CreatedTime": key.created,
    }
