"""Every metric, declared and described in one place. Each process makes one ``Metrics`` and passes it in.

Every stage counts each outcome exactly once, under one of the labels of its ``Outcome`` below.
"""

from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

FeedOutcome = Literal[
    "polled", "unchanged", "not_a_feed", "too_large", "http_error", "unreachable", "timed_out", "refused", "failed"
]
PageOutcome = Literal[
    "sent",
    "same",
    "deleted",
    "not_an_article",
    "too_large",
    "http_error",
    "unreachable",
    "timed_out",
    "refused",
    "failed",
    "handed_over",
]
DeliveryOutcome = Literal["delivered", "tried_again_later", "failed", "dropped"]
MessageOutcome = Literal["done", "superseded", "deleted", "dead_letter"]


class Metrics:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.feeds = Counter(
            "sitrep_fetcher_feeds",
            "Feeds and sitemaps asked for, by what came of it (each counted once).",
            ["outcome"],
            registry=self.registry,
        )
        self.pages = Counter(
            "sitrep_fetcher_pages",
            "Pages asked for, by what came of it (each counted once).",
            ["outcome"],
            registry=self.registry,
        )
        self.pages_kept = Counter(
            "sitrep_fetcher_pages_kept",
            "Pages to be kept in the archive, by whether they were: `kept`, or `not_kept` (no room, for example).",
            ["outcome"],
            registry=self.registry,
        )
        self.page_seconds = Histogram(
            "sitrep_fetcher_page_seconds",
            "Seconds from asking for a page to its article being acknowledged by Kafka.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.sources = Gauge("sitrep_fetcher_sources", "Sources that are followed.", registry=self.registry)
        self.sources_refused = Gauge(
            "sitrep_fetcher_sources_refused",
            "1 while the sources file has an error and the sources it had before are followed, else 0.",
            registry=self.registry,
        )
        self.addresses_due = Gauge(
            "sitrep_fetcher_addresses_due", "Pages that are due to be asked for.", registry=self.registry
        )
        self.messages = Counter(
            "sitrep_messages",
            "Messages taken from a topic, by what came of it (each counted once, after its effect is durable).",
            ["stage", "outcome"],
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "sitrep_batch_seconds",
            "Seconds a stage spends on one batch of messages.",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.retries = Counter(
            "sitrep_retries",
            "Batches tried again because something outside was away or busy.",
            ["stage"],
            registry=self.registry,
        )
        self.lag = Gauge(
            "sitrep_consumer_lag_messages",
            "Messages of a topic that a stage's group has not settled; every process of a stage reports its group's.",
            ["stage", "topic"],
            registry=self.registry,
        )
        self.tag_seconds = Histogram(
            "sitrep_extractor_tag_seconds",
            "Seconds of work to tag one article.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.write_seconds = Histogram(
            "sitrep_indexer_write_seconds",
            "Seconds until Elasticsearch has taken one bulk request's articles, with their claims.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.searchable_seconds = Histogram(
            "sitrep_indexer_searchable_seconds",
            "Seconds from an article's fetched_at until a search found it.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.alerts = Counter("sitrep_alerts", "Alerts published.", registry=self.registry)
        self.alert_copies = Counter(
            "sitrep_alert_copies",
            "Further copies of an article, each counted into an alert that was published.",
            registry=self.registry,
        )
        self.subscriptions = Gauge("sitrep_subscriptions", "Subscriptions held in memory.", registry=self.registry)
        self.deliveries = Counter(
            "sitrep_deliveries",
            "Attempts to deliver an alert, by channel and by what came of it (each counted once).",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.deliveries_pending = Gauge(
            "sitrep_deliveries_pending", "Alerts that are still to be delivered.", registry=self.registry
        )
        self.delivery_seconds = Histogram(
            "sitrep_delivery_seconds",
            "From an alert being taken up until its receiver has it, where the first attempt is the last.",
            ["channel"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.requests = Counter(
            "sitrep_api_requests",
            "Requests answered by the API.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "sitrep_api_request_seconds",
            "Seconds to answer a request.",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.key_requests = Counter(
            "sitrep_api_key_requests",
            "Requests that an API key was let in with, by the key's id.",
            ["key"],
            registry=self.registry,
        )
        self.streams = Gauge(
            "sitrep_api_streams",
            "Answers that are being streamed now, by kind: `live` (server-sent events) or `export`.",
            ["kind"],
            registry=self.registry,
        )
        self.ready = Gauge(
            "sitrep_ready", "1 while the service is ready to do its work, else 0.", registry=self.registry
        )
