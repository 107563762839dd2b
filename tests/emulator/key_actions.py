# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys."""

from __future__ import annotations

from .caller import NO_KEY, Caller
from .signature import Refused
from .state import AccessKey, new_id

STATUS = "UnsupportedOperation.InvalidStatus"
CANNOT_UPDATE = "UnsupportedOperation.UnsupportedUpdateApiKey"


class AccessKeyActions(Caller):
    def CreateApiKey(self, SecretName: str, AccessKeyType: str = "auto", AccessKeyId: str = "", AccessKeySecret: str = "") -> dict:
        manual = AccessKeyType == "manual"
        # Document 628/11816: 5 to 50 characters for the id of a manual key, 10 to 50 for its secret.
        fits = 5 <= len(AccessKeyId) <= 50 and 10 <= len(AccessKeySecret) <= 50 if manual else not AccessKeyId and not AccessKeySecret
        if not SecretName or AccessKeyType not in ("auto", "manual") or not fits:
            raise Refused("InvalidParameter.FormatError")
        # Document 628/38138: ids are unique across all regions.
        if any(AccessKeyId in place.access_keys for place in self.state.regions.values()):
            raise Refused("FailedOperation.AccessKeyExist")
        if len(self.place.access_keys) >= self.state.quotas["access_keys"]:
            raise Refused("LimitExceeded.ApiKeyCountLimitExceeded")
        now = self.state.now()
        key = AccessKey(
            AccessKeyId or new_id("AKID", 36), SecretName, AccessKeySecret or new_id("", 40), AccessKeyType, True, now, now,
            visible_at=self.state.clock() + self.lag,
        )
        self.place.access_keys[key.access_key_id] = key
        return _key_row(key)

    def UpdateApiKey(self, AccessKeyId: str, AccessKeySecret: str = "") -> dict:
        key = self._own(AccessKeyId)
        if not key.enabled:
            raise Refused(CANNOT_UPDATE)  # document 628/38138 says that it is refused; the code is assumed
        if key.type == "manual" and not 10 <= len(AccessKeySecret) <= 50:
            raise Refused("InvalidParameter.FormatError")
        key.secret, key.modified = AccessKeySecret or new_id("", 40), self.state.now()
        return _key_row(key)

    def EnableApiKey(self, AccessKeyId: str) -> bool:
        return self._switch(AccessKeyId, True)

    def DisableApiKey(self, AccessKeyId: str) -> bool:
        return self._switch(AccessKeyId, False)

    def DeleteApiKey(self, AccessKeyId: str) -> bool:
        key = self._own(AccessKeyId)
        obstacles = {STATUS: key.enabled, "UnsupportedOperation.ResourceIsInUse": any(AccessKeyId in plan.keys for plan in self.place.usage_plans.values())}
        codes = [code for code, stands in obstacles.items() if stands]
        if codes:
            raise Refused(codes[-1] if self.switches["delete_checks_use_first"] else codes[0])
        del self.place.access_keys[AccessKeyId]
        return True

    def _own(self, access_key_id: str) -> AccessKey:
        if access_key_id not in self.place.access_keys:
            raise Refused(NO_KEY)
        return self.place.access_keys[access_key_id]

    def _switch(self, access_key_id: str, enabled: bool) -> bool:
        key = self._own(access_key_id)
        if key.enabled == enabled and self.switches["switch_twice"] == "refuse":
            raise Refused(CANNOT_UPDATE)
        key.enabled = enabled
        return True

    def _visible(self, key: AccessKey | None) -> bool:
        return key is not None and key.visible_at <= self.state.clock()

    def DescribeApiKey(self, AccessKeyId: str) -> dict:
        key = self._key(AccessKeyId)
        if key is None or not self._visible(key):
            raise Refused(NO_KEY)
        return _key_row(key)

    def DescribeApiKeysStatus(self, Limit: int = 20, Offset: int = 0, Filters: list[dict] = ()) -> dict:
        wanted = self._filters(Filters, ("AccessKeyId", "AccessKeySecret", "SecretName", "NotUsagePlanId", "Status", "KeyWord"))
        rows = [self._listed(_key_row(key)) for key in self.place.access_keys.values() if self._visible(key) and self._key_fits(key, wanted)]
        return self._page("ApiKeySet", rows, Limit, Offset)

    def _listed(self, row: dict) -> dict:
        """The row as the list has it: whether and how with the secret is a switch."""
        how, secret = self.switches["listed_secrets"], row["AccessKeySecret"]
        if how == "absent":
            return {member: value for member, value in row.items() if member != "AccessKeySecret"}
        return {**row, "AccessKeySecret": {"shown": secret, "blank": "", "null": None, "masked": f"{secret[:2]}******{secret[-2:]}"}[how]}

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
