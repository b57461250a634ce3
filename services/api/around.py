"""The routes of what is around an article: articles like it, entities, and stories."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Query

from services.api import reading
from services.api.around_reading import ListedEntity, SpokenOf, Story, entity_found, listed_entities, story_found
from services.api.examples import answer_example
from services.api.index import SearchIndex
from services.api.problems import ProblemError, problem_answers
from services.api.query import ENTITY_TYPES, ArticleSearch
from services.api.responses import FoundArticle
from services.common.messages import ARTICLE_ID, ENTITY_ID, EntityType, Message

STORY_ID: Final = r"^[0-9a-f]{32}$"
SIMILAR: Final = 10
CLAIMS: Final = 10
"""The latest figures of an entity."""


class SimilarArticles(Message):
    """Articles of other stories, the most alike first."""

    items: tuple[FoundArticle, ...]


class EntityList(Message):
    """Entities, those whose name begins as was asked first, then by how many articles speak of them."""

    items: tuple[ListedEntity, ...]


def add_around_routes(app: FastAPI, index: SearchIndex, *, max_page: int, examples: Mapping[str, Any]) -> None:
    """``/v1/articles/{id}/similar``, ``/v1/entities``, ``/v1/entities/{id}`` and ``/v1/stories/{id}``."""

    @app.get(
        "/v1/articles/{article_id}/similar",
        tags=["articles"],
        summary="Find similar articles",
        operation_id="findSimilar",
        responses={
            200: answer_example("Articles of other stories.", {"items": examples["articles"]["items"]}),
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def find_similar(
        article_id: Annotated[
            str, Path(pattern=ARTICLE_ID, description="The article's id.", examples=[examples["article"]["id"]])
        ],
        limit: Annotated[int, Query(ge=1, le=max_page, description="How many at the most.")] = min(SIMILAR, max_page),
    ) -> SimilarArticles:
        """Articles that share what is typical of this one, each story once; its own copies are in its story."""
        hits = await index.similar(article_id, limit)
        if hits is None:
            raise ProblemError("not-found", f"There is no article {article_id}.")
        return SimilarArticles(items=tuple(reading.found_article(ArticleSearch(), hit) for hit in hits))

    @app.get(
        "/v1/entities",
        tags=["entities"],
        summary="Find entities by name",
        operation_id="findEntities",
        responses={
            200: answer_example("Entities with their names and counts.", examples["entities"]),
            **problem_answers("invalid-request", "unavailable"),
        },
    )
    async def find_entities(
        q: Annotated[
            str, Query(max_length=100, description="The beginning of a name or of its words.", examples=["zelen"])
        ] = "",
        kind: Annotated[
            tuple[EntityType, ...],
            Query(alias="type", max_length=len(ENTITY_TYPES), description="Only of these types."),
        ] = (),
        limit: Annotated[int, Query(ge=1, le=100, description="How many at the most.")] = 10,
    ) -> EntityList:
        """Who and what a name may mean while it is typed: by any spelling, accents or not, and by other names
        (`DPRK`). Without `q`, whom most articles speak of.
        """
        kinds = kind or ENTITY_TYPES
        known = [entity for each in kinds for entity in index.names.beginning(q, f"{each}/")]
        counts, readable = await index.entities(q, [entity.id for entity in known], kinds, limit)
        return EntityList(items=listed_entities(q, known, counts, readable, index.names)[:limit])

    @app.get(
        "/v1/entities/{entity_id:path}",
        tags=["entities"],
        summary="Read one entity",
        operation_id="getEntity",
        responses={
            200: answer_example("How it is spoken of.", examples["entity"]),
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def get_entity(
        entity_id: Annotated[
            str,
            Path(
                pattern=ENTITY_ID,
                max_length=300,
                description="The entity's id.",
                examples=["country/north-korea"],
            ),
        ],
    ) -> SpokenOf:
        """How many articles speak of it over time, who and what it appears with more often than by chance, and the
        latest figures about it, in it, or put forward by it.
        """
        answer, claims, readable = await index.entity(entity_id, CLAIMS)
        if not answer["hits"]["total"]["value"] and index.names.get(entity_id) is None:
            raise ProblemError("not-found", f"There is no entity {entity_id}.")
        return entity_found(entity_id, answer, claims, readable, index.names)

    @app.get(
        "/v1/stories/{story_id}",
        tags=["stories"],
        summary="Read one story",
        operation_id="getStory",
        responses={
            200: answer_example("Its articles, the earliest first.", examples["story"]),
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def get_story(
        story_id: Annotated[
            str,
            Path(pattern=STORY_ID, description="The story's id.", examples=[examples["story"]["id"]]),
        ],
        limit: Annotated[int, Query(ge=0, le=max_page, description="How many of its articles.")] = max_page,
    ) -> Story:
        """An article and its copies across sources. A name that the story had before it was found to be part of
        another leads to that one: `id` is its name now.

        `GET /v1/articles?story={id}&collapse=none` walks through all of them.
        """
        answer, current = await index.story(story_id, limit)
        if not answer["hits"]["total"]["value"]:
            raise ProblemError("not-found", f"There is no story {story_id}.")
        return story_found(current, answer)
