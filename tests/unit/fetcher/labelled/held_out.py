"""Pages that the reader was not fitted to; see the package's own words."""

from tests.unit.fetcher.labelled import Labelled
from tests.unit.fetcher.labelled.parts import document, ld, menu, metas, ps, teasers
from tests.unit.fetcher.labelled.stories import (
    BUDGET,
    FERRY,
    FRENCH,
    GERMAN,
    HARVEST,
    ITALIAN,
    POLISH,
    ROBOT,
    RUSSIAN,
    SPANISH,
    STADIUM,
    UKRAINIAN,
    VACCINE,
)

OTHERS = (
    "Night trains return to the northern coast after a decade",
    "What the new tariff means for small breweries",
    "The museum that lost its roof and found a crowd",
    "A goalkeeper of 44 and his last season",
)
SECTIONS = ("World", "Business", "Culture", "Sport", "Opinion", "Weather", "Podcasts")
COOKIES = "<div id=cmp><p>We and our 812 partners store and access information on a device. You can change your mind.</p><button>Accept all</button></div>"


def _pages() -> dict[str, Labelled]:
    pages: dict[str, Labelled] = {}
    pages["broadcaster with blocks"] = Labelled(
        "https://www.bcx.example/news/articles/c4gx8l2yk1po",
        document(
            "Ferry runs aground off Kastellos with 214 on board - BCX News",
            f"<header>{menu(SECTIONS)}</header><main id=main-content><article>"
            "<div data-component=headline-block><h1>Ferry runs aground off Kastellos with 214 on board</h1></div>"
            "<div data-component=byline-block><time datetime='2024-11-20T06:41:12.000Z'>20 November 2024</time>"
            "<div><span>Ioanna Savva</span><span>Athens correspondent</span></div><div><span>Reporting from</span><span>Piraeus</span></div></div>"
            "<div data-component=image-block><figure><span>Coast guard</span><img src=f.jpg><figcaption>The ferry was refloated at noon</figcaption></figure></div>"
            + "".join(
                f"<div data-component=text-block><p>{'<b>' + line + '</b>' if n == 0 else line}</p></div>"
                + ("<div data-component=ad-slot></div>" if n == 2 else "")
                for n, line in enumerate(FERRY)
            )
            + "<div data-component=links-block><ul><li><a href=/news/1>Night ferry caught fire in May</a></li><li><a href=/news/2>How ships are inspected</a></li></ul></div>"
            "<div data-component=tags><a href=/t/1>Greece</a><a href=/t/2>Ferries</a></div></article>"
            f"{teasers(OTHERS, 'grid', 'More to explore', 'It took ten years and four ministers, but the sleeper is back on the rails again.')}</main>"
            "<footer><p>Copyright 2024 BCX. The BCX is not responsible for the content of external sites.</p></footer>",
            metas(("og:title", "Ferry runs aground off Kastellos with 214 on board"), ("og:site_name", "BCX News"), ("og:type", "article"))
            + ld({"@context": "http://schema.org", "@type": "ReportageNewsArticle", "url": "x", "publisher": {"@type": "NewsMediaOrganization", "name": "BCX News"},
                "datePublished": "2024-11-20T06:41:12.000Z", "headline": "Ferry runs aground off Kastellos", "author": [{"@type": "NewsMediaOrganization", "name": "BCX News"}]}),
        ),
        FERRY, "Ferry runs aground off Kastellos with 214 on board", ("Ioanna Savva",), "2024-11-20",
    )  # fmt: skip
    pages["agency with opened links"] = Labelled(
        "https://www.wirex.example/world/europe/rotterdam-close-pools-2024-11-15/",
        document(
            "Rotterdam to close four public pools to save money | WireX",
            f"{menu(SECTIONS, 'div')}<main><article class=article__container><header><ul aria-label=tags><li><a href=/world>World</a></li></ul>"
            "<h1 data-testid=Heading>Rotterdam to close four public pools to save money</h1><div class=info><div>By <a rel=author href=/authors/an-vos>An Vos</a> and <a rel=author href=/authors/b-maas>Bram Maas</a></div>"
            "<time><span>November 15, 2024</span><span>7:02 PM UTC</span><span>Updated 12 days ago</span></time></div></header>"
            "<div class=article-body__content>"
            + "".join(
                f"<div data-testid=paragraph-{n} class=text__text>{'ROTTERDAM, Nov 15 (WireX) - ' if n == 0 else ''}{line}</div>"
                for n, line in enumerate(BUDGET[:3])
            )
            + "<div data-testid=promo-box>Sign up <a href=/nl>here.</a></div>"
            + "".join(f"<div data-testid=paragraph-{n} class=text__text>{line}</div>" for n, line in enumerate(BUDGET[3:]))
            + "<p class=sign-off>Reporting by An Vos and Bram Maas; Editing by Carl Dietz</p>"
            "<p class=trust>Our Standards: <a href=/trust>The WireX Principles.<span class=visually-hidden>, opens new tab</span></a></p></div>"
            "<div class=author-bio><a href=/authors/an-vos>An Vos</a><p>WireX</p><p>An has covered Dutch politics and companies since 2011.</p></div></article>"
            f"{teasers(OTHERS, 'read-next', 'Read Next')}</main>",
            metas(("og:site_name", "WireX"), ("og:title", "Rotterdam to close four public pools to save money"), ("article:published_time", "2024-11-15T19:02:11Z"), ("article:modified_time", "2024-11-16T05:00:00Z"))
            + '<meta name="article:author" content="An Vos,Bram Maas">',
        ),
        (f"ROTTERDAM, Nov 15 (WireX) - {BUDGET[0]}", *BUDGET[1:], "Reporting by An Vos and Bram Maas; Editing by Carl Dietz"),
        "Rotterdam to close four public pools to save money", ("An Vos", "Bram Maas"), "2024-11-15",
    )  # fmt: skip
    pages["metropolitan daily"] = Labelled(
        "https://www.nyxtimes.example/2024/11/18/health/tick-fever-vaccine.html",
        document(
            "Tick Fever Vaccine Works in Large Trial on the Steppe - The New York Examiner",
            f"<div id=app>{menu(SECTIONS)}<main id=site-content><article id=story><header><h1 data-testid=headline>A Vaccine for a Fever of the Steppe</h1><p id=article-summary>Four of five herders were protected.</p>"
            "<div><div class=byline>By <span itemprop=name>Dana Whitlock</span></div><p class=place>Dana Whitlock reported from Almaty, Kazakhstan.</p><ul><li><time datetime='2024-11-18T05:00:22-05:00'>Nov. 18, 2024</time></li></ul></div></header>"
            "<section name=articleBody><div class=StoryBodyCompanionColumn><div>"
            + ps(VACCINE[:3], "css-at9mc1")
            + "</div><aside></aside></div><div id=ad><p>Advertisement</p><a href=#after>SKIP ADVERTISEMENT</a></div><div class=StoryBodyCompanionColumn><div><h2>"
            + VACCINE[3]
            + "</h2>"
            + ps(VACCINE[4:], "css-at9mc1")
            + "</div></div></section><div class=bottom><p>A version of this article appears in print on Nov. 19, 2024, Section A, Page 7 of the New York edition. <a href=/r>Order Reprints</a> | <a href=/p>Today’s Paper</a> | <a href=/s>Subscribe</a></p></div></article>"
            f"{teasers(OTHERS, 'bottom-sheet', 'Related Content')}</main></div>",
            metas(("og:title", "A Vaccine for a Fever of the Steppe"), ("article:published_time", "2024-11-18T10:00:22.000Z"))
            + '<meta name="byl" content="By Dana Whitlock"><meta name="pdate" content="20241118">',
        ),
        VACCINE, "A Vaccine for a Fever of the Steppe", ("Dana Whitlock",), "2024-11-18",
    )  # fmt: skip
    pages["cable channel"] = Labelled(
        "https://edition.cnx.example/2024/11/13/tech/carrot-weeding-robot/index.html",
        document(
            "Robots that weed a hectare of carrots an hour | CNX Business",
            f"{menu(SECTIONS)}<section class=layout__main><div class=headline__wrapper><h1 class=headline__text>\n      Robots that weed a hectare of carrots an hour\n    </h1></div><div class=headline__footer><div class=byline><div class=byline__names>By <a href=/profiles/kim>Kim Orr</a> and Leo Tran, CNX </div></div>"
            "<div class=timestamp>\n 3 minute read \n</div><div class=timestamp>\n Updated\n 10:31 AM EST, Wed November 13, 2024\n</div></div><div class=article__content-container><div class=article__content itemprop=articleBody><div class=image__lede><img><div class=image__metadata><div class=image__caption>A prototype on a field near Tartu.</div><figcaption class=image__credit>Mari Tamm</figcaption></div></div><div class=source><cite><span class=source__location>Tallinn</span><span class=source__text>CNX</span>&nbsp;—&nbsp;</cite></div>"
            + ps(ROBOT[:4], "paragraph inline-placeholder")
            + "<div class=related-content><div class=related-content__headline><span>RELATED ARTICLE</span><span>The farms that run on rain alone</span></div></div>"
            + ps(ROBOT[4:], "paragraph inline-placeholder")
            + "</div></div></section>"
            f"{teasers(OTHERS, 'zone', 'Up next')}{COOKIES}",
            metas(("og:title", "Robots that weed a hectare of carrots an hour | CNX Business"), ("article:published_time", "2024-11-13T14:05:00Z"), ("og:site_name", "CNX"))
            + '<meta name="author" content="Kim Orr, Leo Tran">',
        ),
        ROBOT, "Robots that weed a hectare of carrots an hour", ("Kim Orr", "Leo Tran"), "2024-11-13",
    )  # fmt: skip
    pages["gulf broadcaster"] = Labelled(
        "https://www.jzx.example/news/2024/3/3/ferry-runs-aground-in-greece",
        document(
            "Ferry runs aground in Greece, all passengers safe | Shipping News | JZX",
            f"{menu(SECTIONS)}<main><div class=article-header><a href=/tag/s>News</a><span>|</span><a href=/tag/x>Shipping</a><h1>Ferry runs aground in Greece, all passengers safe</h1><p class=article__subhead><em>Coast guard says nobody is missing after accident off Kastellos.</em></p></div>"
            "<div class=article-info-block><div class=date-simple><span class=screen-reader-text>Published On 3 Mar 2024</span><span aria-hidden=true>3 Mar 2024</span></div></div>"
            "<div class='wysiwyg wysiwyg--all-content'>"
            + ps(FERRY[:3])
            + "<div class=more-on><h2 id=rec>Recommended Stories</h2><span>list of 3 items</span><ul><li><span>list 1 of 3</span><article><h3><a href=/1>Two dead as tanker burns</a></h3></article></li><li><span>list 2 of 3</span><article><h3><a href=/2>Why ferries sink</a></h3></article></li></ul><span>end of list</span></div>"
            + ps(FERRY[3:])
            + "</div><div class=article-source><span>Source: </span><span>JZX and news agencies</span></div></main>"
            f"{teasers(OTHERS, 'most-read', 'Most Read')}",
            metas(("og:title", "Ferry runs aground in Greece, all passengers safe"), ("og:site_name", "JZX"))
            + ld({"@type": "NewsArticle", "headline": "Ferry runs aground in Greece, all passengers safe", "datePublished": "2024-03-03T08:12:00Z", "author": {"@type": "Person", "name": "JZX Staff"}, "publisher": {"@type": "Organization", "name": "JZX"}}),
        ),
        FERRY, "Ferry runs aground in Greece, all passengers safe", (), "2024-03-03",
    )  # fmt: skip
    pages["wordpress magazine theme"] = Labelled(
        "https://lvivsport.example/torpedo-empty-ground/",
        document(
            "Torpedo to play in an empty ground - Lviv Sport Weekly",
            f"<div class=td-header-wrap>{menu(SECTIONS, 'div')}</div><div class=td-main-content><div class=td-crumb-container><span><a href=/>Home</a></span> <i></i> <span><a href=/football>Football</a></span> <span class=td-bred-no-url-last>Torpedo to play in an empty ground</span></div><div class=td-post-header><ul class=td-category><li><a>Football</a></li></ul><header class=td-post-title><h1 class=entry-title>Torpedo to play in an empty ground</h1>"
            "<div class=td-module-meta-info><div class=td-post-author-name><div class=td-author-by>By</div> <a href=/author/iryna>Iryna Melnyk</a><div class=td-author-line> - </div></div><span class=td-post-date><time class='entry-date updated td-module-date' datetime='2024-10-28T11:20:03+02:00'>October 28, 2024</time></span><div class=td-post-views><span>412</span></div></div></header></div>"
            f"<div class=td-post-content><div class=td-post-featured-image><figure><img><figcaption class=wp-caption-text>The south stand. Photo: M. Hrytsak</figcaption></figure></div>{ps(STADIUM)}</div>"
            "<footer><div class=td-post-sharing><span>Share</span><a>Facebook</a><a>Twitter</a></div><div class='td-block-row td-post-next-prev'><div><span>Previous article</span><a href=/p>Metalist hire a new coach</a></div><div><span>Next article</span><a href=/n>Junior cup: all results</a></div></div>"
            "<div class=author-box-wrap><a><img></a><div class=desc><div class=td-author-name><a>Iryna Melnyk</a></div><div class=td-author-description>Iryna has watched football since she could stand and written about it for nine years.</div></div></div></footer></div>"
            f"{teasers(OTHERS, 'td_block_related_posts', 'RELATED ARTICLESMORE FROM AUTHOR')}<div class=comments id=comments><div class=comment-respond><h3 id=reply-title>LEAVE A REPLY <small><a>Cancel reply</a></small></h3><form><p>Please enter your comment!</p></form></div></div>",
            ld({"@context": "https://schema.org", "@graph": [
                {"@type": "WebPage", "@id": "https://lvivsport.example/torpedo-empty-ground/", "name": "Torpedo to play in an empty ground - Lviv Sport Weekly", "datePublished": "2024-10-28T09:20:03+00:00", "author": {"@id": "https://lvivsport.example/#/schema/person/1"}},
                {"@type": "WebSite", "name": "Lviv Sport Weekly"},
                {"@type": "Person", "@id": "https://lvivsport.example/#/schema/person/1", "name": "Iryna Melnyk"}]})
            + metas(("article:modified_time", "2024-10-28T09:22:00+00:00"), ("og:title", "Torpedo to play in an empty ground - Lviv Sport Weekly"), ("og:type", "article"), ("og:site_name", "Lviv Sport Weekly")),
        ),
        STADIUM, "Torpedo to play in an empty ground", ("Iryna Melnyk",), "2024-10-28",
    )  # fmt: skip
    pages["old blog host"] = Labelled(
        "https://ricefields.blogx.example/2024/09/a-third-less.html",
        document(
            "Rice Fields: A third less",
            "<div class=header><h1 class=title><a href=/>Rice Fields</a></h1></div><div class=main><div class=date-outer><h2 class=date-header><span>Sunday, September 22, 2024</span></h2><div class='post hentry'><h3 class='post-title entry-title' itemprop=name>A third less</h3>"
            f"<div class='post-body entry-content' itemprop='description articleBody'>{'<br /><br />'.join(HARVEST)}<div style='clear: both;'></div></div><div class=post-footer><span class='post-author vcard'>Posted by <span class=fn itemprop=author><span itemprop=name>Giulia Monti</span></span></span> <span class=post-timestamp>at <a class=timestamp-link><abbr class=published itemprop=datePublished title='2024-09-22T09:15:00+02:00'>9:15 AM</abbr></a></span></div></div></div>"
            "<div class=comments id=comments><h4>2 comments:</h4><dl><dt>Anonymous said...</dt><dd class=comment-body><p>My uncle stopped growing rice ten years ago because of the salt in the canals there.</p></dd><dt>Piero said...</dt><dd class=comment-body><p>A barrier will never be built, mark my words, they said the same to my father.</p></dd></dl></div></div><aside class=sidebar><h2>Blog Archive</h2><ul><li><a>2024</a> (31)</li><li><a>2023</a> (44)</li></ul><h2>About Me</h2><p>I live between two rivers and write about both of them.</p></aside>",
        ),
        HARVEST, "A third less", ("Giulia Monti",), "2024-09-22",
    )  # fmt: skip
    pages["content management of a ministry"] = Labelled(
        "https://health.example/en/node/8812",
        document(
            "Tick fever vaccine: results of the trial | Institute of Steppe Medicine",
            f"<div id=page>{menu(SECTIONS)}<div id=content class=column><a id=main-content></a><h1 class='title' id=page-title>Tick fever vaccine: results of the trial</h1><div class='node node-news node-promoted clearfix'><div class=meta><span>Submitted by <span class=username>Dinara Ospanova</span> on Mon, 11/18/2024 - 09:30</span></div>"
            f"<div class=content><div class='field field-name-field-image'><img></div><div class='field field-name-body field-type-text-with-summary'><div class=field-items><div class='field-item even' property='content:encoded'>{ps(VACCINE[:3])}<h3>{VACCINE[3]}</h3>{ps(VACCINE[4:])}</div></div></div><div class='field field-name-field-tags'><div class=field-label>Tags:&nbsp;</div><div><a>vaccines</a><a>steppe</a></div></div></div><ul class='links inline'><li><a href=/login>Log in</a> to post comments</li></ul></div></div></div><div id=footer><p>Institute of Steppe Medicine, 17 Abai Street, Almaty</p></div>",
        ),
        VACCINE, "Tick fever vaccine: results of the trial", ("Dinara Ospanova",), "2024-11-18",
    )  # fmt: skip
    pages["newsletter with cards"] = Labelled(
        "https://fields.ghx.example/robots-that-weed/",
        document(
            "Robots that weed",
            f"<div class=gh-viewport><header class=gh-head>{menu(('Home', 'About'))}</header><main class=gh-main><article class='gh-article post'><header class=gh-article-header><span class=gh-article-tag><a>Machines</a></span><h1 class=gh-article-title>Robots that weed</h1><div class=gh-article-meta><h4 class=gh-article-author-name><a href=/author/nils>Nils Ahlberg</a></h4><time class=gh-article-meta-date datetime=2024-11-14>Nov 14, 2024</time><span>— 3 min read</span></div></header>"
            f"<section class='gh-content gh-canvas'>{ps(ROBOT[:3])}<figure class='kg-card kg-bookmark-card'><a class=kg-bookmark-container href=/x><div class=kg-bookmark-content><div class=kg-bookmark-title>Lasers and leaves</div><div class=kg-bookmark-description>What a laser does to a dandelion, in slow motion.</div></div></a></figure>{ps(ROBOT[3:])}<div class='kg-card kg-signup-card'><h2>Fields, every Thursday</h2><p>No spam. Unsubscribe anytime.</p></div></section></article>"
            "<section class=footer-cta><h2>Sign up for more like this.</h2><a>Enter your email</a></section></main></div>",
            metas(("og:site_name", "Fields"), ("og:type", "article"), ("og:title", "Robots that weed"), ("article:published_time", "2024-11-14T07:00:00.000Z"))
            + ld({"@type": "Article", "author": {"@type": "Person", "name": "Nils Ahlberg", "url": "x"}, "headline": "Robots that weed", "datePublished": "2024-11-14T07:00:00.000Z"}),
        ),
        ROBOT, "Robots that weed", ("Nils Ahlberg",), "2024-11-14",
    )  # fmt: skip
    pages["newsletter with prompts within"] = Labelled(
        "https://delta.subx.example/p/salt-in-the-canals",
        document(
            "Salt in the canals - by Giulia Monti - Delta Letter",
            f"<div class=main-menu><a href=/>Delta Letter</a><button>Subscribe</button><button>Sign in</button></div><article class='newsletter-post post'><div class=post-header><h1 class='post-title published'>Salt in the canals</h1><h3 class=subtitle>A bad year for rice</h3><div class=byline-wrapper><a href=/@g>Giulia Monti</a><div>Sep 24, 2024</div></div><div class=post-ufi><a>12</a><a>3</a><a>Share</a></div></div>"
            f"<div class=available-content><div class='body markup'>{ps(HARVEST[:3])}<div class=subscription-widget-wrap><div class=preamble><p>Delta Letter is a reader-supported publication. To receive new posts and support my work, consider becoming a free or paid subscriber.</p></div><form><input><button>Subscribe</button></form></div><h3>{HARVEST[3]}</h3><ul>{''.join(f'<li><p>{line}</p></li>' for line in HARVEST[4:7])}</ul>{ps(HARVEST[7:])}<p class=button-wrapper><a class=button href=/share><span>Share</span></a></p></div></div></article>"
            "<div class=post-footer><h4>Discussion about this post</h4><div>Comments</div><div>Restacks</div></div><div class=footer><p>© 2024 Giulia Monti</p><p>Privacy ∙ Terms ∙ Collection notice</p></div>",
            metas(("og:title", "Salt in the canals"), ("og:type", "article")) + '<meta name=author content="Giulia Monti">'
            + ld({"@type": "NewsArticle", "headline": "Salt in the canals", "datePublished": "2024-09-24T05:31:00+00:00", "author": [{"@type": "Person", "name": "Giulia Monti"}]}),
        ),
        HARVEST, "Salt in the canals", ("Giulia Monti",), "2024-09-24",
    )  # fmt: skip
    pages["German public radio"] = Labelled(
        "https://www.tagesfunk.example/inland/bahn-sperrung-uelzen-100.html",
        document(
            "Elf Wochen Sperrung: Bahn erneuert Strecke bei Uelzen | tagesfunk.example",
            f"{menu(('Inland', 'Ausland', 'Wirtschaft', 'Sport'))}<main class=content><article class=container><div class=seitenkopf><span class=seitenkopf__topline>Ausbau der Schiene</span><h1><span class=seitenkopf__topline>Ausbau der Schiene</span> <span class=seitenkopf__headline--text>Bahn sperrt Strecke bei Uelzen für elf Wochen</span></h1></div><p class=metatextline>Stand: 15.11.2024 16:05 Uhr</p>"
            f"<p class='textabsatz'><strong>{GERMAN[0]}</strong></p><div class=authorline><span class=authorline__author>Von Karla Brandt, Hannover</span></div>{ps(GERMAN[1:4], 'textabsatz')}<div class='teaser-absatz'><a href=/x><span>12.11.2024</span><span class=teaser__headline>Was Pendler jetzt wissen müssen</span><span>mehr</span></a></div><h2>{GERMAN[4]}</h2>{ps(GERMAN[5:], 'textabsatz')}<div class=source-box><p>Dieses Thema im Programm: Über dieses Thema berichtete tagesfunk am 15. November 2024 um 17:00 Uhr.</p></div></article></main>",
            metas(("og:title", "Elf Wochen Sperrung: Bahn erneuert Strecke bei Uelzen"), ("og:site_name", "tagesfunk.example"))
            + '<meta name="date" content="2024-11-15T16:05:00">',
            "de",
        ),
        GERMAN, "Bahn sperrt Strecke bei Uelzen für elf Wochen", ("Karla Brandt",), "2024-11-15", "de",
    )  # fmt: skip
    pages["French daily"] = Labelled(
        "https://www.lejourx.example/sante/article/2024/11/21/maternites-de-la-creuse_6401_3224.html",
        document(
            "Creuse : les deux maternités ne fermeront pas",
            f"{menu(('International', 'Politique', 'Société'))}<main><article><header class=article__heading><h1 class=article__title>Creuse : les deux maternités ne fermeront pas</h1><p class=article__desc>La ministre a renoncé au regroupement.</p><p class=meta__authors>Par <span class=meta__author><a href=/signataires/jr>Jeanne Roux</a></span> <span>(Guéret, envoyée spéciale)</span> et <a href=/signataires/pm>Paul Mercier</a></p><p class=meta__date><span class=meta__date-publi>Publié le 21 novembre 2024 à 18h04</span>, modifié le 22 novembre 2024 à 08h10</p><p class=meta__reading-time>Temps de Lecture 2 min.</p></header>"
            f"<section class=article__content>{ps(FRENCH[:3], 'article__paragraph')}<section class=catcher><p><span class=catcher__title>Lire aussi |</span> <a href=/x><span class=catcher__desc>Naître loin de tout, le récit d’une nuit d’hiver</span></a></p></section>{ps(FRENCH[3:], 'article__paragraph')}<section class=article__reactions><p><a>Réutiliser ce contenu</a></p></section></section></article></main>",
            metas(("og:article:published_time", "2024-11-21T17:04:00+00:00"), ("og:title", "Creuse : les deux maternités ne fermeront pas"), ("og:site_name", "Le Jour X")),
            "fr",
        ),
        FRENCH, "Creuse : les deux maternités ne fermeront pas", ("Jeanne Roux", "Paul Mercier"), "2024-11-21", "fr",
    )  # fmt: skip
    pages["Spanish daily"] = Labelled(
        "https://elpaisx.example/espana/2024-11-11/siete-pueblos-sin-agua.html",
        document(
            "Siete pueblos de Almería, doce horas al día sin agua | España | EL PAÍS X",
            f"{menu(('Internacional', 'Opinión', 'España'))}<article id=main-content class=a><header class=a_e><h1 class=a_t>Siete pueblos de Almería, doce horas al día sin agua</h1><h2 class=a_st>Los pozos de la sierra están al 9 %</h2></header><div class=a_md><div class=a_md_a><a class=a_md_a_n href=/autor/j>Juan Ruiz</a> / <a class=a_md_a_n href=/autor/m>María Paz</a></div><div class=a_md_f><span>Almería</span> - <time datetime='2024-11-11T09:40:00.000Z' data-date='2024-11-11T10:40+01:00'><a>11 nov 2024 - 10:40</a><abbr>CET</abbr></time></div></div>"
            f"<div class='a_c clearfix' data-dtm-region=articulo_cuerpo>{ps(SPANISH[:4])}<section class=more_info><header>Más información</header><div><h2><a href=/x>El mapa de la sequía</a></h2></div></section>{ps(SPANISH[4:])}</div><div class=w-cta><p>Tu suscripción se está usando en otro dispositivo</p></div><section id=sobre-la-firma><h3>Sobre la firma</h3><p>Redactor en Andalucía desde 2016.</p></section></article>",
            ld([{"@type": "NewsArticle", "headline": "Siete pueblos de Almería, doce horas al día sin agua", "datePublished": "2024-11-11T09:40:00Z", "author": [{"@type": "Person", "name": "Juan Ruiz"}, {"@type": "Person", "name": "María Paz"}], "isAccessibleForFree": True}]),
            "es",
        ),
        SPANISH, "Siete pueblos de Almería, doce horas al día sin agua", ("Juan Ruiz", "María Paz"), "2024-11-11", "es",
    )  # fmt: skip
    pages["Ukrainian news site"] = Labelled(
        "https://www.pravdax.example/news/2024/11/22/7485810/",
        document(
            "Удар по станції на Харківщині: семеро поранених | Правда Ікс",
            f"{menu(('Новини', 'Публікації', 'Колонки'))}<div class=container_sub_post_news><article class=post><header class=post_news__header><h1 class=post_news__title>Удар по станції на Харківщині: семеро поранених</h1><div class=post_news__date><span class=post_news__author><a href=/authors/dk>Дар'я Кравець</a></span> — П'ятниця, 22 листопада 2024, 10:12</div></header><div class=post_news__views>5120</div><div class=post_news__text>{ps(UKRAINIAN[:3])}<p><b>Читайте також:</b> <a href=/x>Потяги запізнюються: перелік рейсів</a></p>{ps(UKRAINIAN[3:])}</div><div class=post__tags><a>Харківщина</a> <a>поїзди</a></div><p class=post__fund>Або задонать гривню: підтримай Правду Ікс</p></article></div>",
            metas(("og:title", "Удар по станції на Харківщині: семеро поранених"), ("og:site_name", "Правда Ікс")),
            None,
        ),
        UKRAINIAN, "Удар по станції на Харківщині: семеро поранених", ("Дар'я Кравець",), "2024-11-22", "uk",
    )  # fmt: skip
    pages["Russian site with broken linked data"] = Labelled(
        "https://stepnews.example/incidents/most-razrushen",
        document(
            "Паводок разрушил мост в Актюбинской области — Степные новости",
            f"{menu(('Главная', 'Происшествия', 'Экономика'))}<div class=wrapper><div class=article__head><time class=article__date>17 апреля 2024, 14:30</time><h1>Паводок разрушил мост в Актюбинской области</h1></div><div class=article__lead>{RUSSIAN[0]}</div><div class=article__text>{ps(RUSSIAN[1:])}</div><div class=article__author>Автор: <span>Ерлан Касымов</span></div><div class=article__subscribe>Подписывайтесь на наш Telegram-канал</div></div>",
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Паводок "разрушил" мост", }}</script>',
            "en",
        ),
        RUSSIAN, "Паводок разрушил мост в Актюбинской области", ("Ерлан Касымов",), "2024-04-17", "ru",
    )  # fmt: skip
    pages["Polish portal"] = Labelled(
        "https://wiadomosci.portalx.example/kraj/medyka-stanowiska/abc123",
        document(
            "Medyka. Cztery nowe stanowiska kontroli - PortalX Wiadomości",
            f"{menu(('Kraj', 'Świat', 'Sport'))}<article><h1 class=mainTitle>Medyka. Cztery nowe stanowiska kontroli</h1><div class=authorDate><span class=authorList>Oprac. <span class=authorName>Ewa Lis</span></span><span class=dateMeta>18 listopada 2024, 07:55</span></div><div class=detail><p class=lead><strong>{POLISH[0]}</strong></p>{ps(POLISH[1:3], 'hyphenate')}<div class=pulsevideo>Dalszy ciąg materiału pod wideo</div>{ps(POLISH[3:], 'hyphenate')}</div><div class=source>Źródło: PortalX</div><div class=disclaimer>Dziękujemy, że przeczytałeś nasz artykuł do końca.</div></article>",
            "",
            "pl",
        ),
        POLISH, "Medyka. Cztery nowe stanowiska kontroli", ("Ewa Lis",), "2024-11-18", "pl",
    )  # fmt: skip
    pages["Italian local paper"] = Labelled(
        "https://www.strettox.example/cronaca/ponte-chiuso.html",
        document(
            "Ponte di Caronte, chiusura fino ad aprile - Stretto X",
            f"{menu(('Cronaca', 'Politica', 'Sport'))}<div class=story><span class=story__kicker>Messina</span><h1 class=story__title>Ponte di Caronte, chiusura fino ad aprile</h1><div class=story__author><em class=story__author-pre>di</em> <em>Chiara Neri</em></div><div class=story__date>Pubblicato martedì, 12 Novembre 2024 11:20</div><div class=story__text>{'<br>'.join(ITALIAN[:3])}<br><br>{'<br>'.join(ITALIAN[3:])}</div><div class=story__copyright>© RIPRODUZIONE RISERVATA</div></div>{teasers(('Il mercato del pesce cambia sede', 'Scuole chiuse per vento'), 'altri', 'Leggi anche')}",
            "",
            "it",
        ),
        ITALIAN, "Ponte di Caronte, chiusura fino ad aprile", ("Chiara Neri",), "2024-11-12", "it",
    )  # fmt: skip
    pages["amp of a tabloid"] = Labelled(
        "https://www.dailyx.example/news/amp/13982/",
        document(
            "Robots burn weeds with LASERS | Daily X",
            f"<amp-sidebar>{menu(SECTIONS, 'div')}</amp-sidebar><main><article><h1>Robots burn weeds with LASERS on Estonian farms</h1><p class=amp-byline>By <a href=/author/pat>PAT O'HARE, SCIENCE CORRESPONDENT</a></p><p class=amp-date>Published: 16:20 GMT, 13 November 2024 | Updated: 17:01 GMT, 13 November 2024</p><amp-social-share type=twitter></amp-social-share>{ps(ROBOT[:4], 'mol-para')}<amp-ad width=300 height=250><div fallback>Advertisement</div></amp-ad>{ps(ROBOT[4:], 'mol-para')}</article><amp-list src=x><template type=amp-mustache><div>{{title}}</div></template></amp-list></main><amp-consent id=consent><div id=ui><p>By clicking you agree to our policy.</p></div></amp-consent>",
            "<link rel=canonical href='https://www.dailyx.example/news/13982/robots-burn-weeds.html'>",
            "en", "amp",
        ),
        ROBOT, "Robots burn weeds with LASERS on Estonian farms", ("Pat O'Hare",), "2024-11-13",
    )  # fmt: skip
    pages["local television"] = Labelled(
        "https://www.kxtv.example/news/local-news/pools-to-close/",
        document(
            "Four public pools to close in Rotterdam | KXTV",
            f"<header>{menu(SECTIONS)}</header><main class=site-main><article class=article><div class=article-header><p><a href=/news>News</a></p><h1 class=article-title>Four public pools to close in Rotterdam</h1><div class=article-meta><div class=article-authors>by: <a class=article-author href=/author/tess>Tess Quill</a></div><div><p class=article-time>Posted: <time datetime='2024-11-15T21:14:51+00:00'>Nov 15, 2024 / 04:14 PM EST</time></p><p>Updated: <time datetime='2024-11-16T02:10:00+00:00'>Nov 15, 2024 / 09:10 PM EST</time></p></div></div></div><div class='article-content article-body rich-text'><p>ROTTERDAM (KXTV) – {BUDGET[0]}</p>{ps(BUDGET[1:3])}<div class=ad-unit>Advertisement</div>{ps(BUDGET[3:])}<p><em>Copyright 2024 Nexxus Media Inc. All rights reserved. This material may not be published, broadcast, rewritten, or redistributed.</em></p></div></article><section class=article-list><h2>Trending Stories</h2><ul><li><a href=/1>{OTHERS[0]}</a></li><li><a href=/2>{OTHERS[1]}</a></li></ul></section></main>",
            metas(("og:title", "Four public pools to close in Rotterdam"), ("og:site_name", "KXTV")),
        ),
        (f"ROTTERDAM (KXTV) – {BUDGET[0]}", *BUDGET[1:]), "Four public pools to close in Rotterdam", ("Tess Quill",), "2024-11-15",
    )  # fmt: skip
    pages["tables of the nineties"] = Labelled(
        "http://www.oldpaper.example/stories/s0411.htm",
        f"<HTML><HEAD><TITLE>The Old Paper: Ferry aground off Kastellos</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE WIDTH=100%><TR><TD COLSPAN=2><IMG SRC=logo.gif ALT='The Old Paper'></TD></TR><TR><TD WIDTH=130 VALIGN=top><A HREF=/1>News</A><BR><A HREF=/2>Sport</A><BR><A HREF=/3>Letters</A></TD><TD><FONT SIZE=+2><B>Ferry aground off Kastellos</B></FONT><BR><I>By Nikos Vardis, staff writer</I><BR>April 11, 2024<P>{'<P>'.join(FERRY)}<P><HR><FONT SIZE=1>Copyright 2024 The Old Paper</FONT></TD></TR></TABLE></BODY></HTML>",
        FERRY, "Ferry aground off Kastellos", ("Nikos Vardis",), "2024-04-11",
    )  # fmt: skip
    pages["press release"] = Labelled(
        "https://www.prx.example/news-releases/weeding-robots-302310.html",
        document(
            "Weeding robots reach three farms",
            f"{menu(SECTIONS)}<article class=news-release><header><h1>Weeding robots reach three farms</h1><div class=row><a href=/news/tamm><img alt='Tamm Robotics'></a><p class=meta><strong>News provided by</strong><br><a href=/news/tamm>Tamm Robotics</a></p><p class=mb-no>Nov 13, 2024, 08:00 ET</p></div></header><section class=release-body><div class=row><div class=col-lg-10><p><span class=xn-location>TALLINN, Estonia</span>, <span class=xn-chron>Nov. 13, 2024</span> /PRX/ -- {ROBOT[0]}</p>{ps(ROBOT[1:])}<p>SOURCE Tamm Robotics</p></div></div></section></article><div class=modal><p>WANT YOUR COMPANY'S NEWS FEATURED ON PRX?</p></div>",
            '<meta name="date" content="2024-11-13T08:00:00-05:00"><meta name="author" content="Tamm Robotics">',
        ),
        (f"TALLINN, Estonia, Nov. 13, 2024 /PRX/ -- {ROBOT[0]}", *ROBOT[1:], "SOURCE Tamm Robotics"), "Weeding robots reach three farms", ("Tamm Robotics",), "2024-11-13",
    )  # fmt: skip
    pages["portal with syndicated text"] = Labelled(
        "https://news.yhx.example/ferry-runs-aground-081200.html",
        document(
            "Ferry runs aground off Greek island",
            f"<div id=YDC>{menu(SECTIONS)}</div><article class=caas-container><div class=caas-header><header class=caas-title-wrapper><h1 data-test-locator=headline>Ferry runs aground off Greek island</h1></header><div class=caas-logo><span>The Courier</span></div><div class=caas-attr><div class=caas-attr-item-author><span class=caas-author-byline-collapse>Sofia Lang</span></div><div class=caas-attr-time-style><time datetime='2024-11-20T08:12:00.000Z'>Wed, November 20, 2024 at 8:12 AM UTC</time><span class=caas-attr-mins>1 min read</span></div></div></div><div class=caas-content-wrapper><div class=caas-body>{ps(FERRY)}</div></div><div class=caas-share-section>View comments (12)</div></article>",
            metas(("og:title", "Ferry runs aground off Greek island"), ("og:site_name", "YHX News")),
        ),
        FERRY, "Ferry runs aground off Greek island", ("Sofia Lang",), "2024-11-20",
    )  # fmt: skip
    pages["a brief among many"] = Labelled(
        "https://brief.example/news/41822-league-takes-points",
        document(
            "League takes three points from Torpedo — Brief",
            f"{menu(SECTIONS)}<div class=grid><div class=news><h1>League takes three points from Torpedo</h1><div class=info>28.10.2024 | 11:42</div><div class=txt><p>{STADIUM[0]}</p><p>{STADIUM[1]}</p></div></div><div class=feed>"
            + "".join(f"<div class=feed-item><span>11:{n}</span><a href=/n/{n}>{OTHERS[n % 4]}, and some more words about it, {n}</a></div>" for n in range(10, 34))
            + "</div></div>",
        ),
        STADIUM[:2], "League takes three points from Torpedo", (), "2024-10-28",
    )  # fmt: skip
    pages["text for those without scripts"] = Labelled(
        "https://appnews.example/a/tick-fever",
        document(
            "Fever vaccine passes its test",
            f"<div id=__next><div class=skeleton></div></div><noscript><h1>Fever vaccine passes its test</h1><p>By Saule Nurlan</p>{ps((*VACCINE[:3], *VACCINE[4:]))}</noscript>",
            '<meta itemprop=datePublished content="2024-11-18T08:00:00Z">',
        ),
        (*VACCINE[:3], *VACCINE[4:]), "Fever vaccine passes its test", ("Saule Nurlan",), "2024-11-18",
    )  # fmt: skip
    pages["questions as headings"] = Labelled(
        "https://explain.example/2024/nov/22/why-robots-weed",
        document(
            "Explainer: why do robots weed? – The Explainer",
            f"{menu(SECTIONS)}<main><article><aside class=labels><a>Explainer</a></aside><h1>Why do robots weed?</h1><address aria-label='Contributor info'><a rel=author href=/profile/z>Zoe Park</a> and agencies</address><details><summary>Fri 22 Nov 2024 06.00 CET</summary>Last modified on Sat 23 Nov 2024 10.00 CET</details><div id=maincontent><div class=article-body>"
            f"<p>{ROBOT[0]}</p><h2>How do they work?</h2><p>{ROBOT[1]}</p><h2>What do they cost?</h2>{ps(ROBOT[2:4])}<gu-island><div><h2>Sign up to Field Notes</h2><p>Free weekly newsletter</p><p>The best of our farming journalism</p><p>Privacy Notice: Newsletters may contain information about charities and online ads.</p></div></gu-island><p id=sign-in-gate>after newsletter promotion</p><h2>Who pays?</h2>{ps(ROBOT[4:])}</div></div><div class=submeta><ul><li>Robots</li><li>Farming</li></ul><button>Share</button><button>Reuse this content</button></div></article></main>{teasers(OTHERS, 'most-viewed', 'Most viewed')}",
            metas(("og:title", "Why do robots weed?"), ("article:published_time", "2024-11-22T05:00:00.000Z"), ("article:author", "https://explain.example/profile/z")),
        ),
        (ROBOT[0], "How do they work?", ROBOT[1], "What do they cost?", *ROBOT[2:4], "Who pays?", *ROBOT[4:]), "Why do robots weed?", ("Zoe Park",), "2024-11-22",
    )  # fmt: skip
    pages["body for machines, teaser for people"] = Labelled(
        "https://arcx.example/world/2024/11/20/ferry/",
        document(
            "Ferry aground: what passengers saw",
            f"<div id=fusion-app><h1>Ferry aground: what passengers saw</h1><div class=b-by>Lea Costa | Nov 20, 2024</div><article class=article-body-wrapper><p>{FERRY[0]}</p></article></div>{teasers(OTHERS, 'results', 'Latest')}",
            ld({"@type": "NewsArticle", "headline": "Ferry aground: what passengers saw", "datePublished": "2024-11-20T09:00:00Z", "author": {"@type": "Person", "name": "Lea Costa"}, "articleBody": "\n\n".join(FERRY)}),
        ),
        FERRY, "Ferry aground: what passengers saw", ("Lea Costa",), "2024-11-20",
    )  # fmt: skip
    return pages


HELD_OUT = _pages()
