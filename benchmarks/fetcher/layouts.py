"""How an outlet lays its pages out: its markup around a text, its metadata, and as much clutter as real ones have.

Each outlet draws its own manner once; each page then differs in what it advertises, links to and lets readers say.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from random import Random

from benchmarks.fetcher.prose import Prose, Story

STYLE = (
    ".{name}-{n}{{display:flex;margin:0 {n}px;padding:.{n}rem;color:#{n:06x};font:400 {n}px/1.4 serif}}"
    "@media(max-width:{n}00px){{.{name}-{n}>li{{float:none;width:100%}}}}\n"
)
SCRIPT = (
    '!function(w,{name}{n}){{w.q=w.q||[];for(var i=0;i<{n};i++)if(w.q[i]&&"<p>"!==w.q[i].t)w.q.push({{t:"slot-{n}",'
    'u:"/ad/{n}?x="+i+"&y=<b>"}});{name}{n}(w)}}(window,function(w){{return w.{name}={n}}});\n'
)
ICON = '<svg class="icon" viewBox="0 0 24 24"><path d="M{n} 2a10 {n} 0 1 0 10 10A{n} 10 0 0 0 12 2zm1 {n}h-2v-6h2z"/></svg>'


@dataclass(frozen=True, slots=True)
class Manner:
    """What an outlet's pages have in common."""

    name: str
    prefix: str
    """How its class names begin."""
    skeleton: Callable[["Manner", str, Story, str], str]
    described: Callable[["Manner", str, Story], str]
    links: int
    teasers: int
    comments: int
    style: int
    script: int
    """Rules and functions in the page itself: what makes real pages heavy."""


def manner(name: str, random: Random) -> Manner:
    """The manner of an outlet."""
    return Manner(
        name=name,
        prefix=random.choice(["c", "article", "story", "td", "entry", "wp-block", "css-1x", "news"]),
        skeleton=random.choice([_article, _divisions, _table, _sections, _blog]),
        described=random.choice([_linked_data, _open_graph, _microdata, _bare]),
        links=random.randint(15, 140),
        teasers=random.randint(4, 60),
        comments=random.choice([0, 0, 0, 4, 12]),
        style=random.choice([10, 60, 200, 400]),
        script=random.choice([10, 60, 200, 400]),
    )


def page(own: Manner, address: str, story: Story, prose: Prose, random: Random) -> str:
    """The page of a story at an address."""
    style = "".join(STYLE.format(name=own.prefix, n=n) for n in range(own.style))
    script = "".join(SCRIPT.format(name=own.prefix.replace("-", ""), n=n) for n in range(own.script))
    body = own.skeleton(own, "\n".join(_text(own, story, prose, random)), story, _beside(own, prose, random))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} | {own.name}</title>'
        f'<link rel="canonical" href="{address}"><meta name="viewport" content="width=device-width">'
        f'<meta name="description" content="{escape(story.paragraphs[0][:150])}">{own.described(own, address, story)}'
        f"<style>{style}</style><script>{script}</script></head>\n<body>{_menu(own, prose, random)}{body}"
        f"{_comments(own, prose, random)}{_foot(own, prose)}<script>{script[:4000]}</script></body></html>"
    )


def _text(own: Manner, story: Story, prose: Prose, random: Random) -> Iterator[str]:
    """The paragraphs of a story, with what outlets put between them."""
    above = dict(story.subheads)
    for number, paragraph in enumerate(story.paragraphs):
        if number in above:
            yield f"<h2>{above[number]}</h2>"
        yield f'<p class="{own.prefix}__p">{_marked(escape(paragraph), random)}</p>'
        chance = random.random()
        if chance < 0.06:
            yield f'<div class="{own.prefix}-promo"><a href="/x/{number}">{escape(prose.of("prompts"))}</a></div>'
        elif chance < 0.12:
            yield (
                f'<figure><img src="/i/{number}.jpg" alt="" srcset="/i/{number}.jpg 1x, /i/{number}@2.jpg 2x">'
                f"<figcaption>{escape(prose.of('places'))}, seen from the air. Photo: {own.name}</figcaption></figure>"
            )
        elif chance < 0.16:
            yield f'<div class="ad" id="slot-{number}"><script>show({number})</script></div>'
    if story.listed:
        yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in story.listed)}</ul>"


def _marked(text: str, random: Random) -> str:
    """A paragraph with a link or an emphasis in it, as one in four has."""
    words = text.split(" ")
    if random.random() > 0.25 or len(words) < 6:
        return text
    place = random.randrange(len(words) - 2)
    tag = random.choice([("<a href='/tag/x'>", "</a>"), ("<strong>", "</strong>"), ("<em>", "</em>")])
    return " ".join([*words[:place], tag[0] + " ".join(words[place : place + 2]) + tag[1], *words[place + 2 :]])


