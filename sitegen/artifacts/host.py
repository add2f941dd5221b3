"""What kind of machine this is: for `sitegen status`, where times are compared."""

from __future__ import annotations

import os
import platform
import sys


def describe_host() -> str:
    """Return system, processors and GPU in one line, without the machine's name; asks torch only if it is loaded."""
    parts = [f"{platform.system()} {platform.machine()}", f"{os.cpu_count()} CPUs"]
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        parts.append(torch.cuda.get_device_name())
    return ", ".join(parts)
