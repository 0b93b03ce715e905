"""How the running Python was built. `scripts/setup` runs this file by itself, before anything is installed.

The same gateway on the same machine takes a fifth to a third less processor time with a Python that was compiled by a
profile of how programs run (``--enable-optimizations``) than with one that was compiled without. Distributions' own,
python.org's and those of container images are; what pyenv and `make` build by default is not.

Any Python 3 can run this file, so that an old one gets to say that it is too old.
"""

import os
import sys
import sysconfig

OLDEST = (3, 11)
QUICK, SLOW, TOO_OLD = range(3)
"""What this file exits with."""


def is_optimised(configured: "str | None", executable: str) -> bool:
    """Tell whether a Python was compiled by a profile, from how it was configured and where it stands.

    Debian and Ubuntu do so by other means than the option; ``None``: it does not tell, as on Windows.
    """
    return configured is None or "--enable-optimizations" in configured or os.path.dirname(executable) == "/usr/bin"


def here() -> bool:
    """Tell whether the running Python is such a one."""
    configured = sysconfig.get_config_var("CONFIG_ARGS")
    return is_optimised(configured, os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


if __name__ == "__main__":
    sys.exit(TOO_OLD if sys.version_info < OLDEST else QUICK if here() else SLOW)