def _menu(own: Manner, prose: Prose, random: Random) -> str:
    items = "".join(
        f'<li class="{own.prefix}-nav__item"><a class="{own.prefix}-nav__link" href="/s/{n}" data-n="{n}">'
        f"{ICON.format(n=n) if n % 4 == 0 else ''}<span>{prose.of('sections')}</span></a></li>"
        for n in range(own.links)
    )
    cookies = f"<div id=consent><p>We use cookies.</p><button>{random.choice(['Accept all', 'I agree'])}</button></div>"
    return (
        f'<header><a href="/"><img src="/logo.svg" alt="{own.name}"></a><nav><ul>{items}</ul></nav></header>{cookies}'
    )


def _beside(own: Manner, prose: Prose, random: Random) -> str:
    """Teasers of other articles."""
    cards = "".join(
        f'<div class="{own.prefix}-card"><a href="/news/{random.randrange(10**6)}"><img src="/t/{n}.webp" loading="lazy">'
        f'<h3 class="{own.prefix}-card__title">{escape(prose.of("headlines"))}</h3></a>'
        f"<span class=time>{random.randint(1, 23)} h ago</span></div>"
        for n in range(own.teasers)
    )
    return f'<aside class="{own.prefix}-more"><h2>Most read</h2>{cards}</aside>'


def _comments(own: Manner, prose: Prose, random: Random) -> str:
    said = "".join(
        f"<div class=comment><b>reader{random.randint(1, 999)}</b><p>{escape(prose.of('comments'))}</p></div>"
        for _ in range(own.comments)
    )
    return f'<section id="comments">{said}</section>' if said else ""


def _foot(own: Manner, prose: Prose) -> str:
    links = "".join(f'<li><a href="/f/{n}">{prose.of("sections")}</a></li>' for n in range(own.links // 3))
    return f"<footer><p>© 2024 {own.name}. All rights reserved.</p><ul>{links}</ul></footer>"


def _byline(own: Manner, story: Story) -> str:
    return (
        f'<div class="{own.prefix}-byline"><span class="author">{story.author}</span> '
        f'<time datetime="{story.published.isoformat()}" class="published">{story.published:%d %B %Y, %H:%M}</time></div>'
    )


def _article(own: Manner, text: str, story: Story, beside: str) -> str:
    head = f"<h1>{escape(story.title)}</h1>{_byline(own, story)}"
    return f'<main><article class="{own.prefix}">{head}<div class="{own.prefix}-body">{text}</div></article>{beside}</main>'


def _divisions(own: Manner, text: str, story: Story, beside: str) -> str:
    return (
        f'<div id="wrap"><div class="row"><div class="col-8"><div class="{own.prefix}-head"><h1>{escape(story.title)}'
        f'</h1></div>{_byline(own, story)}<div class="{own.prefix}-content">{text}</div></div>'
        f'<div class="col-4">{beside}</div></div></div>'
    )


def _table(own: Manner, text: str, story: Story, beside: str) -> str:
    return (
        f'<table width="100%"><tr><td valign="top"><h1>{escape(story.title)}</h1>{_byline(own, story)}{text}</td>'
        f"<td>{beside}</td></tr></table>"
    )


def _sections(own: Manner, text: str, story: Story, beside: str) -> str:
    halves = text.split("\n")
    middle = len(halves) // 2
    inner = "".join(
        f'<section class="{own.prefix}-part"><div><div>{"".join(half)}</div></div></section>'
        for half in (halves[:middle], halves[middle:])
    )
    return (
        f'<div role="main"><section class="{own.prefix}-title"><h1>{escape(story.title)}</h1>{_byline(own, story)}'
        f"</section>{inner}</div>{beside}"
    )


def _blog(own: Manner, text: str, story: Story, beside: str) -> str:
    return (
        f'<div id="content"><div class="post hentry"><h1 class="entry-title">{escape(story.title)}</h1>'
        f'{_byline(own, story)}<div class="entry-content">{text}</div><div class="sharedaddy"><a href="#">Share</a>'
        f'</div></div></div><div id="sidebar">{beside}</div>'
    )


def _linked_data(own: Manner, address: str, story: Story) -> str:
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "url": address,
        "datePublished": story.published.isoformat(), "author": [{"@type": "Person", "name": story.author}],
        "publisher": {"@type": "Organization", "name": own.name}, "inLanguage": "en",
    }  # fmt: skip
    written = json.dumps(data, ensure_ascii=False)
    return f'<script type="application/ld+json">{written}</script>{_open_graph(own, address, story)}'


def _open_graph(own: Manner, address: str, story: Story) -> str:
    said = {
        "og:type": "article", "og:title": story.title, "og:url": address, "og:site_name": own.name,
        "og:image": f"{address}.jpg", "article:published_time": story.published.isoformat(),
    }  # fmt: skip
    return "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in said.items())


def _microdata(_own: Manner, address: str, story: Story) -> str:
    return (
        f'<meta name="author" content="{story.author}"><meta name="date" content="{story.published.isoformat()}">'
        f'<link rel="amphtml" href="{address}/amp">'
    )


def _bare(_own: Manner, _address: str, _story: Story) -> str:
    """Nothing: the day and the author stand on the page, for people."""
    return ""
