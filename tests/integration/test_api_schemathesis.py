"""Schemathesis asks every operation what its document allows, and what it does not, and holds the answers against it."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from tests.integration.asking import running
from tests.integration.delivered import SHARED

EXAMPLES = 12
"""Of each operation, besides the examples of the document and every parameter's edges."""


@pytest.mark.usefixtures("clean_line")
@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without"])
async def test_nothing_is_found(engines: Any, library: AsyncElasticsearch, tmp_path: Path, keyed: bool) -> None:
    given: dict[str, Any] = {
        "delivery_secret": SHARED,
        "public_url": "https://sitrep.example",
        "smtp_host": "127.0.0.1",
    }
    async with running(engines, api_anonymous_read=not keyed, api_rate_anonymous=0, **given) as http:
        address = str(http.base_url.join("/openapi.json"))
        sent = ["--header", f"Authorization: {http.headers['Authorization']}"] if keyed else []
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "schemathesis"), "run", address, *sent),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-shrink"),
            # What is well-formed may still mean nothing: a field that does not exist in `q`, a rule that never matches.
            *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
            # A stream does not end; those have tests of their own.
            *("--exclude-path-regex", "(/stream|/events)$", "--request-timeout", "30"),
            *("--suppress-health-check", "all", "--no-color"),
            cwd=tmp_path,  # it keeps what it learns in a folder
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-40000:]
