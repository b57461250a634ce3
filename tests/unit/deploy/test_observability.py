"""Rules and dashboard speak of metrics, labels and outcomes that are really exported, and of all that matter."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from deploy.generated import SERVICES
from services.common.metrics import DeliveryOutcome, FeedOutcome, MessageOutcome, Metrics, PageOutcome
from services.common.settings import Settings

FOLDER = Path(__file__).parents[3] / "deploy" / "observability"
RULES = [rule for group in yaml.safe_load((FOLDER / "rules.yaml").read_text())["groups"] for rule in group["rules"]]
PANELS = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
EXPRESSIONS = {
    **{rule["alert"]: rule["expr"] for rule in RULES},
    **{f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]},
}
OF_PROMETHEUS = {"job", "instance", "le"}
OUTCOMES = {
    "sitrep_messages_total": set(get_args(MessageOutcome)),
    "sitrep_fetcher_pages_total": set(get_args(PageOutcome)),
    "sitrep_fetcher_feeds_total": set(get_args(FeedOutcome)),
    "sitrep_deliveries_total": set(get_args(DeliveryOutcome)),
}


def exported() -> dict[str, set[str]]:
    """The labels of every series that a service's /metrics has, by the series' name."""
    metrics = Metrics()
    series: dict[str, set[str]] = {"up": set()}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            name, labels = metric._name, set(metric._labelnames)
            match metric:
                case Counter():
                    series[f"{name}_total"] = labels
                case Histogram():
                    series |= {f"{name}_{part}": labels for part in ("bucket", "sum", "count")}
                case Gauge():
                    series[name] = labels
    for family in metrics.registry.collect():
        for sample in family.samples:
            series.setdefault(sample.name, set(sample.labels))
    return series


SERIES = exported()


def names(expression: str) -> set[str]:
    """The series that a PromQL expression asks for: words before a selector, or that stand alone and call nothing."""
    bare = re.sub(r'"[^"]*"|\{\{.*?\}\}', '""', expression)
    bare = re.sub(r"\b(?:by|on|without|ignoring)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", bare)
    words = re.findall(r"\b[a-z_][a-z0-9_]*\b(?!\s*\()", bare)
    return set(words) - {"and", "or", "unless", "bool"}


def selectors(expression: str) -> list[tuple[str, str, str, str]]:
    """Name, label, operator and value of every condition on a label."""
    return [
        (name, *condition)
        for name, inside in re.findall(r"([a-z_]+)\{([^}]*)\}", expression)
        for condition in re.findall(r'([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"', inside)
    ]


@pytest.mark.parametrize("what", EXPRESSIONS)
def test_an_expression_asks_for_what_there_is(what: str) -> None:
    expression = EXPRESSIONS[what]
    asked = names(expression)
    assert asked
    assert asked <= SERIES.keys()
    labels = set().union(*(SERIES[name] for name in asked)) | OF_PROMETHEUS
    for grouped in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression):
        assert {label.strip() for label in grouped.split(",")} <= labels
    for name, label, operator, value in selectors(expression):
        assert label in SERIES[name] | OF_PROMETHEUS
        if label == "outcome":
            known = OUTCOMES[name]
            assert (set(value.split("|")) if "~" in operator else {value}) <= known
        if label == "job" and "$" not in value:
            assert set(value.split("|")) == SERVICES.keys()
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_a_rule_says_what_to_do_and_shows_labels_it_has(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert {"summary", "description"} <= rule["annotations"].keys()
    grouped = re.findall(r"\bby\s*\(([^)]*)\)", rule["expr"])
    kept = {label.strip() for each in grouped for label in each.split(",")} if grouped else OF_PROMETHEUS
    for label in re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())):
        assert label in kept


def test_legends_show_labels_that_the_lines_have() -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            grouped = re.findall(r"\bby\s*\(([^)]*)\)", target["expr"])
            kept = {label.strip() for each in grouped for label in each.split(",")} if grouped else OF_PROMETHEUS
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= kept, panel["title"]


def test_every_metric_of_ours_is_shown() -> None:
    shown = " ".join(EXPRESSIONS.values())
    left_out = {
        name for name in SERIES if name.startswith("sitrep_") and not name.endswith(("_sum", "_count", "_created"))
    }
    left_out = {name for name in left_out if name not in shown}
    assert left_out == {"sitrep_subscriptions"}


def test_panels_do_not_lie_over_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS]
    assert len(set(places)) == len(places) == len({panel["title"] for panel in PANELS})


def test_every_service_is_scraped_where_it_listens() -> None:
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs}
    assert targets == {name: [f"127.0.0.1:{port(model, name)}"] for name, model in SERVICES.items()}


def port(model: type[Settings], service: str) -> int:
    return int(model.model_fields[f"{service}_port"].default)
