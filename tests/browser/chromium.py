"""Chromium out of npm's @sparticuz/chromium, which needs no package of the system and downloads nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT

PACKAGES = ROOT / "gateway" / "web" / "assets" / "node_modules"
_UNPACK = """
import chromium, { inflate } from "%(package)s/build/index.js";
const libraries = await inflate("%(package)s/bin/al2023.tar.br");
console.log(await chromium.executablePath());
console.log(libraries + "/lib");
"""


def unpacked(folder: Path) -> tuple[Path, dict[str, str]]:
    """The program, and what its environment needs where the system lacks its libraries."""
    package = PACKAGES / "@sparticuz" / "chromium"
    node = Path(sys.executable).with_name("node")
    script = _UNPACK % {"package": package.as_posix()}
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], env={**os.environ, "TMPDIR": str(folder)}, text=True,
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    program, libraries = done.stdout.split()
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True, timeout=60)
    if "not found" in linked.stdout:
        return Path(program), {"LD_LIBRARY_PATH": libraries}
    return Path(program), {}
