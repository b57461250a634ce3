"""Import a program's modules while what it needs is still starting, then wait for the word to run it.

    python -m deploy.local.preload services.cli:main services.extractor.app -- sitrep extractor

imports `services.cli` and `services.extractor.app`, waits for a line on its standard input, and then calls `main()` as
the command `sitrep extractor` would. An end of the input without a line means that the supervisor is gone.
"""

import importlib
import sys


def main() -> None:
    """Import, wait, run."""
    arguments = sys.argv[1:]
    split = arguments.index("--")
    entry, *modules = arguments[:split]
    module, _, function = entry.partition(":")
    for name in (module, *modules):
        importlib.import_module(name)
    sys.stdout.flush()
    if not sys.stdin.buffer.readline():
        sys.exit(1)
    sys.argv = arguments[split + 1 :]
    getattr(sys.modules[module], function)()


if __name__ == "__main__":
    main()
