"""What this machine has for models, as far as the system tells; no library that takes seconds to import is asked."""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
"""Of a processor that multiplies bfloat16, in /proc/cpuinfo."""
GPU_FILES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""One of them is there where torch may find a GPU: NVIDIA, AMD, and either of them in WSL."""


@cache
def multiplies_bfloat16() -> bool:
    """Tell whether the processor has units for bfloat16, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return False
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return not BFLOAT16_FLAGS.isdisjoint(flags)


@cache
def may_have_gpu() -> bool:
    """Tell whether torch might use a GPU here."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return any(Path(file).exists() for file in GPU_FILES) and not version("torch").endswith("+cpu")
