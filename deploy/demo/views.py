"""What an outlet answers, as text: front page, article page, about page, feed, news sitemap, robots.txt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.demo.articles import Block, Image
from deploy.demo.outlets import Outlet
from deploy.demo.timeline import Published

TEMPLATES = Path(__file__).parent / "templates"
RELATED = 3
FOUNDED = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as templates see it; times are in the outlet's offset."""

    title: str
    summary: str
    authors: tuple[str, ...]
    url: str
    path: str
    slug: str
    published: datetime
    modified: datetime | None
    language: str
    blocks: tuple[Block, ...]
    image: Image | None
    syndicated_from: Outlet | None

    @property
    def updated(self) -> datetime:
        """When the outlet last changed it, which at first is when it published it."""
        return self.modified or self.published


def article_view(outlet: Outlet, base: str, published: Published) -> ArticleView:
    """An article of the outlet at address `base` as its templates see it."""
    front = published.article.front
    return ArticleView(
        title=published.title,
        summary=published.summary,
        authors=front.authors,
        url=base + published.article.path,
        path=published.article.path,
        slug=front.slug,
        published=outlet.local(front.published),
        modified=outlet.local(published.modified) if published.modified else None,
        language=front.language,
        blocks=published.blocks,
        image=front.image,
        syndicated_from=published.article.syndicated_from,
    )


def people(names: Sequence[str]) -> list[dict[str, str]]:
    """Authors as schema.org persons, for JSON-LD."""
    return [{"@type": "Person", "name": name} for name in names]


def template_environment() -> Environment:
    """The outlets' templates. A name a template misspells is an error, and all text is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rfc2822"] = format_datetime
    environment.globals["people"] = people
    return environment


@dataclass(frozen=True, slots=True)
class Views:
    """Renders the answers of one outlet at one address."""

    environment: Environment
    outlet: Outlet
    base: str

    def front_page(self, shown: Sequence[Published]) -> str:
        """The front page: all articles, newest first."""
        return self._render(f"{self.outlet.id}/front.html", articles=self._all(shown))

    def article_page(self, published: Published, shown: Sequence[Published]) -> str:
        """An article's page. Its links to others are those there were when it appeared, so that it stays as it is."""
        appeared = published.article.front.appears_after_seconds
        others = [
            other
            for other in shown
            if other.article is not published.article and other.article.front.appears_after_seconds <= appeared
        ]
        return self._render(
            f"{self.outlet.id}/article.html",
            article=article_view(self.outlet, self.base, published),
            related=self._all(others[:RELATED]),
        )

    def notice(self, title: str, text: str) -> str:
        """A page with a heading and one paragraph, such as a 404."""
        return self._render(f"{self.outlet.id}/notice.html", title=title, text=text)

    def feed(self, shown: Sequence[Published]) -> str:
        """The feed in the outlet's format (RSS 2.0, or Atom as in RFC 4287)."""
        return self._render(f"xml/{self.outlet.feed_format}.xml", articles=self._all(shown))

    def news_sitemap(self, shown: Sequence[Published]) -> str:
        """A sitemap with the news extension that Google documents."""
        return self._render("xml/news-sitemap.xml", articles=self._all(shown))

    def robots(self) -> str:
        """The robots.txt (RFC 9309), which names the sitemap where there is one."""
        sitemap = self.outlet.sitemap_path
        more = () if sitemap is None else ("", f"Sitemap: {self.base}{sitemap}")
        return "\n".join((*self.outlet.robots, *more, ""))

    def _all(self, shown: Sequence[Published]) -> list[ArticleView]:
        return [article_view(self.outlet, self.base, published) for published in shown]

    def _render(self, template: str, **values: object) -> str:
        return self.environment.get_template(template).render(
            outlet=self.outlet, base=self.base, founded=FOUNDED, **values
        )
