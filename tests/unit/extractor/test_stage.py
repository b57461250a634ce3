"""From article to tagged article, and how little importing the service costs."""

import subprocess
import sys
from datetime import UTC, datetime

from services.common.messages import TaggedArticle
from services.extractor.stage import LONGEST_TEXT, tagged_article
from services.extractor.tagger.version import version
from tests.builders import MOMENT, an_article

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_tagged_article_is_the_article_with_what_it_speaks_of() -> None:
    article = an_article("a")
    tagged = tagged_article(article, NOW)
    assert tagged.article == article
    assert tagged.tagged_at == NOW
    assert {entity.id for entity in tagged.entities} == {"place/kursk-oblast", "country/ukraine"}
    [claim] = tagged.claims
    assert (claim.text, claim.low, claim.action, claim.place) == (
        "More than 12,000 troops",
        12000,
        "send",
        "place/kursk-oblast",
    )
    assert len(tagged.signature) == 128
    assert TaggedArticle.model_validate_json(tagged.model_dump_json()) == tagged


def test_the_same_article_is_tagged_the_same_again() -> None:
    assert tagged_article(an_article("a"), NOW) == tagged_article(an_article("a"), NOW)


def test_what_tags_is_named_with_its_tables() -> None:
    tagger = tagged_article(an_article("a"), NOW).tagger
    assert tagger.model.startswith("en_core_web_md")
    assert tagger.version == version()


def test_an_endless_text_is_read_only_so_far() -> None:
    text = f"They sent 50 howitzers.\n{'x' * LONGEST_TEXT}\nThey sent 20 tanks."
    tagged = tagged_article(an_article("a", text=text), NOW)
    assert tagged.article.text == text
    assert [claim.text for claim in tagged.claims] == ["50 howitzers"]
    assert tagged.cut_at == LONGEST_TEXT
    assert tagged_article(an_article("a"), NOW).cut_at is None


def test_a_revision_keeps_the_ids_of_what_did_not_change() -> None:
    text = "North Korea sent 50 howitzers. It also sent 20 launchers."
    first = tagged_article(an_article("a", text=text), NOW).claims
    second = tagged_article(an_article("a", text=text.replace("20", "25"), revision=2), NOW).claims
    assert first[0].id == second[0].id
    assert first[1].id != second[1].id


def test_without_a_date_nothing_is_resolved_that_needs_one() -> None:
    article = an_article("a", text="North Korea sent 50 howitzers on Monday.", published_at=None)
    assert tagged_article(article, MOMENT).claims[0].as_of is None


def test_importing_the_service_loads_no_model() -> None:
    heavy = (
        "import sys, services.extractor; print([name for name in ('spacy', 'faust', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
