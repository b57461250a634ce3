"""Become another program, as another user if told to, that ends when the process that started it ends.

Run as a script by path, with nothing but the standard library, because it runs once for every child:

    python -I -S launch.py PARENT_PID UID:GID|- PROGRAM ARGUMENT...

The rights are dropped here and not by the parent, because the kernel forgets the parent-death signal whenever a process
changes its user (prctl(2), PR_SET_PDEATHSIG), and because the new user may not be able to read our Python. No code runs
between fork and exec, which is not safe in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Drop rights, ask for the signal, exec."""
    parent, account, program, *arguments = sys.argv[1:]
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if account != "-":
        uid, gid = map(int, account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what we start would too
    if os.getppid() != int(parent):  # it ended before we asked
        sys.exit(1)
    try:
        os.execvp(program, [program, *arguments])  # noqa: S606 - that is the purpose
    except OSError as error:
        sys.exit(f"Cannot start {program}: {error.strerror}")


if __name__ == "__main__":
    main()
