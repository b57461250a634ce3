"""Real input: five real articles through the whole line, each found with its entities and its main figures.

Their text is not ours and stays outside the repository.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.line import SERVICES, a_line
from tests.e2e.outlet import Outlet, Story, serving
from tests.waiting import until

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds does not exist here")

ENTITIES = {
    "000": {"country/north-korea", "country/russia", "country/ukraine", "place/kursk-oblast",
            "person/volodymyr-zelenskyy", "person/donald-trump", "organisation/financial-times"},
    "001": {"country/north-korea", "country/russia", "person/kim-jong-un", "organisation/financial-times"},
    "002": {"country/north-korea", "person/volodymyr-zelenskyy", "person/stanislav-krasnov", "country/russia"},
    "003": {"country/north-korea", "person/oleksandr-syrskyi", "person/donald-trump", "organisation/new-york-times"},
    "004": {"country/north-korea", "person/john-kirby", "person/vladimir-putin", "person/volodymyr-zelenskyy"},
}  # fmt: skip
FIGURES: dict[str, set[tuple[float | None, float | None, str]]] = {
    "000": {(50, 50, "howitzer"), (12000, None, "troop"), (11000, 11000, "troop"), (4, 5, "month")},
    "001": {(50, 50, "howitzer"), (12000, 12000, "troop")},
    "002": {(12000, 12000, "soldier"), (4000, 4000, "soldier"), (2000, 3000, "North Korean")},
    "003": {(50000, 50000, "troop"), (10000, None, "soldier"), (10000, 10000, "troop")},
    "004": {(3000, None, "soldier"), (12000, 12000, "soldier"), (6000, 6000, "soldier"), (12000, 12000, "troop")},
}


def seed_story(path: Path, day: int) -> Story:
    """A seed as an article: the first line is its title where it reads like one, as in a headline without a full stop."""
    first, _, rest = path.read_text("utf-8").partition("\n")
    title, text = (first, rest) if not first.rstrip().endswith((".", "”")) else (first[:90], f"{first}\n{rest}")
    return Story(path.stem[:3], title, text, datetime(2024, 11, 17, tzinfo=UTC) + timedelta(days=day))


@pytest.mark.usefixtures("clean_line")
async def test_the_seeds_are_searchable_with_entities_and_figures(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("seedwire")
    outlet.publish(*(seed_story(path, day) for day, path in enumerate(sorted(SEEDS.glob("*.txt")))))
    assert len(outlet.stories) == len(ENTITIES)
    async with serving(outlet), a_line(engines, tmp_path, [outlet.source()]) as line:
        for service in SERVICES:
            await line.start(service)
        await until(lambda: all_there(line, len(ENTITIES)), "five articles searchable", within=120)
        for slug, story in outlet.stories.items():
            found = await line.articles(q=f'"{story.title}"', limit=50)
            ids = [item["id"] for item in found["items"] if item["url"].endswith(f"/{slug}")]
            assert ids, f"{slug} is not found by its own words"
            answer = await line.http.get(f"http://127.0.0.1:{line.ports['api']}/v1/articles/{ids[0]}")
            article = answer.json()
            assert ENTITIES[slug] - {entity["id"] for entity in article["entities"]} == set(), slug
            figures = {(claim["low"], claim["high"], claim["unit"]) for claim in article["claims"]}
            assert FIGURES[slug] - figures == set(), slug
            for claim in article["claims"]:
                assert article["text"][claim["start"] : claim["end"]] == claim["text"]


async def all_there(line: Any, count: int) -> bool:
    return bool(await line.total() == count)
