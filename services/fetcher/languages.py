"""The language of a text, as ISO 639-1: what the page says of itself, unless its letters or its words say otherwise.

The words are judged by py3langid (byte n-grams of 140 languages; Lui and Baldwin 2012, "langid.py: An Off-the-shelf
Language Identification Tool").
"""

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import islice

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
"""ISO 639-2's code for a language that could not be told."""
TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_.@].*)?")
SAME = {
    "eng": "en", "ukr": "uk", "rus": "ru", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "pol": "pl", "spa": "es",
    "ita": "it", "por": "pt", "kor": "ko", "jpn": "ja", "zho": "zh", "chi": "zh", "ara": "ar", "tur": "tr", "nld": "nl",
    "ces": "cs", "cze": "cs", "ron": "ro", "rum": "ro", "ell": "el", "gre": "el", "heb": "he", "bel": "be",
    "ua": "uk", "cz": "cs", "gr": "el", "jp": "ja", "kr": "ko", "cn": "zh", "iw": "he", "in": "id",
}  # fmt: skip
"""Three-letter codes (ISO 639-2) of languages we often meet, and country codes that pages write by mistake."""
NOT_LATIN = {
    "CYRILLIC": {"uk", "ru", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "ab", "os", "tt", "ba"},
    "ARABIC": {"ar", "fa", "ur", "ps", "ku", "ug", "sd"},
    "HEBREW": {"he", "yi"},
    "GREEK": {"el"},
    "HANGUL": {"ko"},
    "HIRAGANA": {"ja"},
    "KATAKANA": {"ja"},
    "CJK": {"zh", "ja", "ko"},
    "GEORGIAN": {"ka"},
    "ARMENIAN": {"hy"},
    "DEVANAGARI": {"hi", "mr", "ne", "sa"},
    "THAI": {"th"},
}
"""Scripts, by the first word of their letters' Unicode names, and the languages written in them."""
TWO_SCRIPTS = {"sr", "ku", "kk", "mn", "tt"}
"""Languages of that table that are written in Latin letters too."""
SAMPLE = 400
"""Letters that are looked at."""
ALIKE = ({"no", "nb", "nn", "da"}, {"hr", "sr", "bs", "sl"}, {"id", "ms"}, {"cs", "sk"}, {"pt", "gl"}, {"bg", "mk"})
"""Languages that no detector tells apart surely enough to contradict a page that names one of them."""
JUDGED = 600
"""Characters of a text whose words are judged."""
AT_FIRST = 120
"""So many of them if they already say what the page says."""
SHORTEST = 40
"""Letters without which a text's words say nothing."""
SURE = 0.99
"""How likely a language has to be that the page does not name, if it names another one."""
LIKELY = 0.8
"""How likely it has to be if the page names none."""


def primary_language(tag: str | None) -> str | None:
    """The language of a tag such as ``en-GB``, ``uk_UA.UTF-8`` or ``eng`` (BCP 47, POSIX); None where it names none."""
    match = TAG.fullmatch(tag.strip()) if tag else None
    if match is None:
        return None
    code = match[1].lower()
    code = SAME.get(code, code)
    return code if len(code) == 2 else None


def agreed_language(candidates: list[str | None], text: str) -> str:
    """The first candidate that the text can be written in; else the one it is written in; ``und`` where none is sure.

    Templates are often left at ``en``: a text in Cyrillic letters, or in French words, is not English whatever its
    page says.
    """
    script = _script(text)
    codes = [code for candidate in candidates if (code := primary_language(candidate)) and _fits(code, script)]
    for length in (AT_FIRST, JUDGED) if codes else (JUDGED,):
        found, likely = _read(text[:length])
        if found in codes:
            return found
    if codes and (likely < SURE or codes[0] not in detector().labels or _alike(codes[0], found)):
        return codes[0]
    return found if likely >= LIKELY and _fits(found, script) else next(iter(codes), UNKNOWN)


def _read(text: str) -> tuple[str, float]:
    """The language that a text's words are likeliest of, and how likely."""
    if sum(map(str.isalpha, text)) < SHORTEST:
        return UNKNOWN, 0.0
    code, likely = detector().classify(text)
    known = primary_language(code)
    return (known, float(likely)) if known else (UNKNOWN, 0.0)


def _alike(one: str, other: str) -> bool:
    return any(one in group and other in group for group in ALIKE)


@cache
def detector() -> LanguageIdentifier:
    """The judge of words, loaded once in a process, which takes some tenths of a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _fits(code: str, script: str | None) -> bool:
    if script is None:
        return True
    if script in NOT_LATIN:
        return code in NOT_LATIN[script]
    return script != "LATIN" or code in TWO_SCRIPTS or all(code not in those for those in NOT_LATIN.values())


def _script(text: str) -> str | None:
    """The script most of a text's letters are in, where more than half of them are in one."""
    counts: Counter[str] = Counter()
    for letter, count in Counter(islice(filter(str.isalpha, text), SAMPLE)).items():
        counts[_script_of(letter)] += count
    if not counts:
        return None
    script = max(counts, key=counts.__getitem__)
    return script if counts[script] * 2 > sum(counts.values()) else None


@lru_cache(10_000)
def _script_of(letter: str) -> str:
    """The first word of a letter's Unicode name."""
    return unicodedata.name(letter, "?").split()[0]
