"""Pages of many kinds, each with the lines its article consists of: what is read and what is left out.

Every page has its own text and its own clutter. Short paragraphs, subheadings, lists, quotations and the data of tables
belong to an article; captions, teasers, biographies, boxes and comments do not.
"""

from typing import NamedTuple


class Varied(NamedTuple):
    html: str
    lines: tuple[str, ...]


RIVER = (
    "Floodwater has covered four villages on the left bank of the Psel after the dam at Hadiach was damaged on Sunday.",
    "Some 1,900 people have been taken to schools in Myrhorod, the regional administration said, among them 340 children.",
    "“We heard a bang and then nothing for an hour,” said Halyna Moroz, who keeps bees in the village of Sary. “Then the yard was a lake.”",
    "The operator of the dam said two of its five gates could not be closed.",
    "Repairs will take at least a week.",
    "Engineers from the state water agency want to lower the level of the reservoir upstream by 40 centimetres a day, which would leave several waterworks without supply.",
    "Whether the damage was caused by shelling or by age has not been established.",
)
PORT = (
    "Three cargo ships left the port of Chornomorsk on Thursday with 86,000 tonnes of maize and sunflower oil on board.",
    "They are the first to sail since insurers raised their premiums at the beginning of the month.",
    "The shipping company did not say which route the vessels would take. Data from their transponders showed them heading south along the coast.",
    "Before the war the port handled some 2.5 million tonnes a month.",
    "Brokers in London said that cover now costs about 1.2 per cent of a ship's value for a week, twice as much as in September.",
    "“Nobody sails for fun,” said one of them, who asked not to be named because his firm does not allow him to speak.",
)
PRISONERS = (
    "Ninety-five prisoners came home on each side on Friday in the largest exchange since the summer.",
    "The buses crossed at the same place as last time, a checkpoint in the north that both armies have agreed not to fire on.",
    "Among those who returned are 48 members of the garrison of Mariupol, held for more than two years.",
    "Relatives waited in the rain. Many had brought photographs of men who were not on the list.",
    "The United Arab Emirates had mediated, the foreign ministry said.",
    "It was the fifty-eighth exchange since the invasion began, according to the headquarters that coordinates them.",
)
WINTER = (
    "Blackouts will last up to eight hours a day from Monday in eleven regions, the grid operator said.",
    "The schedule follows strikes on seven substations in the night to Friday.",
    "Hospitals and waterworks are exempt, as are the railways.",
    "Households should not run more than one strong appliance at a time, the operator asked, and never between 17:00 and 21:00.",
    "Imports from Romania, Slovakia and Poland are to rise to 2,100 megawatts, which is all that the lines can carry.",
)

NAV = (
    "<div id=top><ul class=menu>"
    + "".join(
        f"<li><a href=/{s}>{s.title()}</a></li>"
        for s in ("home", "war", "politics", "economy", "culture", "sport", "weather")
    )
    + "</ul></div>"
)
FOOT = "<div id=footer><p>© 2024 The Courier Group. All rights reserved.</p><ul><li><a href=/imprint>Imprint</a></li><li><a href=/privacy>Privacy</a></li><li><a href=/jobs>Jobs</a></li></ul></div>"
TEASERS = "".join(
    f"<div class=teaser><a href=/t/{n}><img src=t{n}.jpg><span>{text}</span></a></div>"
    for n, text in enumerate(
        (
            "Why the harvest was better than anyone had expected this year",
            "Five charts that show how the front has moved since spring",
            "The bakery that never closed, not even in the worst week",
            "Opinion: what the ministers forgot to say on Tuesday",
        )
    )
)
COMMENT = "<div class='comment-item'><b>reader{n}</b> <i>{n} hours ago</i><p>I do not believe a word of this and I have said so before under many other articles, number {n} is my lucky one.</p></div>"


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title} - The Courier</title>{head}</head>"
        f"<body>{NAV}{body}{FOOT}</body></html>"
    )


def ps(lines: tuple[str, ...], css: str = "") -> str:
    return "".join(f"<p{f' class={css}' if css else ''}>{line}</p>" for line in lines)


