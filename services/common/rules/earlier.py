"""Figures against earlier ones: who was first, what has moved, what a later revision has otherwise.

The figures of the last days are in SQLite, which whoever uses this opens; nothing is written but within its
transactions. What comes of an article depends only on the articles that were taken before it, and on their order.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from services.common.claim_filter import FIELDS, Part
from services.common.messages import Claim, EarlierFigure, FigureMatch, FigureRule, MatchedArticle
from services.common.rules.changed import Change, changes
from services.common.rules.figures import Asked, middle, said
from services.common.rules.words import words
from services.common.series.alike import alike
from services.common.series.scopes import scope_of

SCHEMA: Final = """
    CREATE TABLE figures (
        id INTEGER PRIMARY KEY,
        article TEXT NOT NULL,
        revision INTEGER NOT NULL,
        current INTEGER NOT NULL,    -- 1: of the newest revision
        at REAL NOT NULL,            -- when it was taken in
        dated REAL NOT NULL,         -- when it was published, or found
        category TEXT, unit TEXT, action TEXT, actor TEXT, place TEXT, speaker TEXT, modality TEXT, qualifier TEXT,
        low REAL, high REAL, said REAL,
        item TEXT NOT NULL,          -- the forms of its words, each between spaces
        series TEXT NOT NULL,
        figure TEXT NOT NULL         -- JSON: EarlierFigure
    );
    CREATE INDEX figures_by_unit ON figures (unit, actor);
    CREATE INDEX figures_by_actor ON figures (actor);
    CREATE INDEX figures_by_article ON figures (article);
    CREATE INDEX figures_by_time ON figures (at);
