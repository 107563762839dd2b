# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module supports, and what those that write and those that only read add to it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/tencentcloud.apigateway.all) in C(module_defaults) to set the shared options once.
    support: full
    membership:
      - tencentcloud.apigateway.all
  check_mode:
    description: Can run in check mode and make only calls that read.
    support: full
  idempotent:
    description: When run twice in a row with nobody else writing, the second time changes nothing.
    support: full
"""

    WRITES = r"""
options: {}
attributes:
  diff_mode:
    description: Returns what is there before and after.
    support: full
"""

    READS = r"""
options: {}
attributes:
  diff_mode:
    description: Changes nothing, so there is nothing to compare.
    support: N/A
"""
