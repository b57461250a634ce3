"""The secret of a run on this machine: made at the first start, kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

FILE = "delivery-secret"


def local_secret(data_dir: Path) -> str:
    """The secret that webhooks' secrets, feeds' keys and the links in letters are derived from."""
    path = data_dir / FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text("utf-8").strip()
