"""The routes of an article's revisions: which there were, and what one changed."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Query
from pydantic import Field

from services.api.differences import Op, figure_changes, text_changes
from services.api.examples import answer_example
from services.api.index import SearchIndex
from services.api.problems import ProblemError, problem_answers
from services.common.messages import ARTICLE_ID, ArticleId, ArticleKind, Change, Claim, Message, UtcDatetime

GREATEST: Final = 1 << 31
"""A revision's number is less."""


class Revision(Message):
    """An article as it was for a while."""

    revision: int = Field(ge=1)
    title: str
    published_at: UtcDatetime | None = None
    modified_at: UtcDatetime | None = None
    fetched_at: UtcDatetime
    """When it was first seen so."""
    kind: ArticleKind = "article"
    change: Change | None = None
    """Which fields it changed; null for the first."""
    claims_total: int = Field(ge=0)
    """How many figures it put forward."""


class RevisionList(Message):
    """Every revision of an article, the oldest first."""

    total: int = Field(ge=0)
    items: tuple[Revision, ...]


class Part(Message):
    """A stretch of a text: ``equal`` and ``removed`` are the text before, ``equal`` and ``added`` the one after."""

    op: Op
    text: str


class ChangedFigure(Message):
    """A figure that became another: its number, who says it, or what it is of."""

    before: Claim
    after: Claim


class Figures(Message):
    """What became of the figures."""

    added: tuple[Claim, ...]
    removed: tuple[Claim, ...]
    changed: tuple[ChangedFigure, ...]
    unchanged: int = Field(ge=0)
    """How many say the same, also where their sentence was reworded."""


class Difference(Message):
    """What changed from one revision of an article to another."""

    id: ArticleId
    from_: Revision = Field(alias="from")
    to: Revision
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    figures: Figures


def add_revision_routes(app: FastAPI, index: SearchIndex, examples: Mapping[str, Any]) -> None:
    """``GET /v1/articles/{id}/revisions`` and ``GET /v1/articles/{id}/diff``."""
    article = Path(pattern=ARTICLE_ID, description="The article's id.", examples=[examples["article"]["id"]])

    @app.get(
        "/v1/articles/{article_id}/revisions",
        tags=["articles"],
        summary="List an article's revisions",
        operation_id="listRevisions",
        responses={
            200: answer_example("Every revision, the oldest first.", examples["revisions"]),
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def list_revisions(article_id: Annotated[str, article]) -> RevisionList:
        """The article as it was when it was first seen, and each time it was found changed since."""
        found = await index.revisions(article_id)
        if not found:
            raise ProblemError("not-found", f"There is no article {article_id}.")
        return RevisionList(total=len(found), items=tuple(_revision(each) for each in found))

    @app.get(
        "/v1/articles/{article_id}/diff",
        tags=["articles"],
        summary="Compare two revisions",
        operation_id="compareRevisions",
        responses={
            200: answer_example("What changed, in words and in figures.", examples["difference"]),
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def compare_revisions(
        article_id: Annotated[str, article],
        before: Annotated[
            int | None, Query(alias="from", ge=1, lt=GREATEST, description="Without it, the one before `to`.")
        ] = None,
        after: Annotated[
            int | None, Query(alias="to", ge=1, lt=GREATEST, description="Without it, the newest.")
        ] = None,
    ) -> Difference:
        """What changed from one revision to another: title and text word by word, and the figures that came, went, or
        became others, each with its words before and after.
        """
        there = {each["revision"]: each for each in await index.revisions(article_id)}
        if not there:
            raise ProblemError("not-found", f"There is no article {article_id}.")
        last = after or max(there)
        first = before or max((number for number in there if number < last), default=last)
        for number in (first, last):
            if number not in there:
                kept = ", ".join(map(str, sorted(there)))
                raise ProblemError("not-found", f"Article {article_id} has no revision {number}; there are {kept}.")
        one, other = await index.revision_contents(article_id, first, last)
        return await asyncio.to_thread(_difference, article_id, one, other)


def _revision(document: Mapping[str, Any]) -> Revision:
    content = document["content"]
    return Revision(
        revision=document["revision"],
        title=content["title"],
        published_at=content.get("published_at"),
        modified_at=content.get("modified_at"),
        fetched_at=document["fetched_at"],
        kind=content.get("kind", "article"),
        change=content.get("change"),
        claims_total=len(content.get("claims", ())),
    )


def _difference(article: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Difference:
    before, after = one["content"], other["content"]
    earlier, later = (tuple(map(Claim.model_validate, content["claims"])) for content in (before, after))
    figures = figure_changes(earlier, later)
    return Difference(
        id=article,
        from_=_revision(one),
        to=_revision(other),
        title=_parts(before["title"], after["title"]),
        text=_parts(before["text"], after["text"]),
        figures=Figures(
            added=figures.added,
            removed=figures.removed,
            changed=tuple(ChangedFigure(before=old, after=new) for old, new in figures.changed),
            unchanged=figures.unchanged,
        ),
    )


def _parts(before: str, after: str) -> tuple[Part, ...]:
    return tuple(Part(op=each.op, text=each.text) for each in text_changes(before, after))
