# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control plane of Tencent Cloud API Gateway in one process, for tests, the demo and people.

An independent reading of the vendor's documents: nothing here imports plugins/. See docs/emulator.md.
"""

from .emulator import Emulator

__all__ = ["Emulator"]
