"""Many phrases in one pass, however they were put in and taken out."""

from hypothesis import given
from hypothesis import strategies as st

from services.alerts.phrases import Phrases

WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(lambda words: f" {' '.join(words)} ")
CHANGES = st.lists(st.tuples(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4)), max_size=12)


@given(CHANGES, st.lists(st.sampled_from("abc"), max_size=8).map(lambda words: f" {' '.join(words)} "))
def test_it_finds_what_stands_there_of_what_is_wanted(changes: list[tuple[list[str], list[str]]], content: str) -> None:
    phrases = Phrases(sizes=(2, 4))  # so that a few are merged several times
    wanted: set[str] = set()
    for added, dropped in changes:
        removed = [phrase for phrase in dropped if phrase not in added]
        phrases.change(added, removed)
        wanted = (wanted - set(removed)) | set(added)
    starts = {phrase: [at for at in range(len(content)) if content.startswith(phrase, at)] for phrase in phrases.sought}
    assert wanted <= phrases.sought
    assert phrases.found(content) == {phrase: at for phrase, at in starts.items() if at}


def test_one_more_phrase_touches_only_the_smallest_automaton() -> None:
    phrases = Phrases(sizes=(2, 50))
    phrases.change([f" {number} " for number in range(100)])
    largest = phrases._automata[-1]
    for number in range(100, 140):
        phrases.change([f" {number} "])
    assert phrases._automata[-1] is largest
    assert sorted(phrases.found(" 7 139 140 ")) == [" 139 ", " 7 "]
