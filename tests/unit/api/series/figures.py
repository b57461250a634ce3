"""Figures for tests: short to write, everything can be given."""

from datetime import UTC, datetime
from typing import Any

from services.api.series.figures import Figure
from services.common.identity import article_id
from services.common.messages import AsOf, Attribution, Claim, Source


def a_figure(
    text: str = "12,000 troops",
    low: float | None = 12_000,
    high: float | None = 12_000,
    *,
    day: str = "2024-11-16",
    source: str = "outlet",
    story: str = "",
    said: str | None = None,
    speaker: str | None = None,
    as_of: tuple[str | None, str | None] | None = None,
    **claim: Any,
) -> Figure:
    given: dict[str, Any] = {
        "id": f"{source}-{day}-{text}-{said}",
        "text": text, "start": 0, "end": len(text), "sentence": f"{text}.", "low": low, "high": high,
        "qualifier": "exact", "category": "personnel", "item": "troops", "unit": "troop", "action": "send",
        "attributed_to": Attribution(text=said or speaker or "", entity=speaker) if said or speaker else None,
        "as_of": AsOf.model_validate({"from": as_of[0], "to": as_of[1]}) if as_of else None,
    }  # fmt: skip
    return Figure(
        claim=Claim(**{**given, **claim}),
        article_id=article_id(f"https://{source}.example/{day}"),
        title="Title",
        url=f"https://{source}.example/{day}",
        source=Source(id=source, name=source.title(), domain=f"{source}.example"),
        story=story or f"{source}-{day}-{text}",
        at=datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC),
    )
