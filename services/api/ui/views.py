"""From the API's answers to what a page shows. Pure: models in, values for the templates out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from services.api.query import FacetName
from services.api.responses import ArticleList, Dates, FacetValue, FoundArticle, WholeArticle
from services.api.ui.links import Links
from services.api.ui.marking import Figure, paragraphs
from services.api.ui.wording import MODALITIES, about, bounds, counted, day, minute, note, speaker
from services.common.messages import Claim, EntityType

FACETS: Final[dict[FacetName, tuple[str, str]]] = {
    "source": ("Sources", "source"),
    "country": ("Countries", "entity"),
    "person": ("People", "entity"),
    "organisation": ("Organisations", "entity"),
    "place": ("Places", "entity"),
    "weapon": ("Weapons", "entity"),
    "military_unit": ("Military units", "entity"),
    "claim.category": ("Kinds of figures", "claim.category"),
    "claim.unit": ("What is counted", "claim.unit"),
    "language": ("Languages", "language"),
}
"""The facets as they stand on the page, each with its heading and the parameter that narrows by it."""
KINDS: Final[dict[EntityType, str]] = {
    "person": "People",
    "organisation": "Organisations",
    "country": "Countries",
    "place": "Places",
    "weapon": "Weapons",
    "military_unit": "Military units",
}
SORTS: Final = {"relevance": "Best", "newest": "Newest", "oldest": "Oldest"}
BAR: Final = 38
"""The height of the tallest bar, of the 40 units that the picture is high."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link, with what it leads to in words."""

    name: str
    href: str
    chosen: bool = False
    count: str = ""
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet and its values, each a link that adds it, or takes it away where it is chosen."""

    name: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many articles a stretch of time holds."""

    name: str
    day: str
    height: float


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure beneath an article that was found."""

    text: str
    speaker: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article that was found."""

    title: Markup | str
    href: str
    source: str
    at: datetime
    dated: bool
    copies: Link | None
    """The other articles of its story, all of them."""
    passages: tuple[Markup, ...]
    figures: tuple[ShownFigure, ...]
    more_figures: int


def search_view(found: ArticleList, links: Links, *, order: str) -> dict[str, Any]:
    """What the page of a search shows."""
    facets = tuple(_facet(name, found.facets.get(name, ()), links) for name in FACETS)
    folded = found.articles > found.total
    total = counted(found.articles, "article") + (f" in {counted(found.total, 'story', 'stories')}" if folded else "")
    better = found.did_you_mean
    return {
        "total": total,
        "sorts": [Link(name, links.replaced("sort", sort), sort == order) for sort, name in SORTS.items()],
        "chosen": _chosen(found, links),
        "meant": Link(better, links.replaced("q", better)) if better else None,
        "bars": bars(found.dates) if found.dates else (),
        "items": [_item(item) for item in found.items],
        "facets": facets,
        "further": links.replaced("cursor", found.next) if found.next else None,
    }


def article_view(article: WholeArticle) -> dict[str, Any]:
    """What the page of an article shows."""
    pieces = paragraphs(article.text, article.entities, article.claims)
    stretches = [piece for each in pieces for piece in each if isinstance(piece, Figure)]
    at = {number: stretch.numbers[0] for stretch in stretches for number in stretch.numbers}
    notes = [note(claim) for claim in article.claims]
    return {
        "article": article,
        "story_href": _of_story(article.story),
        "paragraphs": pieces,
        "notes": {each.numbers[0]: "; ".join(notes[number - 1] for number in each.numbers) for each in stretches},
        "figures": [
            {"at": at.get(number, number), "claim": claim, "bounds": bounds(claim), "parts": _parts(claim)}
            for number, claim in enumerate(article.claims, 1)
        ],
        "kinds": list(_kinds(article)),
        "entity_href": lambda entity: _of_entity(entity.id),
    }


def bars(dates: Dates) -> tuple[Bar, ...]:
    """The picture of the articles over time."""
    most = max((interval.count for interval in dates.intervals), default=0)
    return tuple(
        Bar(
            f"from {minute(interval.from_)}: {counted(interval.count, 'article')}",
            day(interval.from_),
            round(max(1.0, BAR * interval.count / most), 1) if interval.count else 0,
        )
        for interval in dates.intervals
    )


def _item(item: FoundArticle) -> Item:
    href = f"/articles/{item.id}"
    title = item.highlights.title
    return Item(
        title=Markup(title) if title else item.title,  # noqa: S704 - the API's highlights are escaped but for <mark>
        href=href,
        source=item.source.name,
        at=item.published_at or item.fetched_at,
        dated=item.published_at is not None,
        copies=Link(f"and {counted(item.copies, 'copy', 'copies')}", _of_story(item.story)) if item.copies else None,
        passages=tuple(Markup(passage) for passage in item.highlights.text),  # noqa: S704 - as above
        figures=tuple(
            ShownFigure(claim.text, speaker(claim), note(claim), f"{href}#claim-{claim.id}") for claim in item.claims
        ),
        more_figures=item.claims_total - len(item.claims),
    )


def _facet(name: FacetName, values: Sequence[FacetValue], links: Links) -> Facet:
    heading, parameter = FACETS[name]
    return Facet(heading, tuple(_value(parameter, value, links) for value in values))


def _value(parameter: str, value: FacetValue, links: Links) -> Link:
    href = links.without(parameter, value.id) if value.chosen else links.with_value(parameter, value.id)
    return Link(value.name, href, value.chosen, f"{value.count:,}")


def _chosen(found: ArticleList, links: Links) -> list[Link]:
    """What the search is narrowed to, each a link that takes it away; readable where a facet knows its name."""
    names = {(FACETS[facet][1], value.id): value.name for facet, values in found.facets.items() for value in values}
    return [
        Link(_in_words(name, value) or names.get((name, value), value), links.without(name, value), facet=_part(name))
        for name, value in links.pairs
        if name not in {"q", "sort", "cursor"}
    ]


def _part(name: str) -> str:
    return name.rpartition(".")[2]


def _in_words(name: str, value: str) -> str | None:
    """What is no name: a story has an id alone."""
    if name == "story":
        return "one report, wherever it stands"
    return "every copy" if (name, value) == ("collapse", "none") else None


def _parts(claim: Claim) -> list[str]:
    said = speaker(claim)
    parts = [f"according to {said}" if said else "", MODALITIES[claim.modality], about(claim), claim.action or ""]
    return [part for part in (*parts, "no number is written" if claim.implicit else "") if part]


def _kinds(article: WholeArticle) -> Iterable[dict[str, Any]]:
    for kind, name in KINDS.items():
        named = sorted(
            ((len(each.mentions) + len(each.demonyms), each) for each in article.entities if each.type == kind),
            key=lambda pair: (-pair[0], pair[1].name),
        )
        if named:
            yield {"name": name, "entities": [Link(e.name, _of_entity(e.id), count=f"{n:,}") for n, e in named]}


def _of_story(story: str) -> str:
    return Links((("story", story), ("collapse", "none"))).at("/")


def _of_entity(entity: str) -> str:
    return Links((("entity", entity),)).at("/")
