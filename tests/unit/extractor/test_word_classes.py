"""Word classes are looked up, and are what spaCy's attribute ruler gives, word for word."""

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.pipeline import AttributeRuler

from services.common.errors import ConfigurationError
from services.extractor.tagger.pipeline import model
from services.extractor.tagger.word_classes import WordClasses
from tests.evaluation.labelled import load
from tests.unit.deploy.demo.day import ARTICLES

TRICKY = (
    "He did not go, but I've had it.\tThere's nothing  they'd do that we wouldn't.",
    "There is a road that was mined; what's done is done, isn't it? It had been being built.",
    "Nothing but the truth: all but two of those men, whose commander was he, got it. I myself ain't going to, you know.",
    "\n \n  The DPRK’s 2nd Corps – don’t ask – has (or hasn't) what it takes, though once there were more.",
    "Someone had to; anyone can. Get 'em! Let's, shall we? Gonna gotta c'mon.",
)


@pytest.fixture(scope="module")
def whole() -> Language:
    """The model with its own ruler."""
    return spacy.load(model().path or "", exclude=["ner", "lemmatizer"])


def test_they_are_the_rulers_word_for_word(whole: Language) -> None:
    ruler: Any = whole.get_pipe("attribute_ruler")
    classes = WordClasses(ruler)
    texts = [*TRICKY, *(passage.text for passage in load())]
    texts += [block.text for article in ARTICLES[:4] for block in article.blocks]
    words = 0
    for doc in whole.pipe(texts):
        wanted = doc.to_array(["POS", "MORPH", "TAG", "DEP"]).tolist()
        nothing: Any = np.zeros((len(doc), 2), dtype="uint64")
        doc.from_array(["POS", "MORPH"], nothing)
        assert not any(token.pos or str(token.morph) for token in doc)
        classes.set(doc)
        assert doc.to_array(["POS", "MORPH", "TAG", "DEP"]).tolist() == wanted, doc.text
        words += len(doc)
    assert words > 8_000


@pytest.mark.parametrize(
    "pattern",
    [
        [{"SHAPE": "Xxx"}],
        [{"LOWER": {"REGEX": "^x"}}],
        [{"TAG": "NN"}, {"TAG": "NN"}, {"TAG": "NN"}],
        [{"LOWER": "of"}, {"LOWER": "course"}],
    ],
)
def test_a_rule_of_another_kind_is_refused(whole: Language, pattern: list[dict[int | str, Any]]) -> None:
    ruler = AttributeRuler(whole.vocab)
    ruler.add([pattern], {"POS": "NOUN"}, index=len(pattern) - 1)
    with pytest.raises(ConfigurationError, match="not understood"):
        WordClasses(ruler)
