"""The files made from code and data: schemas, the AsyncAPI document, the table of settings, names, the dashboard.

``python -m deploy.generated`` writes them; with ``--check`` it only says which are out of date, and fails if any is.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from deploy.demo.settings import DemoSettings
from deploy.local.settings import LocalSettings
from deploy.names import names_file
from deploy.observability.dashboard import dashboard
from deploy.synonyms import synonyms_file
from services.alerts.settings import AlertsSettings
from services.api.settings import ApiSettings
from services.common.schemas import asyncapi, schema_files
from services.common.settings import Settings
from services.delivery.settings import DeliverySettings
from services.extractor.knowledge import knowledge
from services.extractor.settings import ExtractorSettings
from services.fetcher.settings import FetcherSettings
from services.indexer.settings import IndexerSettings

ROOT = Path(__file__).parent.parent
SERVICES: dict[str, type[Settings]] = {
    "fetcher": FetcherSettings,
    "extractor": ExtractorSettings,
    "indexer": IndexerSettings,
    "alerts": AlertsSettings,
    "delivery": DeliverySettings,
    "api": ApiSettings,
}
ON_THIS_MACHINE = (LocalSettings, DemoSettings)


def generated_files() -> dict[str, str]:
    """Every generated file: its path from the root of the repository, and what must stand in it."""
    files = {f"docs/streams/schemas/{name}": _json(schema) for name, schema in schema_files().items()}
    files["docs/streams/asyncapi.json"] = _json(asyncapi())
    files["docs/settings.md"] = settings_page()
    files["deploy/observability/dashboard.json"] = _json(dashboard())
    left_out = (ROOT / "services/indexer/not_synonyms.txt").read_text("utf-8")
    files["services/indexer/synonyms.txt"] = synonyms_file(knowledge().names, left_out)
    files["services/api/names.tsv"] = names_file(knowledge().names)
    known = knowledge()
    units = {row.lemma for row in known.nouns.values()} | {row.unit for row in known.measures.values()}
    units |= {row.code for row in known.currencies.values()}
    files["services/api/known/units.txt"] = _units_file(units)
    return files


def _units_file(units: Iterable[str]) -> str:
    head = "# Units that are known though no article may have had them yet, one a line.\n"
    return (
        head
        + "# Made by `make generate` from services/extractor/knowledge. Edit that, not this.\n"
        + "\n".join(sorted(units))
        + "\n"
    )


def settings_page() -> str:
    """``docs/settings.md``: every environment variable, which services read it, its default and what it does."""
    rows = []
    for name in sorted({field for model in SERVICES.values() for field in model.model_fields}):
        readers = [service for service, model in SERVICES.items() if name in model.model_fields]
        field = SERVICES[readers[0]].model_fields[name]
        rows.append(_row(name, ", ".join(readers) if len(readers) < len(SERVICES) else "every service", field))
    local = [
        _row(name, "`sitrep run`" if model is LocalSettings else "the demo", field)
        for model in ON_THIS_MACHINE
        for name, field in sorted(model.model_fields.items())
        if name not in Settings.model_fields
    ]
    head = "| variable | read by | default | what it does |\n| --- | --- | --- | --- |\n"
    return (
        "# Settings\n\nGenerated from the settings models by `make generate`. Settings are environment variables; "
        "nothing else is read from the environment.\n\n## Services\n\n"
        f"{head}{''.join(rows)}\n## Running on one machine\n\n{head}{''.join(local)}"
    )


def _row(name: str, readers: str, field: Any) -> str:
    default = "required" if field.default is PydanticUndefined and not field.default_factory else field.default
    shown = "computed" if field.default_factory else "none" if default is None else f"`{default}`"
    text = " ".join((field.description or "").split())
    return f"| `SITREP_{name.upper()}` | {readers} | {shown} | {text} |\n"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stale(root: Path) -> list[str]:
    """The generated files that differ from what stands under ``root``."""
    return [
        name
        for name, text in generated_files().items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]


def main() -> int:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description="Write the generated files, or check that they are up to date.")
    parser.add_argument("--check", action="store_true", help="only say which are out of date")
    if parser.parse_args().check:
        for name in (out := stale(ROOT)):
            print(f"{name} is out of date: run `make generate` and commit it.")  # noqa: T201 - a command's answer
        return 1 if out else 0
    for name, text in generated_files().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
