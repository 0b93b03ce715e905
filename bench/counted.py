"""The gateway with the interpreter's instructions counted: `bench.instructions` runs it in the place of `tolmach`.

Counts from one SIGUSR1 to the next, and then writes them to the file that ``COUNTED`` names: for every function the
file it is in, its name, how often it was called, and how many instructions it carried out.
"""

import json
import os
import signal
import sys
import threading
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tolmach.cli import main

_counts: defaultdict[CodeType, list[int]] = defaultdict(lambda: [0, 0])  # calls, instructions
_on = False


def _instruction(frame: FrameType, event: str, _arg: Any) -> Any:
    if event == "opcode":
        _counts[frame.f_code][1] += 1
    return _instruction


def _call(frame: FrameType, _event: str, _arg: Any) -> Any:
    if not _on:
        return None
    frame.f_trace_lines, frame.f_trace_opcodes = False, True
    _counts[frame.f_code][0] += 1
    return _instruction


def _toggle(_number: int, _frame: FrameType | None) -> None:
    global _on  # noqa: PLW0603
    _on = not _on
    if not _on:
        found = [(code.co_filename, code.co_qualname, *counts) for code, counts in list(_counts.items())]
        _counts.clear()
        into = Path(os.environ["COUNTED"])
        into.with_suffix(".part").write_text(json.dumps(found))
        into.with_suffix(".part").rename(into)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _toggle)
    threading.settrace(_call)
    sys.settrace(_call)
    main()
