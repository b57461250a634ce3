"""One article in many layouts: how newsrooms and their systems build pages, around the same nine lines."""

LINES = (
    "Ukraine's general staff said on Monday that 11,000 soldiers from North Korea were now in the Kursk region.",
    "The figure is a thousand higher than the one given two weeks earlier. It could not be verified.",
    (
        "“They are learning,” said Oksana Vitrenko, a captain whose company holds a stretch of forest near Plyokhovo. "
        "“The first week they walked in columns. Now they do not.”"
    ),
    "What is known",
    "Three brigades are said to have been moved by train between 12 and 28 October; each has about 2,500 men.",
    "A spokesman for the defence ministry in Seoul put the losses at 1,100 killed and wounded as of last week.",
    "The ministry gave no source for the number.",
    "Two officers were seen.",
    "Analysts doubt that the units can be supplied for long, as the only railway line to the town has been cut.",
)
TITLE = "Eleven thousand soldiers, says Kyiv"
HEAD = (
    f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{TITLE} | Outlet</title>"
    f'<meta property=og:type content=article><meta property=og:title content="{TITLE}"></head><body>'
)
NAVIGATION = (
    "<header><nav><ul>"
    + "".join(f'<li><a href="/s{n}">Section {n}</a></li>' for n in range(12))
    + "</ul></nav></header>"
)
CARDS = (
    '<section class="related"><h2>Related</h2>'
    + "".join(
        f'<article><a href="/r{n}"><h3>Another story about something else, number {n}</h3></a>'
        "<p>A short teaser of that other story, which is not ours.</p></article>"
        for n in range(6)
    )
    + "</section>"
)
FOOT = "<footer><ul><li><a href=/a>About</a></li></ul><p>Copyright 2024 Outlet Media Ltd.</p></footer></body></html>"
H1 = f"<h1>{TITLE}</h1>"


def paragraphs(css: str = "", between: dict[int, str] | None = None) -> str:
    """The lines as paragraphs, with what stands ``between`` them after some."""
    out = []
    for number, line in enumerate(LINES):
        tag = "h2" if line == "What is known" else "p"
        marked = line.replace("Kursk region", '<a href="/tag/kursk">Kursk region</a>').replace("1,100", "<b>1,100</b>")
        out.append(f'<{tag} class="{css}">{marked}</{tag}>{(between or {}).get(number, "")}')
    return "\n".join(out)


def page(body: str) -> bytes:
    return (HEAD + NAVIGATION + body + CARDS + FOOT).encode()


LAYOUTS: dict[str, bytes] = {
    "a block for each paragraph": page(
        f"<main><article><div data-component=headline-block>{H1}</div>"
        "<div data-component=byline-block><span>Correspondent in Kyiv</span></div>"
        + "".join(
            f"<div data-component=text-block><p>{line}</p></div>"
            if line != "What is known"
            else f"<div data-component=subheadline-block><h2>{line}</h2></div>"
            for line in LINES
        )
        + "<div data-component=links-block><ul><li><a href=/x>Who are they?</a></li></ul></div></article></main>"
    ),
    "rich links and a newsletter between": page(
        f"<main><article>{H1}<div id=maincontent class=article-body>"
        + paragraphs(
            "dcr-4cudl2",
            {
                2: "<figure class=rich-link><div>Related: <a href=/z>An old story about this</a></div></figure>",
                5: "<aside><h2>Sign up to First Edition</h2><p>Our morning email breaks down the key stories</p></aside>",
            },
        )
        + "</div></article></main>"
    ),
    "an agency's mark and a related box": page(
        f"<section class=wrapper><div class=headline>{H1}<div class=byline>By <a href=/p>Jane Doe</a>, Outlet</div>"
        "<div class=timestamp>Updated 4:12 PM EST, Mon November 18, 2024</div></div>"
        "<div class=article__content itemprop=articleBody>"
        + paragraphs(
            "paragraph", {3: "<div class=related-content><div>RELATED ARTICLE</div><a href=/z>The trains</a></div>"}
        )
        + "</div></section>"
    ),
    "advertisements between": page(
        f"<article>{H1}<section name=articleBody>"
        + paragraphs(
            "css", dict.fromkeys((1, 4, 7), "<div class=ad><p>Advertisement</p><a href=#x>SKIP ADVERTISEMENT</a></div>")
        )
        + "</section></article>"
    ),
    "begging at the end": page(
        f"<article class=post><header>{H1}</header><div class=post_text>{paragraphs()}"
        "<p><strong>Support us or become <a href=/club>our patron</a>!</strong></p></div></article>"
    ),
    "line breaks for paragraphs": page(f"<div id=content>{H1}<div class=text>{'<br><br>'.join(LINES)}</div></div>"),
    "spans in divisions": page(
        f"<div class=a>{H1}<div class=b>{''.join(f'<div class=par><span>{line}</span></div>' for line in LINES)}</div></div>"
    ),
    "a section for each paragraph": page(
        f"<div class=page>{H1}{''.join(f'<section class=blk><div class=in><p>{line}</p></div></section>' for line in LINES)}</div>"
    ),
    "amp": page(
        f"<article class=amp-wp-article><header>{H1}<div class=amp-wp-byline>Jane Doe</div></header>"
        f"<div class=amp-wp-article-content>{paragraphs('', {2: '<amp-ad width=300 height=250></amp-ad>'})}</div></article>"
    ),
    "blocks of a blog": page(
        f"<main>{H1}<div class='entry-content wp-block-post-content'>"
        + paragraphs(
            "wp-block-paragraph",
            {
                4: "<div class=wp-block-buttons><a class=wp-block-button__link>Subscribe</a></div>",
                6: "<figure class=wp-block-pullquote><blockquote><p>They walked in columns.</p></blockquote></figure>",
            },
        )
        + "</div></main>"
    ),
    "more comments than article": page(
        f"<article>{H1}{paragraphs()}</article><section id=comments class=comments-area><ol class=comment-list>"
        + "".join(
            f"<li class=comment><div class=comment-body><p>I think that comment number {n} is rather long and has many words "
            "in it, more than many paragraphs of the article itself, so it might be mistaken for it.</p></div></li>"
            for n in range(30)
        )
        + "</ol></section>"
    ),
    "read-more paragraphs": page(
        f"<article>{H1}"
        + paragraphs(
            "",
            {
                1: "<p><a href=/z><b>READ MORE: Trains to Kursk, and who paid for them</b></a></p>",
                4: "<p><em><a href=/q>See also: how we count</a></em></p>",
            },
        )
        + "</article>"
    ),
    "a table around it all": page(
        "<table width=900><tr><td width=160><b>Sections</b><br><a href=/1>War</a><br><a href=/2>Money</a><br></td>"
        f"<td>{H1}<p>{'</p><p>'.join(LINES)}</p></td><td><b>Latest</b><br><a href=/n/1>Trains late</a><br><a href=/n/2>Snow</a><br>"
        "</td></tr></table>"
    ),
    "captions under pictures": page(
        f"<article>{H1}"
        + paragraphs(
            "",
            {
                0: "<figure><img src=a.jpg><figcaption>Soldiers near the river on Friday</figcaption></figure>",
                5: "<div class=image><img src=b.jpg><p class=imageCaption>A railway bridge, seen from the air</p></div>",
            },
        )
        + "</article>"
    ),
}
