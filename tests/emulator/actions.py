# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions, by area. One method each; its signature is the schema of the request, and it returns `Response.Result`.

Facts are those of the vendor's action pages and SDK unless a comment marks them as inferred or assumed; what nobody
knows is a switch (tables.py).
"""

from __future__ import annotations

from .environment_actions import EnvironmentActions
from .key_actions import AccessKeyActions
from .plan_actions import UsagePlanActions
from .service_actions import ServiceActions


class Actions(UsagePlanActions, EnvironmentActions, AccessKeyActions, ServiceActions):
    """All of them. The API's actions are the methods with a capital."""

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in dir(cls) if name[0].isupper()]
