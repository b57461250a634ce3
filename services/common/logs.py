"""Structured logs: one event a line, on standard error, with the service's name and the time in UTC."""

import logging
import sys
from typing import Any

import structlog

from services.common.settings import Settings


def configure_logs(service: str, settings: Settings) -> None:
    """Send structlog's and the standard library's events through one renderer."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _name_service(service),
    ]
    render: list[structlog.typing.Processor] = (
        [_tracebacks(), structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in (
        "httpx",
        "httpcore",
        "elastic_transport",
        "aiokafka",
        "trafilatura",
        "htmldate",
        "uvicorn",
    ):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)  # we say ourselves what is waited for


def _name_service(service: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return add


def _tracebacks() -> structlog.typing.Processor:
    """Tracebacks without the values of variables: among them may be a password."""
    return structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
