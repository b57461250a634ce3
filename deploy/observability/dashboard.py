"""The Grafana dashboard, made from the list of panels below: ``python -m deploy.generated`` writes dashboard.json.

Source: Grafana documentation, "Dashboard JSON model".
"""

from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 8
HEIGHT: Final = 8
COLUMNS: Final = 24 // WIDTH


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph: its lines as (expression, legend)."""

    title: str
    lines: tuple[tuple[str, str], ...]
    unit: str = "short"
    says: str = ""


def _quantiles(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"histogram_quantile({share}, sum by (le) (rate({name}_bucket[$__rate_interval])))", f"p{share * 100:g}")
        for share in (0.5, 0.9, 0.99)
    )


def _rates(counter: str, *labels: str) -> tuple[tuple[str, str], ...]:
    by = ", ".join(labels)
    return ((f"sum by ({by}) (rate({counter}[$__rate_interval]))", " ".join(f"{{{{{label}}}}}" for label in labels)),)


PANELS: Final = (
    Panel(
        "Page to search", _quantiles("sitrep_indexer_searchable_seconds"), "s",
        "From a page's answer until a search finds its article.",
    ),
    Panel(
        "Behind", (("max by (stage) (sitrep_consumer_lag_messages)", "{{stage}}"),), "short",
        "Messages that a stage has not settled.",
    ),
    Panel("Ready", (("min by (job, instance) (sitrep_ready)", "{{job}} {{instance}}"),), "bool"),
    Panel("Messages by outcome, a second", _rates("sitrep_messages_total", "stage", "outcome"), "ops"),
    Panel(
        "Dead letters, an hour",
        (('sum by (stage) (increase(sitrep_messages_total{outcome="dead_letter"}[1h]))', "{{stage}}"),),
    ),
    Panel("Batches tried again, a second", _rates("sitrep_retries_total", "stage"), "ops"),
    Panel("Pages by outcome, a second", _rates("sitrep_fetcher_pages_total", "outcome"), "ops"),
    Panel("Feeds by outcome, a second", _rates("sitrep_fetcher_feeds_total", "outcome"), "ops"),
    Panel(
        "Pages due", (("sum(sitrep_fetcher_addresses_due)", "due"),), "short",
        "Pages that wait for their host's turn.",
    ),
    Panel("Pages for the archive, a second", _rates("sitrep_fetcher_pages_kept_total", "outcome"), "ops"),
    Panel("Page asked to article sent", _quantiles("sitrep_fetcher_page_seconds"), "s"),
    Panel("Tagging one article", _quantiles("sitrep_extractor_tag_seconds"), "s"),
    Panel("Bulk request, with its claims", _quantiles("sitrep_indexer_write_seconds"), "s"),
    Panel(
        "A batch, p90",
        (
            (
                "histogram_quantile(0.9, sum by (le, stage) (rate(sitrep_batch_seconds_bucket[$__rate_interval])))",
                "{{stage}}",
            ),
        ),
        "s",
    ),
    Panel("Alerts, a second", (("sum(rate(sitrep_alerts_total[$__rate_interval]))", "alerts"),), "ops"),
    Panel("Deliveries by outcome, a second", _rates("sitrep_deliveries_total", "channel", "outcome"), "ops"),
    Panel("Deliveries that wait", (("sum(sitrep_deliveries_pending)", "pending"),)),
    Panel(
        "Alert to receiver", _quantiles("sitrep_delivery_seconds"), "s",
        "From an alert being taken up until its receiver has it, at the first attempt.",
    ),
    Panel("API answers, a second", _rates("sitrep_api_requests_total", "status"), "ops"),
    Panel("API answer", _quantiles("sitrep_api_request_seconds"), "s"),
    Panel("Copies counted, a second", (("sum(rate(sitrep_alert_copies_total[$__rate_interval]))", "copies"),), "ops"),
    Panel("API answers by key, a second", _rates("sitrep_api_key_requests_total", "key"), "ops"),
    Panel("API streams", (("sum by (kind) (sitrep_api_streams)", "{{kind}}"),)),
    Panel("Memory", (('process_resident_memory_bytes{job=~"$job"}', "{{job}} {{instance}}"),), "bytes"),
    Panel(
        "Processor", (('rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval])', "{{job}} {{instance}}"),),
        "percentunit",
    ),
    Panel("Sources followed", (("sum(sitrep_fetcher_sources)", "sources"),)),
)  # fmt: skip


def dashboard() -> dict[str, Any]:
    """The dashboard, to be imported into Grafana or laid into its provisioning folder."""
    return {
        "uid": "sitrep",
        "title": "Sitrep",
        "description": "The line from outlets to searches: what it does, how far it is behind, what fails.",
        "tags": ["sitrep"],
        "schemaVersion": 41,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
                {
                    "name": "job",
                    "label": "Service",
                    "type": "query",
                    "datasource": {"type": "prometheus", "uid": "${datasource}"},
                    "query": "label_values(sitrep_ready, job)",
                    "refresh": 2,
                    "includeAll": True,
                    "multi": True,
                    "current": {"text": "All", "value": "$__all"},
                },
            ]
        },
        "panels": [_panel(number, panel) for number, panel in enumerate(PANELS)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "gridPos": {
            "x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + nth), "expr": expression, "legendFormat": legend}
            for nth, (expression, legend) in enumerate(panel.lines)
        ],
    }  # fmt: skip
