"""What a command is given to read: a file's name, or - for standard input."""

import sys
from pathlib import Path

from services.common.errors import ConfigurationError


def read_bytes(file: str) -> bytes:
    """The content of a file, or of standard input where the name is -.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}.") from error


def read_text(file: str) -> str:
    """The text of a file in UTF-8, or of standard input where the name is -.

    Raises:
        ConfigurationError: it cannot be read, or is in another encoding.
    """
    try:
        return read_bytes(file).decode()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error
