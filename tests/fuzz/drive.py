"""Lets atheris look for inputs that raise, hang or take too much memory: ``scripts/fuzz``.

    python -m tests.fuzz.drive NAME CORPUS_DIRECTORY [libFuzzer options]

Paths are found by coverage, the corpus grows in its directory, and what was found bad is written beside it.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tolmach"]):
    from tests.fuzz.targets import TARGETS, samples, vocabulary


def main() -> None:
    """Fuzz one target until the options say stop; atheris ends the process."""
    name, folder, *options = sys.argv[1:]
    corpus = Path(folder)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples(name)):
        (corpus / f"sample-{number}").write_bytes(sample)
    target = TARGETS[name]
    words, known = corpus.parent / f"{name}.dict", vocabulary(name)
    words.write_text("".join(f'"{word}"\n' for word in known))
    limits = ["-timeout=5", "-rss_limit_mb=1024", f"-artifact_prefix={corpus.parent}/{name}-"]
    limits += [f"-dict={words}"] if known else []
    atheris.Setup([sys.argv[0], *limits, *options, str(corpus)], lambda data: target(bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