def _varied() -> dict[str, Varied]:
    pages: dict[str, Varied] = {}

    def add(name: str, html: str, *lines: str) -> None:
        pages[name] = Varied(html, lines)

    losses = ("Tanks: 12", "Armoured vehicles: 31", "Artillery systems: 22", "Drones: 47")
    add(
        "a list of figures in the middle",
        page(
            "Water over four villages",
            f"<div class=col><h1>Water over four villages</h1>{ps(RIVER[:3])}<p>Damaged, by the last count:</p>"
            f"<ul>{''.join(f'<li>{one}</li>' for one in losses)}</ul>{ps(RIVER[3:])}</div>{TEASERS}",
        ),
        *RIVER[:3], "Damaged, by the last count:", *losses, *RIVER[3:],
    )  # fmt: skip
    add(
        "a numbered list of long points",
        page(
            "Five things about the exchange",
            f"<main><h1>Five things about the exchange</h1><p>{PRISONERS[0]}</p><ol>{''.join(f'<li><strong>{line}</strong></li>' for line in PRISONERS[1:])}</ol></main>{TEASERS}",
        ),
        *PRISONERS,
    )
    add(
        "a quotation set apart",
        page(
            "Ships leave",
            f"<article><h1>Ships leave</h1>{ps(PORT[:5])}<blockquote><p>{PORT[5]}</p></blockquote><p>{WINTER[1]}</p></article>",
        ),
        *PORT, WINTER[1],
    )  # fmt: skip
    add(
        "a table of figures",
        page(
            "Blackouts from Monday",
            f"<article><h1>Blackouts from Monday</h1>{ps(WINTER[:3])}<table><tr><th>Region</th><th>Hours</th></tr>"
            f"<tr><td>Sumy</td><td>8</td></tr><tr><td>Odesa</td><td>6</td></tr></table>{ps(WINTER[3:])}</article>",
        ),
        *WINTER[:3], "Region Hours", "Sumy 8", "Odesa 6", *WINTER[3:],
    )  # fmt: skip
    add(
        "subheadings and very short paragraphs",
        page(
            "Night in Sary",
            f"<div class=story-body><h1>Night in Sary</h1><p>{RIVER[0]}</p><h2>The bang</h2><p>{RIVER[2]}</p><p>Nobody slept.</p>"
            f"<p>Nobody complained.</p><h2>The gates</h2><p>{RIVER[3]}</p><p>{RIVER[4]}</p><h3>What next?</h3><p>{RIVER[5]}</p></div>",
        ),
        RIVER[0], "The bang", RIVER[2], "Nobody slept.", "Nobody complained.", "The gates", RIVER[3], RIVER[4], "What next?", RIVER[5],
    )  # fmt: skip
    add(
        "live text of bullet points and times",
        page(
            "What happened on Friday",
            "<article><h1>What happened on Friday</h1><p class=standfirst>The most important news of day 1,003.</p>"
            f"<ul>{''.join(f'<li><p>{line}</p></li>' for line in (*PRISONERS[:3], *WINTER[:2]))}</ul></article>",
        ),
        "The most important news of day 1,003.", *PRISONERS[:3], *WINTER[:2],
    )  # fmt: skip
    add(
        "text straight in a division with breaks",
        page(
            "Ships leave",
            f"<table><tr><td>{TEASERS}</td><td><div class=newstext><b>Ships leave</b><br><br>{'<br /><br />'.join(PORT)}<br><br></div></td></tr></table>",
        ),
        *PORT,
    )
    add(
        "paragraphs in table cells",
        page(
            "Blackouts from Monday",
            f"<table width=980><tr><td colspan=2><h1>Blackouts from Monday</h1></td></tr><tr><td width=700>{ps(WINTER)}{ps(RIVER[4:6])}</td>"
            f"<td width=280>{TEASERS}</td></tr></table>",
        ),
        *WINTER, *RIVER[4:6],
    )  # fmt: skip
    add(
        "a cookie wall over it all",
        page(
            "Ninety-five came home",
            "<div id=consent class=cookie-banner role=dialog><h2>We value your privacy</h2><p>We and our 734 partners store and access information on your device, "
            "such as cookies, and process personal data for personalised advertising. You can change your choice at any time.</p><button>Accept all</button><button>Reject</button></div>"
            f"<div class=article><h1>Ninety-five came home</h1><div class=article-content>{ps(PRISONERS)}</div></div>",
        ),
        *PRISONERS,
    )
    add(
        "teasers inside the body",
        page(
            "Ninety-five came home",
            f"<div class='post-content'><h1>Ninety-five came home</h1>{ps(PRISONERS[:2])}"
            "<div class='inline-related'><h4>Read also</h4><ul><li><a href=/1>How lists of prisoners are made</a></li><li><a href=/2>The checkpoint nobody shoots at</a></li></ul></div>"
            f"{ps(PRISONERS[2:4])}<p><strong>Read more: <a href=/3>A mother who waits</a></strong></p>{ps(PRISONERS[4:])}</div>",
        ),
        *PRISONERS,
    )
    add(
        "a newsletter box with a form",
        page(
            "Blackouts from Monday",
            f"<article class=post><h1>Blackouts from Monday</h1>{ps(WINTER[:2])}<div class=newsletter-signup><h3>The Courier in your inbox</h3>"
            "<p>Get our best stories every morning at seven. You can unsubscribe at any time.</p><form><input type=email><button>Sign up</button></form></div>"
            f"{ps(WINTER[2:])}</article>",
        ),
        *WINTER,
    )
    add(
        "an author's biography and tags",
        page(
            "Ships leave",
            f"<article><h1>Ships leave</h1><div class=entry>{ps(PORT)}</div><div class=author-bio><img src=a.jpg><h4>Marta Lind</h4>"
            "<p>Marta Lind writes about trade and shipping. She lived in Odesa for nine years and has written two books about the sea.</p></div>"
            "<div class=tags>Tags: <a href=/tag/grain>grain</a>, <a href=/tag/port>port</a>, <a href=/tag/odesa>Odesa</a></div></article>",
            "<meta name=author content='Marta Lind'>",
        ),
        *PORT,
    )
    add(
        "more comments than text",
        page(
            "Repairs take a week",
            f"<div class=article-full><h1>Repairs take a week</h1>{ps(RIVER[3:6])}</div><div id=discussion><h3>14 comments</h3>"
            + "".join(COMMENT.format(n=n) for n in range(14))
            + "</div>",
        ),
        *RIVER[3:6],
    )
    add(
        "captions in several manners",
        page(
            "Water over four villages",
            f"<article><h1>Water over four villages</h1><div class=wp-caption><img src=1.jpg><p class=wp-caption-text>A boat in the main street of Sary. Photo: I. Koval</p></div>"
            f"{ps(RIVER[:3])}<figure><img src=2.jpg><figcaption><span>The dam from the air</span> <span class=credit>Courier/O. Lys</span></figcaption></figure>{ps(RIVER[3:5])}"
            f"<div class=photo><img src=3.jpg><div class=photo__desc>Halyna Moroz and her bees</div></div>{ps(RIVER[5:])}</article>",
        ),
        *RIVER,
    )
    add(
        "amp with an embed",
        "<!doctype html><html amp lang=en><head><meta charset=utf-8><title>Ships leave</title><link rel=canonical href=https://courier.example/ships></head><body>"
        f"<amp-sidebar id=s><ul><li><a href=/war>War</a></li></ul></amp-sidebar><article><h1>Ships leave</h1><amp-img src=a.jpg width=1 height=1></amp-img>{ps(PORT[:3])}"
        f"<amp-twitter data-tweetid=1 width=1 height=1><blockquote placeholder>Loading the post</blockquote></amp-twitter>{ps(PORT[3:])}</article>"
        "<amp-consent id=c><div>We use cookies to make this site work.</div></amp-consent></body></html>",
        *PORT,
    )
    ukrainian = (
        "У ніч на п'ятницю ворог атакував Сумщину 27 ударними безпілотниками, повідомили в обласній адміністрації.",
        "Збито 19 апаратів, ще шість не досягли цілей.",
        "У Конотопі пошкоджено дві багатоповерхівки. Поранено трьох людей, серед них дитина 2015 року народження.",
        "«Вибуху ми не чули, тільки скло посипалося», — розповіла мешканка будинку Ольга Ткаченко.",
        "Рятувальники працюють на місці. Кількість постраждалих може зрости.",
    )
    add(
        "a Ukrainian page with prompts",
        "<html lang=uk><head><meta charset=utf-8><title>Атака на Сумщину | Вісник</title></head><body><div class=header><a href=/>Вісник</a> <a href=/news>Новини</a></div>"
        f"<div class=single><h1>Атака на Сумщину</h1><div class=meta>22 листопада 2024, 08:15</div><div class=text>{ps(ukrainian[:2])}<p><strong>Читайте також:</strong> <a href=/1>Що відомо про нові дрони</a></p>"
        f"{ps(ukrainian[2:])}<p><em>Підписуйтесь на наш <a href=https://t.example/v>канал у Telegram</a></em></p></div></div><div class=sidebar>{''.join(f'<p><a href=/n{n}>Ще одна новина {n}</a></p>' for n in range(8))}</div></body></html>",
        *ukrainian,
    )
    add(
        "an old page without classes",
        f"<HTML><HEAD><TITLE>The Courier: Ships leave</TITLE></HEAD><BODY BGCOLOR=white><CENTER><FONT SIZE=5><B>Ships leave</B></FONT></CENTER><P>{'<P>'.join(PORT)}<P><HR>"
        "<A HREF=/>Home</A> | <A HREF=/archive>Archive</A> | <A HREF=/mail>Write to us</A></BODY></HTML>",
        *PORT,
    )
    add(
        "a recipe within a report",
        page(
            "The soup kitchen of Kharkiv",
            f"<article><h1>The soup kitchen of Kharkiv</h1><p>{WINTER[0]} In a cellar on Sumska street that changes little.</p><h2>For eighty people</h2><ul><li>12 kg of beetroot</li><li>9 kg of potatoes</li>"
            f"<li>6 kg of cabbage</li><li>salt, bay leaves</li></ul><p>{WINTER[3]} The cooks burn wood.</p><p>They have not missed a day since the second week of the war.</p></article>",
        ),
        f"{WINTER[0]} In a cellar on Sumska street that changes little.", "For eighty people", "12 kg of beetroot", "9 kg of potatoes", "6 kg of cabbage",
        "salt, bay leaves", f"{WINTER[3]} The cooks burn wood.", "They have not missed a day since the second week of the war.",
    )  # fmt: skip
    add(
        "questions and answers",
        page(
            "Questions about the blackouts",
            "<article><h1>Questions about the blackouts</h1>"
            + "".join(
                f"<p><strong>{q}</strong></p><p>{a}</p>"
                for q, a in zip(
                    ("When does it begin?", "Why now?", "Who is exempt?", "What should I do?", "Who helps?"),
                    WINTER,
                    strict=True,
                )
            )
            + "</article>",
        ),
        *(
            line
            for pair in zip(
                ("When does it begin?", "Why now?", "Who is exempt?", "What should I do?", "Who helps?"),
                WINTER,
                strict=True,
            )
            for line in pair
        ),
    )
    add(
        "a tabloid with points on top and boxes between",
        page(
            "Home at last: 95 men cross in the rain",
            "<div id=js-article-text><h1>Home at last: 95 men cross in the rain</h1><ul class='mol-bullets'><li><strong>Largest exchange since summer</strong></li><li><strong>48 men of the Mariupol garrison among them</strong></li></ul>"
            "<p class='author-section'>By <a href=/profile-1>Marta Lind For Courier Online</a></p><p class='byline-section'><span>Published: 06:10 EST, 22 November 2024</span> | <span>Updated: 07:30 EST</span></p>"
            f"<div class='shareArticles'><ul><li>12k shares</li><li>340 View comments</li></ul></div><div itemprop=articleBody>{ps(PRISONERS[:3], 'mol-para')}"
            "<div class='mol-img-group'><img src=x><p class=imageCaption>A bus at the crossing on Friday morning</p></div>"
            f"<div class='related-carousel'><h3>RELATED ARTICLES</h3><ul><li><a href=/9>The wait of a mother</a></li><li><a href=/8>Share this article</a></li></ul></div>{ps(PRISONERS[3:], 'mol-para')}</div></div>",
        ),
        "Largest exchange since summer", "48 men of the Mariupol garrison among them", *PRISONERS,
    )  # fmt: skip
    add(
        "body only in linked data",
        page(
            "Ninety-five came home",
            "<div id=app></div>",
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ninety-five came home", "articleBody": "'
            + "\\n\\n".join(PRISONERS)
            + '"}</script>',
        ),
        *PRISONERS,
    )
    add(
        "a lead outside the body",
        page(
            "Ships leave",
            f"<article><header><h1>Ships leave</h1><p class=lead>{PORT[0]}</p></header><div class=share>Share</div><section class=content>{ps(PORT[1:])}</section></article>",
        ),
        *PORT,
    )
    add(
        "inline links and emphasis",
        page(
            "Water over four villages",
            f"<div class=body>{ps(RIVER).replace('Hadiach', '<a href=/tag/hadiach>Hadiach</a>').replace('five gates', '<b>five</b> <i>gates</i>').replace('Myrhorod', '<span>Myrhorod</span>')}</div>",
        ),
        *RIVER,
    )
    add(
        "an aside with background and a correction",
        page(
            "Blackouts from Monday",
            f"<article><h1>Blackouts from Monday</h1>{ps(WINTER[:3])}<aside class=pullquote>“Never between 17:00 and 21:00”</aside>{ps(WINTER[3:])}"
            "<p><em>This article was amended on 23 November to correct the number of regions.</em></p></article>",
        ),
        *WINTER, "This article was amended on 23 November to correct the number of regions.",
    )  # fmt: skip
    add(
        "two columns and a sidebar of long teasers",
        page(
            "Water over four villages",
            f"<div class=row><div class=col-8><h1>Water over four villages</h1><div class=field-body>{ps(RIVER)}</div></div><div class=col-4><h3>Analysis</h3>"
            + "".join(
                f"<div class=item><h4><a href=/a{n}>An analysis of something else, part {n}</a></h4><p>The long view of a matter that was decided many years ago in rooms without windows, and why it still counts, {n}.</p></div>"
                for n in range(6)
            )
            + "</div></div>",
        ),
        *RIVER,
    )
    add(
        "a short report",
        page(
            "Repairs take a week",
            f"<div class=wrap><div class=news-item><h1>Repairs take a week</h1><span class=date>24 November 2024</span><p>{RIVER[3]}</p><p>{RIVER[4]}</p></div><div class=news-list>"
            + "".join(f"<div><a href=/n{n}>Another item of the day, number {n}, with a longer headline than ours</a></div>" for n in range(12))
            + "</div></div>",
        ),
        RIVER[3], RIVER[4],
    )  # fmt: skip
    add(
        "a blog with a sidebar and a reply form",
        page(
            "Why ships sail",
            f"<div class=hentry><h2 class=entry-title><a href=/why>Why ships sail</a></h2><p class=postmeta>Posted by marta on 22 Nov 2024 in <a href=/c>Sea</a></p><div class=entry-content>{ps(PORT)}<p>More next week.</p></div>"
            "<div class=sharedaddy><h3>Share this:</h3><ul><li><a href=#>Twitter</a></li><li><a href=#>Facebook</a></li></ul></div></div><div id=respond><h3>Leave a Reply</h3><form><p>Your email address will not be published.</p><textarea></textarea></form></div>"
            "<div id=sidebar><h3>About</h3><p>I have been writing about the sea since 2009, from a small house near the harbour.</p><h3>Archives</h3><ul><li><a>November 2024</a></li><li><a>October 2024</a></li></ul></div>",
        ),
        *PORT, "More next week.",
    )  # fmt: skip
    add(
        "sections nested in custom elements",
        page(
            "Ninety-five came home",
            f"<bsp-story-page><main class=Page-main><h1>Ninety-five came home</h1><div class='RichTextStoryBody RichTextBody'>{ps(PRISONERS[:4])}<div class=Advertisement>ADVERTISEMENT</div>"
            f"<h2>More to come</h2>{ps(PRISONERS[4:])}<div class=Enhancement><div class=Promo><a href=/1>A related story of ours</a></div></div><p>___</p><p>Lind reported from Kyiv. Oleh Bondar in Chernihiv contributed to this report.</p></div></main></bsp-story-page>",
        ),
        *PRISONERS[:4], "More to come", *PRISONERS[4:], "Lind reported from Kyiv. Oleh Bondar in Chernihiv contributed to this report.",
    )  # fmt: skip
    add(
        "divs as paragraphs",
        page(
            "Ships leave",
            f"<div class='pg-rail-tall__wrapper'><h1 class=pg-headline>Ships leave</h1><div class=metadata><p class='metadata__byline'><span class='metadata__byline__author'>By Marta Lind, CNX</span></p><p class=update-time>Updated 0412 GMT (1212 HKT) November 22, 2024</p></div><section id=body-text><div class='l-container'><ul class='el__storyhighlights'><li>Not this</li></ul><div class='el__leafmedia'><p class='zn-body__paragraph speakable'><cite class='el-editorial-source'>(CNX)</cite>{PORT[0]}</p></div>"
            + "".join(f"<div class='zn-body__paragraph'>{line}</div>" for line in PORT[1:3])
            + "<div class=zn-body__read-all><h3>The route</h3>"
            + "".join(f"<div class='zn-body__paragraph'>{line}</div>" for line in PORT[3:])
            + f"</div><p class='zn-body__footer'>CNX's Oleh Bondar contributed to this report.</p></div></section></div><div class=outbrain>{TEASERS}</div>",
        ),
        "(CNX)" + PORT[0],
        *PORT[1:3],
        "The route",
        *PORT[3:],
        "CNX's Oleh Bondar contributed to this report.",
    )
    add(
        "br text w/ inline ad divs",
        page(
            "Ships leave",
            f"<div class=arttext><h1>Ships leave</h1><div class='Normal'>{PORT[0]}<br><br>{PORT[1]}<div class=inlinead><span>AD</span></div><br><br>{PORT[2]}<br><br><strong>The route</strong><br><br>{PORT[3]}<br>{PORT[4]}<br><br>{PORT[5]}</div></div>{TEASERS}",
        ),
        *PORT[:3],
        "The route",
        *PORT[3:],
    )
    add(
        "blogspot",
        page(
            "Ships leave",
            "<div class='date-posts'><h2 class='date-header'>Friday, 22 November 2024</h2><div class='post hentry'><h3 class='post-title entry-title'>Ships leave</h3><div class='post-body entry-content'><div class=separator><a href=a.jpg><img src=a.jpg></a></div>"
            + "<br /><br />".join(RIVER)
            + "<div style='clear:both'></div></div><div class=post-footer>Posted by Marta at 09:12 <a href=#>2 comments</a> Labels: sea, war</div></div></div><div class=sidebar>Blog archive<ul><li>2024 (12)</li></ul></div>",
        ),
        *RIVER,
    )
    add(
        "medium",
        page(
            "Ships leave",
            "<article><div><section><div><h1 class=graf--title>Ships leave</h1><div><a href=/@m>Marta Lind</a> <a>Follow</a> <span>Nov 22 · 4 min read</span></div>"
            + "".join(f"<p class='hv hw dm' data-selectable-paragraph>{line}</p>" for line in RIVER[:3])
            + "<h2>The gates</h2>"
            + ps(RIVER[3:])
            + "</div></section></div></article><div><span>Written by</span><h2>Marta Lind</h2><p>I write about rivers</p></div>",
        ),
        *RIVER[:3],
        "The gates",
        *RIVER[3:],
    )
    add(
        "app calls",
        page(
            "Prisoners",
            f"<article class='article-wrap'><header class=article-header><h1>Ninety-five came home</h1></header><div class=article-content><div class=article-body>{ps(PRISONERS[:2])}<p><a href=/x><strong>MEDIATOR SAYS MORE EXCHANGES ARE TO COME</strong></a></p>{ps(PRISONERS[2:4])}<p><strong><a href=/app>CLICK HERE TO GET THE COURIER APP</a></strong></p>{ps(PRISONERS[4:])}<p><i>The Associated Wire contributed to this report.</i></p></div></div></article>",
        ),
        *PRISONERS,
        "The Associated Wire contributed to this report.",
    )
    add(
        "npr",
        page(
            "Blackouts",
            f"<div id=storytext class='storytext storylocation linkLocation'><div class='bucketwrap image'><img><div class=credit-caption><div class=caption-wrap><div class=caption><p>A dark street in Odesa. <b class=credit>Marta Lind/NPX</b> <b class=hide-caption><b>hide caption</b></b></p></div><b class=toggle-caption><b>toggle caption</b></b></div></div></div>{ps(WINTER[:2])}<h3 class=edTag>Who is exempt</h3>{ps(WINTER[2:])}</div>",
        ),
        *WINTER[:2],
        "Who is exempt",
        *WINTER[2:],
    )
    add(
        "reuters old",
        page(
            "Blackouts from Monday",
            f"<div class='StandardArticle_inner-container'><div class=ArticleHeader><h1>Blackouts from Monday</h1><div class=BylineBar><a>Marta Lind</a><div class=ArticleHeader_date>NOVEMBER 22, 2024 / 9:12 AM / UPDATED 2 DAYS AGO</div></div></div><div class='StandardArticleBody_container'><div class='StandardArticleBody_body'><p>KYIV (Wire) - {WINTER[0]}</p>{ps(WINTER[1:3])}<div class='PrimaryAsset_container'><div class='Image_container'><div class='Image_caption'><span>FILE PHOTO: A street light in Kyiv. WIRE/O. Lys</span></div></div></div>{ps(WINTER[3:])}<div class='Attribution_container'><p class='Attribution_content'>Reporting by Marta Lind; Editing by Max Roe</p></div><div class=StandardArticleBody_trustBadgeContainer><span>Our Standards:</span><span><a>The Principles.</a></span></div></div></div></div>",
        ),
        "KYIV (Wire) - " + WINTER[0],
        *WINTER[1:],
    )
    add(
        "interview dl",
        page(
            "An interview",
            "<div class=interview><h1>An interview with a captain</h1>"
            + "".join(
                f"<p><b>Courier: {q}</b><br>{a}</p>"
                for q, a in [("How was the night?", RIVER[2]), ("And now?", RIVER[5]), ("What do you need?", PORT[2])]
            )
            + "</div>"
            + TEASERS,
        ),
        "Courier: How was the night?",
        RIVER[2],
        "Courier: And now?",
        RIVER[5],
        "Courier: What do you need?",
        PORT[2],
    )
    add(
        "text in section/div without p",
        page(
            "Ships leave",
            f"<main id=main><section><h1>Ships leave</h1></section>{''.join(f'<section><div><div>{line}</div></div></section>' for line in PORT)}</main>",
        ),
        *PORT,
    )
    add(
        "sidebar inside article",
        page(
            "Water over four villages",
            f"<article><h1>Water over four villages</h1><div class=left-rail><ul><li><a href=/1>Most read one of the day and the week</a></li><li><a href=/2>Most read two of the day and the week</a></li></ul></div><div class=story>{ps(RIVER[:4])}<div class=factbox><h3>The Psel</h3><p>The river is 717 kilometres long and rises in Russia.</p></div>{ps(RIVER[4:])}</div></article>",
        ),
        *RIVER[:4],
        "The Psel",
        "The river is 717 kilometres long and rises in Russia.",
        *RIVER[4:],
    )
    add(
        "tweets embedded",
        page(
            "Prisoners",
            f"<article><h1>Ninety-five came home</h1><div class=content-body>{ps(PRISONERS[:3])}<blockquote class=twitter-tweet><p lang=en>They are home. All of them.</p>— President (@pres) <a href=https://t.example/1>November 22, 2024</a></blockquote>{ps(PRISONERS[3:])}</div></article>",
        ),
        *PRISONERS[:3],
        "They are home. All of them. — President (@pres) November 22, 2024",
        *PRISONERS[3:],
    )
    add(
        "two articles on page (infinite scroll)",
        page(
            "Ships leave",
            f"<main><article><h1>Ships leave</h1>{ps(PORT)}</article><article><h1>Blackouts from Monday</h1>{ps(WINTER)}</article></main>",
        ),
        *PORT,
    )
    add(
        "paragraphs with headings strong only + sharing icons text",
        page(
            "Ships leave",
            f"<div class='td-post-content'><div class=td-post-sharing><span>Share</span><a>Facebook</a><a>Twitter</a></div>{ps(PORT[:3])}<p><strong>The route</strong></p>{ps(PORT[3:])}<p>Source: <a href=/x>Interwire</a></p></div>",
        ),
        *PORT[:3],
        "The route",
        *PORT[3:],
        "Source: Interwire",
    )
    add(
        "long list of facts",
        page(
            "The week in figures",
            "<div class=single-content><h1>The week in figures</h1><p>What we counted this week, in order of size.</p><ul>"
            + "".join(f"<li>{line}</li>" for line in PORT + WINTER)
            + "</ul></div>",
        ),
        "What we counted this week, in order of size.",
        *PORT,
        *WINTER,
    )
    return pages


VARIED = _varied()
