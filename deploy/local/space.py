"""Room on the disk."""

import shutil
from pathlib import Path

from deploy.local.failures import RunnerError


def require_space(folder: Path, size: int, setting: str) -> None:
    """Raises RunnerError when less is free than needed."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise RunnerError(
            f"Only {free // 1_000_000} MB are free in {folder}, {size // 1_000_000} MB are needed: make room or set "
            f"{setting} to a folder on another disk."
        )