"""
_COLUMNS: Final[tuple[Part, ...]] = tuple(FIELDS)
_INSERT: Final = (
    f"INSERT INTO figures (article, revision, current, at, dated, {', '.join(_COLUMNS)}, low, high, said, item, series,"  # noqa: S608
    f" figure) VALUES ({', '.join('?' * (len(_COLUMNS) + 11))})"
)
Condition = tuple[str, list[Any]]


class Earlier:
    """The figures that were put forward in the last ``days``."""

    def __init__(self, sql: sqlite3.Connection, *, days: int) -> None:
        self._sql = sql
        self._days = timedelta(days=days)
        sql.executescript(SCHEMA)

    def judge(self, rule: FigureRule, article: MatchedArticle, claims: Sequence[Claim]) -> tuple[FigureMatch, ...]:
        """The figures of an article that is not taken yet for which the rule fires, of ``claims``, those it asks for;
        none if it does not.
        """
        asked = Asked.by(rule)
        match rule.when:
            case "stated":
                return tuple(FigureMatch(claim=claim, because=f"figures: {claim.text}") for claim in claims)
            case "changed":
                return tuple(
                    _changed(change, article)
                    for change in self._changes(article)
                    if asked.meets(change.before.claim) or (change.after and asked.meets(change.after))
                )
            case "first":
                claims = _asserted(claims, rule)
                if not claims or self._any(self._conditions(asked, article)):
                    return ()
                return tuple(FigureMatch(claim=claim, because=f"figures: the first: {claim.text}") for claim in claims)
            case "new":
                new = (claim for claim in _asserted(claims, rule) if not self._was_said(asked, article, claim))
                return tuple(FigureMatch(claim=claim, because=f"figures: a new number: {claim.text}") for claim in new)
            case "moved":
                moved = (self._moved(asked, article, claim) for claim in _asserted(claims, rule))
                return tuple(found for found in moved if found)

    def take(self, article: MatchedArticle) -> None:
        """Remember an article's figures. A repeat, or a revision that comes late, changes nothing."""
        newest = self._newest(article.article_id)
        if article.again:
            if newest != article.revision:
                return
            kept = self._sql.execute("SELECT min(at) FROM figures WHERE article = ?", (article.article_id,)).fetchone()
            self._sql.execute(
                "DELETE FROM figures WHERE article = ? AND revision = ?", (article.article_id, article.revision)
            )
            self._insert(article, at=kept[0])
        elif newest < article.revision:
            self._sql.execute("UPDATE figures SET current = 0 WHERE article = ?", (article.article_id,))
            self._insert(article, at=article.matched_at.timestamp())

    def tidy(self, now: datetime) -> None:
        """Let go of what nothing is compared with any more."""
        self._sql.execute("DELETE FROM figures WHERE at < ?", (self._since(now),))

    def forget(self, article: str) -> None:
        """Forget an article, which was deleted."""
        self._sql.execute("DELETE FROM figures WHERE article = ?", (article,))

    def _since(self, now: datetime) -> float:
        return (now - self._days).timestamp()

    def _conditions(self, asked: Asked, article: MatchedArticle, *, bounds: bool = True) -> Condition:
        """What ``Asked.meets`` says, of figures of other articles, in SQL."""
        where: list[str] = ["at >= ?", "article <> ?"]
        values: list[Any] = [self._since(article.matched_at), article.article_id]
        for part in _COLUMNS:
            if chosen := asked.filter.chosen(part):
                where.append(f"{part} IN ({', '.join('?' * len(chosen))})")
                values += chosen
        for form in sorted(asked.item):
            where.append("instr(item, ?) > 0")
            values.append(f" {form} ")
        if "denied" not in asked.rule.modality:
            where.append("modality <> 'denied'")
        if bounds:
            either = ("high IS NULL OR high", "low IS NULL OR low")
            low, high = either if asked.rule.bounds == "possible" else ("said", "said")
            for end, sign, value in ((low, ">=", asked.rule.min), (high, "<=", asked.rule.max)):
                if value is not None:
                    where.append(f"({end} {sign} ?)")
                    values.append(value)
        return " AND ".join(where), values

    def _newest(self, article: str) -> int:
        newest = self._sql.execute("SELECT max(revision) FROM figures WHERE article = ?", (article,)).fetchone()[0]
        return newest or 0

    def _insert(self, article: MatchedArticle, *, at: float) -> None:
        dated = (article.published_at or article.fetched_at).timestamp()
        self._sql.executemany(
            _INSERT,
            [
                (
                    article.article_id, article.revision, 1, at, dated,
                    claim.category, claim.unit, claim.action, claim.actor, claim.place,
                    claim.attributed_to.entity if claim.attributed_to else None, claim.modality, claim.qualifier,
                    claim.low, claim.high, said(claim), _item(claim), series_of(claim),
                    _figure(article, claim).model_dump_json(),
                )
                for claim in article.claims
            ],
        )  # fmt: skip

    def _any(self, condition: Condition) -> bool:
        where, values = condition
        return self._sql.execute(f"SELECT 1 FROM figures WHERE {where} LIMIT 1", values).fetchone() is not None  # noqa: S608

    def _was_said(self, asked: Asked, article: MatchedArticle, claim: Claim) -> bool:
        where, values = self._conditions(asked, article)
        same = f"{where} AND low IS ? AND high IS ? AND series = ?"
        return self._any((same, [*values, claim.low, claim.high, series_of(claim)]))

    def _moved(self, asked: Asked, article: MatchedArticle, claim: Claim) -> FigureMatch | None:
        """Compared with the nearest figure of the last article of the series, as that may tell of what was, too."""
        number = middle(claim)
        exact = claim.qualifier != "vague" or "vague" in asked.rule.qualifier
        if number is None or not exact:
            return None
        where, values = self._conditions(asked, article, bounds=False)
        where += " AND series = ? AND current = 1"
        values.append(series_of(claim))
        if "vague" not in asked.rule.qualifier:
            where += " AND qualifier <> 'vague'"
        last = self._sql.execute(
            f"SELECT article, dated FROM figures WHERE {where} ORDER BY dated DESC, id DESC LIMIT 1",  # noqa: S608
            values,
        ).fetchone()
        if last is None or last[1] > (article.published_at or article.fetched_at).timestamp():
            return None
        rows = self._sql.execute(f"SELECT figure FROM figures WHERE {where} AND article = ?", [*values, last[0]])  # noqa: S608
        figures = [EarlierFigure.model_validate_json(row[0]) for row in rows]
        before = min(figures, key=lambda figure: abs(number - (middle(figure.claim) or 0)))
        was = middle(before.claim) or 0
        if was == number or (was and abs(number - was) / abs(was) * 100 < (asked.rule.by or 0)):
            return None
        by = (number - was) / abs(was) * 100 if was else None
        how = f"{'rose' if by > 0 else 'fell'} by {abs(by):.3g} %" if by is not None else "rose from nothing"
        return FigureMatch(
            claim=claim,
            before=before,
            moved_by=by,
            because=f"figures: {how} ({asked.rule.by:g} % or more): {before.claim.text} → {claim.text}",
        )

    def _changes(self, article: MatchedArticle) -> list[Change]:
        rows = self._sql.execute(
            "SELECT figure FROM figures WHERE article = ? AND current = 1 AND revision < ? AND at >= ? ORDER BY id",
            (article.article_id, article.revision, self._since(article.matched_at)),
        )
        before = [EarlierFigure.model_validate_json(row[0]) for row in rows]
        return changes(before, article.claims, article.text or "")


def series_of(claim: Claim) -> str:
    """What a figure is compared by: its unit, what it measures, whether it is expected, and whether it is for each."""
    scope = scope_of(claim)
    return "|".join(
        (alike((claim.unit,))[0], scope.name, scope.extent, "expected" * scope.expected, "each" * scope.each)
    )


def _asserted(claims: Iterable[Claim], rule: FigureRule) -> tuple[Claim, ...]:
    """What is denied was not said to be so, unless it is just that which is asked for."""
    return tuple(claim for claim in claims if claim.modality != "denied" or "denied" in rule.modality)


def _item(claim: Claim) -> str:
    return f" {' '.join(word.form for word in words(claim.item))} "


def _figure(article: MatchedArticle, claim: Claim) -> EarlierFigure:
    return EarlierFigure(
        claim=claim,
        article_id=article.article_id,
        revision=article.revision,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
    )


def _changed(change: Change, article: MatchedArticle) -> FigureMatch:
    before = change.before
    if change.after is None:
        because = f"figures: no longer in revision {article.revision}: {before.claim.text}"
    else:
        because = (
            f"figures: changed from revision {before.revision} to {article.revision}: "
            f"{before.claim.text} → {change.after.text}"
        )
    return FigureMatch(claim=change.after, before=before, because=because)
