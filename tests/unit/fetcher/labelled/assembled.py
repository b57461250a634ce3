"""Pages put together of parts: every way to set a text beside every sort of clutter, in a fixed pseudo-random choice."""

import random

from tests.unit.fetcher.labelled import Labelled
from tests.unit.fetcher.labelled.parts import document, menu, ps, teasers
from tests.unit.fetcher.labelled.stories import BUDGET, FERRY, HARVEST, ROBOT, STADIUM, VACCINE

STORIES = {
    "Pools to close in Rotterdam": BUDGET,
    "Ferry runs aground off Kastellos": FERRY,
    "A third less rice from the Po valley": HARVEST,
    "Robots weed carrots in Estonia": ROBOT,
    "Torpedo to play in an empty ground": STADIUM,
    "Vaccine against tick fever works": VACCINE,
}
TUNED_SEED, HELD_OUT_SEED = 1, 2
SUBHEADINGS = {"What the growers want", "How the trial was done"}
OTHERS = (
    "Snow closes three passes in the south of the country",
    "The tram that ran for a hundred years stops on Sunday",
    "How a choir of strangers learned to sing in a week",
    "Minister: no new taxes before the spring of next year",
    "A bakery, a bell tower and a very long argument",
)
BLURB = "It was meant to take a month, and then a year went by, and nobody could say any more who had begun it or why."
SAYS = (
    "I was there on that day and it was nothing like what is written here, believe me or do not believe me.",
    "Finally somebody says it. My neighbour has been telling everybody for years and nobody would listen to her.",
    "Could the editors please check the third paragraph again, I think there is a mistake in the numbers.",
)


def _texts(lines: tuple[str, ...], way: str) -> str:
    if way == "paragraphs":
        return "".join(f"<h2>{line}</h2>" if line in SUBHEADINGS else f"<p>{line}</p>" for line in lines)
    if way == "classes":
        return "".join(
            f'<h3 class="sc-9f">{line}</h3>' if line in SUBHEADINGS else f'<p class="sc-77igqf-0 bOfvBY">{line}</p>'
            for line in lines
        )
    if way == "divisions":
        return "".join(f'<div class="para">{line}</div>' for line in lines)
    if way == "wrapped":
        return "".join(f'<div class="block"><div class="inner"><p>{line}</p></div></div>' for line in lines)
    if way == "breaks":
        return f"<div>{'<br><br>'.join(lines)}</div>"
    if way == "spans":
        return "".join(f"<p><span style='font-size:12pt'><span>{line}</span></span></p>" for line in lines)
    if way == "sections":
        return "".join(f"<section class='body-block'>{ps([line])}</section>" for line in lines)
    return "".join(f"<p>{line.replace(' said', ' <a href=/tag/x>said</a>')}<br></p>" for line in lines)


TEXTS = ("paragraphs", "classes", "divisions", "wrapped", "breaks", "spans", "sections", "linked")
BODIES = (
    "<article>{title}{meta}<div class='article-body'>{text}</div>{end}</article>",
    "<div class='entry'>{title}<div class='entry-meta'>{meta}</div><div class='entry-content'>{text}{end}</div></div>",
    "<main><div class='headline'>{title}</div>{meta}<div class='col-main'>{text}</div>{end}</main>",
    "<div id='content'><div class='left'>{title}{meta}{text}{end}</div></div>",
    "<section class='story'><header>{title}{meta}</header><div itemprop='articleBody'>{text}</div>{end}</section>",
    "<div class='page'><div class='row'><div class='cell'>{title}{meta}<div class='txt'>{text}</div></div></div>{end}</div>",
    "<div class='detail'>{title}{meta}<div class='detail-text' id='js-text'>{text}</div>{end}</div>",
)
ENDS = (
    "",
    "<div class='tags'><a href=/t/1>Snow</a>, <a href=/t/2>Sea</a></div>",
    "<div class='author-card'><img src=a.jpg><b>Jane Roe</b><p>Jane Roe covers the coast and everything that swims in front of it. She lives in Split with two dogs.</p></div>",
    "<div class='share'><span>Share</span><ul><li><a href=#>Facebook</a></li><li><a href=#>Telegram</a></li></ul></div>",
    f"<div class='newsletter'><h3>Sign up for our newsletter</h3><p>{BLURB}</p><form><input type=email><button>Sign up</button></form></div>",
    "".join(f"<p><a href='/r/{n}'>{headline}</a></p>" for n, headline in enumerate(OTHERS[:3])),
)
BESIDES = (
    "",
    teasers(OTHERS, "related", "Related", BLURB),
    teasers(OTHERS, "top-list", "Most read"),
    "<ul class='news-list'>" + "".join(f"<li><span>1{n}:20</span> <a href='/n/{n}'>{OTHERS[n % 5]}, part {n}</a></li>" for n in range(9)) + "</ul>",
    "<div id='comments'><h3>12 comments</h3>" + "".join(f"<div class='comment'><b>user{n}</b><p>{SAYS[n % 3]}</p></div>" for n in range(8)) + "</div>",
    "<ol class='discussion'>" + "".join(f"<li><cite>guest {n}</cite> says:<p>{SAYS[n % 3]}</p><a href=#>Reply</a></li>" for n in range(6)) + "</ol>",
    f"<aside class='promo'><h4>About the paper</h4><p>{BLURB} {BLURB}</p></aside>",
    "<table class='rates'><tr><th>Currency</th><th>Rate</th></tr>" + "".join(f"<tr><td>Coin {n}</td><td>{n}.1</td></tr>" for n in range(8)) + "</table>",
)  # fmt: skip
COOKIES = (
    "",
    "<div class='gdpr'><p>We use cookies and similar technologies to offer you a better experience on this site.</p><button>OK</button></div>",
    "<div class='modal'><h2>Log in</h2><p>Please log in or register to save articles and to follow what interests you.</p></div>",
)
SECTIONS = ("News", "Culture", "Sport", "Weather", "Letters")


def assembled(count: int, seed: int) -> dict[str, Labelled]:
    """So many pages, always the same for a seed."""
    chosen = random.Random(seed)
    pages: dict[str, Labelled] = {}
    for number in range(count):
        title, lines = chosen.choice(list(STORIES.items()))
        if chosen.random() < 0.2:
            lines = lines[: chosen.randint(2, 3)]
        way, body = chosen.choice(TEXTS), chosen.choice(BODIES)
        before, after, end, cookies = (chosen.choice(of) for of in (BESIDES, BESIDES, ENDS, COOKIES))
        meta = "<p class='meta'><span>By Jane Roe</span> <time datetime='2024-11-20'>20 November 2024</time></p>"
        main = body.format(title=f"<h1>{title}</h1>", meta=meta, text=_texts(lines, way), end=end)
        head = "<meta property=og:type content=article>" if chosen.random() < 0.5 else ""
        page = document(f"{title} - The Daily Part", f"{menu(SECTIONS)}{before}{main}{after}{cookies}", head)
        name = f"{number}: {way} in {BODIES.index(body)}, {BESIDES.index(before)} before, {BESIDES.index(after)} and {ENDS.index(end)} after"
        pages[name] = Labelled("https://part.example/a/b", page, lines, title, ("Jane Roe",), "2024-11-20")
    return pages
