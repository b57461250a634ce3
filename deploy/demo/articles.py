"""What an article is: the fields of its front matter, and the blocks of its text."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from deploy.demo.outlets import OUTLET_BY_ID, Outlet

IMAGES = Path(__file__).parent / "images"


def _utc(moment: AwareDatetime) -> AwareDatetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("must be in UTC, such as 2024-11-16T09:30:00Z")
    return moment


def _known_outlet(outlet: str) -> str:
    if outlet not in OUTLET_BY_ID:
        raise ValueError(f"is none of {', '.join(OUTLET_BY_ID)}")
    return outlet


def _present_image(file: str) -> str:
    if "/" in file or not (IMAGES / file).is_file():
        raise ValueError(f"names no file in {IMAGES.parent.name}/{IMAGES.name}/")
    return file


Text = Annotated[str, Field(min_length=1)]
UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _FrontMatterModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Replacement(_FrontMatterModel):
    """Words of the article, and the words that silently take their place."""

    old: Text
    new: Text


class Edit(_FrontMatterModel):
    """A change made after publication; `at` is the time the outlet then gives as modified."""

    after_seconds: Seconds
    at: UtcTime
    replace: Annotated[tuple[Replacement, ...], Field(min_length=1)]


class Image(_FrontMatterModel):
    """The picture above the text, a file in `images/`."""

    file: Annotated[str, AfterValidator(_present_image)]
    alt: Text
    caption: Text
    credit: Text


class FrontMatter(_FrontMatterModel):
    """What stands above the text. Seconds are counted from the start of the demo, at a pace of 20."""

    outlet: Annotated[str, AfterValidator(_known_outlet)]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    authors: Annotated[tuple[Text, ...], Field(min_length=1)]
    published: UtcTime
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    summary: Text | None = None
    text_of: Text | None = None
    appears_after_seconds: Seconds = 0.0
    edited: Edit | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, subhead or quotation of a text."""

    kind: Literal["paragraph", "subhead", "quote"]
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one outlet, as first published."""

    file: str
    front: FrontMatter
    blocks: tuple[Block, ...]
    syndicated_from: Outlet | None = None

    @property
    def outlet(self) -> Outlet:
        """Who publishes it."""
        return OUTLET_BY_ID[self.front.outlet]

    @property
    def path(self) -> str:
        """Path of its page."""
        return self.outlet.path_of(self.front.slug, self.front.published)

    @property
    def summary(self) -> str:
        """The summary, or else the first paragraph."""
        return self.front.summary or next(b.text for b in self.blocks if b.kind == "paragraph")
