"""What a benchmark was run on, as every report tells it."""

import os
import platform
from datetime import UTC, datetime

from tolmach.cli import interpreter


def described() -> str:
    """Return day, processors, architecture, Python with how it was compiled, and what else the machine has to do."""
    compiled = "" if interpreter.here() else " compiled without a profile"
    python = f"Python {platform.python_version()}{compiled}"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {python}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}, load average {os.getloadavg()[0]:.1f}"
