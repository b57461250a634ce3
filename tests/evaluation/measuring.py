"""The tagger's answers for the labelled set, scored; and what simpler means answer, beside them."""

from collections.abc import Sequence

from services.common.messages import Claim
from services.extractor import tag
from services.extractor.tagger import Tagged
from services.extractor.tagger.pipeline import model
from tests.evaluation.casualties import CAPTURED, KILLED, counted, exact, nearest_number
from tests.evaluation.labelled import Passage, Span
from tests.evaluation.scoring import Score, Scores, score_claims, score_entities

NAMES = "names (person, organisation, place)"
_COARSE = {"person": "person", "organisation": "organisation", "country": "place", "place": "place"}
_LABELS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}


def tagged(passages: Sequence[Passage]) -> list[Tagged]:
    """What the tagger makes of each passage."""
    return [tag(one.text, published_at=one.published_at, article_id=f"{at:032x}") for at, one in enumerate(passages)]


def measure(passages: Sequence[Passage], answers: Sequence[Tagged]) -> Scores:
    """Every row of the table, and every miss."""
    scores = Scores()
    for passage, answer in zip(passages, answers, strict=True):
        score_entities(scores, passage, answer.entities)
        score_claims(scores, passage, answer.claims)
        names = {
            (mention.start, mention.end, _COARSE[entity.type])
            for entity in answer.entities
            if entity.type in _COARSE
            for mention in entity.mentions
        }
        scores.row(NAMES).add(_coarsely(passage, names))
    _count(scores, passages, [answer.claims for answer in answers])
    return scores


def _count(scores: Scores, passages: Sequence[Passage], claims: Sequence[Sequence[Claim]]) -> None:
    reports = [(passage, given) for passage, given in zip(passages, claims, strict=True) if passage.counts]
    for what, actions in (("killed", KILLED), ("captured", CAPTURED)):
        counts = [counted(passage.text, given, actions) for passage, given in reports]
        scores.row(f"{what}, exact count").add(exact([passage for passage, _ in reports], counts, what))


def peers(passages: Sequence[Passage]) -> dict[str, tuple[str, Score]]:
    """The same rows by simpler means, as row: (peer, score)."""
    reports = [passage for passage in passages if passage.counts]
    found = {NAMES: ("bare spaCy, same model", _bare_names(passages))}
    for what in ("killed", "captured"):
        counts = [nearest_number(passage.text, what) for passage in reports]
        found[f"{what}, exact count"] = ("nearest number", exact(reports, counts, what))
    return found


def _bare_names(passages: Sequence[Passage]) -> Score:
    score = Score()
    for passage, doc in zip(passages, model().pipe([one.text for one in passages]), strict=True):
        names = {(ent.start_char, ent.end_char, _LABELS[ent.label_]) for ent in doc.ents if ent.label_ in _LABELS}
        score.add(_coarsely(passage, {_bare(passage.text, *name) for name in names}))
    return score


def _bare(text: str, start: int, end: int, kind: str) -> tuple[int, int, str]:
    """Without the article and the possessive that spaCy takes into names and our gold does not."""
    words = text[start:end]
    start += next((len(lead) for lead in ("the ", "The ") if words.startswith(lead)), 0)
    end -= next((len(tail) for tail in ("'s", "’s") if words.endswith(tail)), 0)
    return start, end, kind


def _coarsely(passage: Passage, names: set[tuple[int, int, str]]) -> Score:
    """Countries count as places, weapons, units and demonyms not at all, for a peer that does not know them."""
    score, used = Score(), set()
    for want in passage.mentions:
        if want.demonym or want.type not in _COARSE:
            continue
        right = {(span.start, span.end, _COARSE[want.type]) for span in want.spans}
        hits = right & names
        used |= hits
        score.add(Score(int(bool(hits)), int(bool(hits)), 1))
    apart = [span for one in passage.mentions if one.demonym or one.type not in _COARSE for span in one.spans]
    extra = [Span(start, end) for start, end, _ in names - used]
    score.given += sum(not any(span.overlaps(one) for span in (*apart, *passage.optional_mentions)) for one in extra)
    return score
