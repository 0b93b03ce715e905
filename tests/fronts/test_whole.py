"""Whole lives of messages and uploads, as without a front: the same tests, collected here once more."""

from tests.e2e.test_delivery import *  # noqa: F403
from tests.e2e.test_lives import *  # noqa: F403
from tests.e2e.test_upload import *  # noqa: F403
