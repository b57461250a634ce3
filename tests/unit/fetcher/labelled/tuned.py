"""Pages that the reader may be fitted to; see the package's own words."""

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
    "A village buys its own bus and drives it itself",
    "Choir of 300 sings on a frozen lake",
    "Why the price of butter will not come down",
    "Three letters from a lighthouse keeper",
)
SECTIONS = ("Home", "Politics", "Economy", "Science", "Life", "Video", "Archive")


def _pages() -> dict[str, Labelled]:
    pages: dict[str, Labelled] = {}
    pages["publishing platform with linked data in an array"] = Labelled(
        "https://www.postx.example/nation/2024/10/30/pools-rotterdam/",
        document(
            "Rotterdam votes to shut four swimming pools - The Post X",
            f"<div id=fusion-app>{menu(SECTIONS)}<main><article><header><div data-qa=kicker>Europe</div><h1 data-qa=headline><span>Rotterdam votes to shut four swimming pools</span></h1><div data-qa=author-byline><span>By</span><a rel=author href=/people/ann>Ann Breuer</a></div><div data-qa=timestamp>Updated October 31, 2024 at 9:02 a.m. EDT | Published October 30, 2024 at 6:15 p.m. EDT</div></header><div class=article-body>"
            + "".join(f"<div><p data-el=text>{line}</p></div>" for line in BUDGET[:3])
            + "<div data-qa=interstitial><a href=/x><span>Cities that kept their pools</span></a></div><div class=hide-for-print><div>Story continues below advertisement</div></div>"
            + "".join(f"<div><p data-el=text>{line}</p></div>" for line in BUDGET[3:])
            + f"</div><div data-qa=comments><a>112 Comments</a></div></article></main>{teasers(OTHERS, 'mostread', 'Most read')}</div>",
            ld({"@context": "https://schema.org", "@type": "Organization", "name": "The Post X"}, {"@context": "https://schema.org", "@type": ["NewsArticle", "Article"], "headline": "Rotterdam votes to shut four swimming pools", "datePublished": "2024-10-30T22:15:00.000Z", "dateModified": "2024-10-31T13:02:00.000Z", "author": [{"@type": "Person", "name": "Ann Breuer", "url": "x"}]})
            + metas(("og:site_name", "The Post X")),
        ),
        BUDGET, "Rotterdam votes to shut four swimming pools", ("Ann Breuer",), "2024-10-30",
    )  # fmt: skip
    pages["todays date on top and related times before ours"] = Labelled(
        "https://morning.example/story/ferry-kastellos",
        document(
            "Morning Herald | Ferry with 214 aboard runs aground",
            f"<div class=top><span class=today>Tuesday, December 24, 2024</span></div>{menu(SECTIONS)}<div class=ticker><ul><li><time datetime='2024-12-24T08:10:00Z'>08:10</time> <a href=/1>{OTHERS[0]}</a></li><li><time datetime='2024-12-24T07:55:00Z'>07:55</time> <a href=/2>{OTHERS[1]}</a></li></ul></div><div class=main><h1>Ferry with 214 aboard runs aground</h1><div class=dateline>By Theo Marsh <span>|</span> <time datetime='2024-11-20T09:30:00Z'>Nov. 20, 2024</time></div><div class=text>{ps(FERRY)}</div></div><div class=more><div class=card><a href=/3>{OTHERS[2]}</a><span>December 20, 2024</span></div><div class=card><a href=/4>{OTHERS[3]}</a><span>December 19, 2024</span></div></div>",
        ),
        FERRY, "Ferry with 214 aboard runs aground", ("Theo Marsh",), "2024-11-20",
    )  # fmt: skip
    pages["microdata"] = Labelled(
        "https://www.microx.example/sport/4120",
        document(
            "Empty ground for Torpedo :: Micro Daily",
            f"{menu(SECTIONS)}<div itemscope itemtype='http://schema.org/NewsArticle'><meta itemprop=datePublished content='2024-10-28T10:00:00+02:00'><meta itemprop=dateModified content='2024-10-29T10:00:00+02:00'><h2 itemprop=headline>Empty ground for Torpedo</h2><span itemprop=author itemscope itemtype='http://schema.org/Person'><a itemprop=url href=/a><span itemprop=name>Bohdan Klym</span></a></span><span itemprop=publisher itemscope itemtype='http://schema.org/Organization'><span itemprop=name>Micro Daily</span></span><div itemprop=articleBody>{ps(STADIUM)}</div></div>",
        ),
        STADIUM, "Empty ground for Torpedo", ("Bohdan Klym",), "2024-10-28",
    )  # fmt: skip
    pages["RDFa of a content management system"] = Labelled(
        "https://www.rdfx.example/en/fever-vaccine-trial",
        document(
            "Fever vaccine trial ends | RDF Times",
            f"{menu(SECTIONS)}<div class=region-content><article role=article about='/en/fever' typeof='schema:Article' class='node node--type-article'><span property='schema:name' content='Fever vaccine trial ends' class=hidden></span><h1 class=page-header><span property='schema:name'>Fever vaccine trial ends</span></h1><footer class=node__meta><div class=node__submitted>By <span rel='schema:author'><a title='View user profile.' property='schema:name'>Kamila Serik</a></span>, <span property='schema:dateCreated' content='2024-11-17T21:10:00+00:00'>18 November, 2024</span></div></footer><div class='field field--name-body' property='schema:text'>{ps(VACCINE[:3])}<h2>{VACCINE[3]}</h2>{ps(VACCINE[4:])}</div></article></div>",
        ),
        VACCINE, "Fever vaccine trial ends", ("Kamila Serik",), "2024-11-17",
    )  # fmt: skip
    pages["Dublin Core and a bare body"] = Labelled(
        "https://journal.example/view/771",
        document(
            "A third less rice",
            f"{menu(SECTIONS)}<div class=c>{ps(HARVEST[:3])}<p><b>{HARVEST[3]}</b></p><ul>{ps(HARVEST[4:7], tag='li')}</ul>{ps(HARVEST[7:])}</div>",
            '<meta name="DC.Title" content="A third less rice in the Po valley"><meta name="DC.Creator" content="Monti, Giulia"><meta name="DC.date.issued" content="2024-09-22">',
        ),
        HARVEST, "A third less rice in the Po valley", ("Giulia Monti",), "2024-09-22",
    )  # fmt: skip
    pages["parsely"] = Labelled(
        "https://techx.example/2024/11/robots-weed-carrots",
        document(
            "These robots weed carrots faster than forty people can | TechX",
            f"{menu(SECTIONS)}<article><h1 class=article__title>These robots weed carrots faster than forty people can</h1><div class=article__byline>Mila Roth <a>@milaroth</a> / 2:10 PM CET • November 14, 2024</div><div class=article-content><p id=speakable-summary>{ROBOT[0]}</p>{ps(ROBOT[1:3])}<div class=embed breakout><p>Techcrunchy event</p><h3>Join 10k founders at Boost Week</h3></div>{ps(ROBOT[3:])}</div></article>",
            '<meta name="parsely-title" content="These robots weed carrots faster than forty people can"><meta name="parsely-author" content="Mila Roth"><meta name="parsely-pub-date" content="2024-11-14T13:10:04Z">',
        ),
        ROBOT, "These robots weed carrots faster than forty people can", ("Mila Roth",), "2024-11-14",
    )  # fmt: skip
    pages["sailthru, and a title for searches"] = Labelled(
        "https://life.example/a/rice-po-valley-salt",
        document(
            "Rice Shortage 2024: Why Po Valley Farmers Are Worried - Life",
            f"{menu(SECTIONS)}<main><article><h1>In the Po valley, the water tastes of salt</h1><p class=dek>And the rice does not like it.</p><div class=byline>By Giulia Monti and Hugo Blanc<br><span>Sept. 22, 2024, 6:00 AM ET</span></div><div class=article-body>{ps(HARVEST[:3])}<h3>{HARVEST[3]}</h3><ol>{ps(HARVEST[4:7], tag='li')}</ol>{ps(HARVEST[7:])}</div></article></main>",
            '<meta name="sailthru.date" content="2024-09-22T10:00:00+0000"><meta name="sailthru.author" content="Giulia Monti,Hugo Blanc">'
            + metas(("og:title", "Salt is eating Italy's rice"), ("og:type", "article"), ("og:site_name", "Life")),
        ),
        HARVEST, "In the Po valley, the water tastes of salt", ("Giulia Monti", "Hugo Blanc"), "2024-09-22",
    )  # fmt: skip
    pages["only words for a date"] = Labelled(
        "https://villagenews.example/?p=8812",
        document(
            "Pools to close – Village News",
            f"{menu(SECTIONS)}<div class=post><h1>Pools to close</h1><p class=meta>Published on 16 November 2024, updated on 19 November 2024 by <a href=/u/7>Wim Bakker</a></p>{ps(BUDGET)}</div><div class=side><p>Last updated 20 December 2024</p></div>",
        ),
        BUDGET, "Pools to close", ("Wim Bakker",), "2024-11-16",
    )  # fmt: skip
    pages["a time without its datetime"] = Labelled(
        "https://www.isle.example/news/aground",
        document(
            "Aground! - Isle Gazette",
            f"{menu(SECTIONS)}<div class=content><h1>Aground!</h1><p class=author>Words: Eva Kantor</p><time>20/11/2024</time>{ps(FERRY)}</div><div class=latest><span>02/12/2024</span><a href=/x>{OTHERS[0]}</a></div>",
        ),
        FERRY, "Aground!", ("Eva Kantor",), "2024-11-20",
    )  # fmt: skip
    pages["a day only in the address"] = Labelled(
        "https://desk.example/2024/nov/20/ferry-aground",
        document("Ferry aground | Desk", f"{menu(SECTIONS)}<div class=c><h1>Ferry aground</h1>{ps(FERRY)}</div>"),
        FERRY, "Ferry aground", (), "2024-11-20",
    )  # fmt: skip
    pages["German daily"] = Labelled(
        "https://www.zeitungx.example/wirtschaft/bahn-strecke-gesperrt-1.7123",
        document(
            "Bahn: Strecke bei Uelzen elf Wochen gesperrt - Wirtschaft - ZX.example",
            f"{menu(('Politik', 'Wirtschaft', 'Kultur'))}<article><header><h2><span class=kicker>Bahn:</span> <span class=head>Strecke bei Uelzen elf Wochen gesperrt</span></h2><time datetime='2024-11-15 16:05:00'>15. November 2024, 16:05 Uhr</time><p>Lesezeit: 2 Min.</p></header><div itemprop=articleBody>{ps(GERMAN[:2])}<p><em>Von <a href=/a>Karla Brandt</a>, Hannover</em></p>{ps(GERMAN[2:4])}<h3>{GERMAN[4]}</h3>{ps(GERMAN[5:])}</div><p class=copyright>© dpa-infocom, dpa:241115-930-289/2</p><div class=share>Teilen Feedback Drucken</div></article>",
            metas(("og:title", "Strecke bei Uelzen elf Wochen gesperrt"), ("og:type", "article")),
            "de",
        ),
        GERMAN, "Strecke bei Uelzen elf Wochen gesperrt", ("Karla Brandt",), "2024-11-15", "de",
    )  # fmt: skip
    pages["German regional paper"] = Labelled(
        "https://www.kreisblatt.example/lokales/uelzen/sperrung.html",
        document(
            "Sperrung der Bahnstrecke: Das müssen Pendler wissen | Kreisblatt",
            f"{menu(('Lokales', 'Sport'))}<main><h1><small>Uelzen</small> Sperrung der Bahnstrecke: Das müssen Pendler wissen</h1><div class=meta>Veröffentlicht: 15.11.2024, 17:30 Uhr<br>Aktualisiert: 16.11.2024, 08:00 Uhr</div><div class=autor>von <b>Uwe Hansen</b></div><div class=txt>{ps(GERMAN[:4])}<p><b>{GERMAN[4]}</b></p>{ps(GERMAN[5:])}</div></main>",
            "", "de",
        ),
        GERMAN, "Sperrung der Bahnstrecke: Das müssen Pendler wissen", ("Uwe Hansen",), "2024-11-15", "de",
    )  # fmt: skip
    pages["French regional paper"] = Labelled(
        "https://www.creusex.example/gueret/maternites_14600",
        document(
            "Les deux maternités de la Creuse sont sauvées - La Creuse X",
            f"{menu(('Accueil', 'Sports'))}<div id=col><h1>Les deux maternités de la Creuse sont sauvées</h1><div class=info>Par Jeanne ROUX <span>Publié le 21/11/2024 à 19h00</span> <span>Mis à jour le 22/11/2024 à 07h45</span></div><div class=corps>{ps(FRENCH)}</div><p class=plus>Abonnez-vous à notre newsletter</p></div>",
            "", "fr",
        ),
        FRENCH, "Les deux maternités de la Creuse sont sauvées", ("Jeanne Roux",), "2024-11-21", "fr",
    )  # fmt: skip
    pages["Spanish agency"] = Labelled(
        "https://www.efx.example/nota/9912",
        document(
            "Cortan el agua doce horas al día en siete pueblos de Almería",
            f"{menu(('Inicio', 'Mundo'))}<div class=nota><h1>Cortan el agua doce horas al día en siete pueblos de Almería</h1><div class=firma>Almería, 11 nov. 2024 (EFX).-</div><div class=cuerpo>{ps(SPANISH)}</div></div>",
            "", "es",
        ),
        SPANISH, "Cortan el agua doce horas al día en siete pueblos de Almería", (), "2024-11-11", "es",
    )  # fmt: skip
    pages["Ukrainian site of one region"] = Labelled(
        "https://sumyx.example/novyny/udar-po-stantsii.html",
        document(
            "Удар по станції: сім поранених » Суми Ікс",
            f"{menu(('Головна', 'Новини'))}<div class=news-full><h1>Удар по станції: сім поранених</h1><div class=news-info>Опубліковано: 22.11.2024 10:40 | Переглядів: 512 | Автор: Галина Бойко</div><div class=news-text>{'<br><br>'.join(UKRAINIAN)}</div></div>",
            "", "ru",
        ),
        UKRAINIAN, "Удар по станції: сім поранених", ("Галина Бойко",), "2024-11-22", "uk",
    )  # fmt: skip
    pages["Russian portal"] = Labelled(
        "https://portal.example/n/771",
        document(
            "Мост разрушен паводком | Портал",
            f"{menu(('Главная', 'Новости'))}<div class=topic><span class=topic-date>14:30, 17 апреля 2024</span><h1 class=topic-title>Мост разрушен паводком</h1><a class=topic-author href=/authors/k><span class=topic-author__name>Ерлан Касымов</span> <span class=topic-author__job>(Корреспондент)</span></a><div class=topic-body>{ps(RUSSIAN)}</div></div>",
            "", "ru",
        ),
        RUSSIAN, "Мост разрушен паводком", ("Ерлан Касымов",), "2024-04-17", "ru",
    )  # fmt: skip
    pages["Polish daily"] = Labelled(
        "https://gazetax.example/7,114883,medyka.html",
        document(
            "Kolejka w Medyce. Cztery nowe stanowiska",
            f"{menu(('Kraj', 'Świat'))}<div id=art><h1>Kolejka w Medyce. Cztery nowe stanowiska</h1><div class=sig>Ewa Lis (PAX)</div><div class=data>18.11.2024 07:55</div><section class=art_content>{ps(POLISH[:2])}<div class=rel>ZOBACZ TAKŻE: <a href=/x>Nowa droga do granicy</a></div>{ps(POLISH[2:])}</section></div>",
            "", "pl",
        ),
        POLISH, "Kolejka w Medyce. Cztery nowe stanowiska", ("Ewa Lis",), "2024-11-18", "pl",
    )  # fmt: skip
    pages["Italian daily"] = Labelled(
        "https://www.correx.example/cronache/24_novembre_12/ponte.shtml",
        document(
            "Ponte di Caronte chiuso fino ad aprile, crepe nei piloni | Correx.example",
            f"{menu(('Home', 'Opinioni'))}<section class=body-article><h1 class=title-art>Ponte di Caronte chiuso fino ad aprile, crepe nei piloni</h1><span class=writer>di <a href=/firme/neri>Chiara Neri e Paolo Gallo</a></span><p class=media-news-date>12 novembre 2024 (modifica il 13 novembre 2024 | 08:10)</p><div class=content>{ps(ITALIAN)}</div></section>",
            "", "it",
        ),
        ITALIAN, "Ponte di Caronte chiuso fino ad aprile, crepe nei piloni", ("Chiara Neri", "Paolo Gallo"), "2024-11-12", "it",
    )  # fmt: skip
    pages["an agency and its staff"] = Labelled(
        "https://www.townpaper.example/business/robots-0a1b",
        document(
            "Weeding robots catch on | Business | townpaper.example",
            f"{menu(SECTIONS)}<article><h1 class=headline><span itemprop=headline>Weeding robots catch on</span></h1><ul class=list-inline><li><span class=tnt-byline itemprop=author>By MART KASK Wire Service Writer</span></li><li><time class=tnt-date datetime='2024-11-14T06:30:00-06:00'>Nov 14, 2024</time></li></ul><div id=article-body itemprop=articleBody class=asset-content><div class=subscriber-preview>{ps(ROBOT[:2])}</div><div class='tnt-ads subscriber-only'></div><div class=subscriber-only>{ps(ROBOT[2:])}</div></div><div class=tagline><p>Copyright 2024 The Wire Service. All rights reserved. This material may not be published, broadcast, rewritten or redistributed without permission.</p></div></article>",
            metas(("og:title", "Weeding robots catch on"), ("article:published_time", "2024-11-14T06:30:00-06:00")),
        ),
        ROBOT, "Weeding robots catch on", ("Mart Kask",), "2024-11-14",
    )  # fmt: skip
    pages["names with roles, handles and pictures"] = Labelled(
        "https://sun.example/news/9911/ferry-drama/",
        document(
            "Ferry drama: 214 rescued by fishermen | The Sunny",
            f"{menu(SECTIONS)}<section class=article><h1 class=article__headline>FERRY DRAMA 214 rescued by fishermen after ferry hits rocks</h1><h2 class=sub>All safe</h2><div class=article__meta><ul><li class=article__author><img alt='Kate Low'><a href=/author/k>Kate Low</a>, Travel Editor</li></ul><ul><li><span>Published</span>: <time>9:12, 20 Nov 2024</time></li><li>Updated: 10:01, 20 Nov 2024</li></ul></div><div class=article__content>{ps(FERRY[:4])}<div class=rail><h3>MOST READ IN NEWS</h3><a href=/1><h3>{OTHERS[0].upper()}</h3></a></div>{ps(FERRY[4:])}</div></section>",
            metas(("og:title", "Ferry drama: 214 rescued by fishermen"), ("og:type", "article"), ("og:site_name", "The Sunny")),
        ),
        FERRY, "FERRY DRAMA 214 rescued by fishermen after ferry hits rocks", ("Kate Low",), "2024-11-20",
    )  # fmt: skip
    pages["author boxes of other posts"] = Labelled(
        "https://mag.example/features/rice/",
        document(
            "The salt line - Mag",
            f"{menu(SECTIONS)}<main><h1>The salt line</h1><p class=credits>Words by <a href=/c/giulia>Giulia Monti</a> Photography by <a href=/c/otto>Otto Lenz</a></p><p class=pub>Sep 22nd 2024</p><div class=prose>{ps(HARVEST[:3])}<h2>{HARVEST[3]}</h2><ul>{ps(HARVEST[4:7], tag='li')}</ul>{ps(HARVEST[7:])}</div></main><section class=next><div><h3><a href=/1>{OTHERS[1]}</a></h3><span class=author>Hans Grau</span></div><div><h3><a href=/2>{OTHERS[2]}</a></h3><span class=author>Ines Pato</span></div></section>",
        ),
        HARVEST, "The salt line", ("Giulia Monti",), "2024-09-22",
    )  # fmt: skip
    pages["the lead in a heading of its own"] = Labelled(
        "https://leadx.example/article/551/",
        document(
            "Vaccine against tick fever works - LeadX",
            f"{menu(SECTIONS)}<article class=single><header><h1>Vaccine against tick fever works</h1><div class=entry-meta><span class=author vcard>Max Orlov</span><span class=posted-on><time class='entry-date published' datetime='2024-11-18T09:00:00+00:00'>18/11/2024</time><time class=updated datetime='2024-11-20T09:00:00+00:00'>20/11/2024</time></span></div></header><div class=excerpt><p>{VACCINE[0]}</p></div><div class=entry-content>{ps(VACCINE[1:3])}<h2>{VACCINE[3]}</h2>{ps(VACCINE[4:])}</div></article>",
        ),
        VACCINE, "Vaccine against tick fever works", ("Max Orlov",), "2024-11-18",
    )  # fmt: skip
    pages["nothing but divisions and breaks"] = Labelled(
        "https://plain.example/show.php?id=12",
        document(
            "Plain News: Torpedo in an empty ground",
            f"<div id=left>{menu(SECTIONS, 'div')}</div><div id=mid><div class=ttl>Torpedo in an empty ground</div><div class=dt>Oct 28, 2024</div><div class=bd>{STADIUM[0]}<br/>\n<br/>\n{STADIUM[1]}<br/>\n<br/>\n{STADIUM[2]}<br/><br/>{STADIUM[3]}<br/><br/>{STADIUM[4]}</div><div class=tl><a href=javascript:print()>Print</a> | <a href=/mail>Send to a friend</a></div></div><div id=right><div class=b>{OTHERS[0]}</div><div class=b>{OTHERS[1]}</div></div>",
        ),
        STADIUM, "Torpedo in an empty ground", (), "2024-10-28",
    )  # fmt: skip
    pages["a live score beside a short report"] = Labelled(
        "https://scores.example/report/88",
        document(
            "Torpedo punished | Scores",
            f"{menu(SECTIONS)}<div class=report><h1>Torpedo punished</h1><div class=by>Oleh Vovk, 28 October 2024, 18:02</div><p>{STADIUM[1]}</p><p>{STADIUM[3]}</p></div><table class=standings><tr><th>Team</th><th>P</th><th>Pts</th></tr>"
            + "".join(f"<tr><td>Team {n}</td><td>12</td><td>{30 - n}</td></tr>" for n in range(14))
            + "</table>",
        ),
        (STADIUM[1], STADIUM[3]), "Torpedo punished", ("Oleh Vovk",), "2024-10-28",
    )  # fmt: skip
    pages["data, a list and a table within"] = Labelled(
        "https://numbers.example/2024/11/15/pools-in-figures/",
        document(
            "The pools in figures - Numbers",
            f"{menu(SECTIONS)}<main class=post><h1>The pools in figures</h1><p class=by>by Lotte Prins • 15 Nov 2024</p><div class=entry>{ps(BUDGET[:2])}<h2>What they cost</h2><table><thead><tr><th>Pool</th><th>Cost</th></tr></thead><tbody><tr><td>North</td><td>1.9</td></tr><tr><td>Zuid</td><td>2.2</td></tr></tbody></table><ul><li>Two close in January.</li><li>Two close in September.</li></ul>{ps(BUDGET[3:])}<blockquote>{BUDGET[2]}</blockquote></div></main>",
        ),
        (*BUDGET[:2], "What they cost", "Pool Cost", "North 1.9", "Zuid 2.2", "Two close in January.", "Two close in September.", *BUDGET[3:], BUDGET[2]), "The pools in figures", ("Lotte Prins",), "2024-11-15",
    )  # fmt: skip
    pages["title with a question and a name"] = Labelled(
        "https://www.herald.example/opinion/pools",
        document(
            "Jan Visser: Who will teach them to swim? - Opinion - Harbour Herald",
            f"{menu(SECTIONS)}<article><h1>Jan Visser: Who will teach them to swim?</h1><div class=author-name>Jan Visser is a teacher in Rotterdam</div><div class=date>16 Nov, 2024 12:00 AM</div><div>{ps(BUDGET)}</div></article>",
            metas(("og:title", "Jan Visser: Who will teach them to swim?"), ("og:site_name", "Harbour Herald")),
        ),
        BUDGET, "Jan Visser: Who will teach them to swim?", ("Jan Visser",), "2024-11-16",
    )  # fmt: skip
    pages["embedded posts and a video between"] = Labelled(
        "https://clips.example/trending/ferry-video-1",
        document(
            "Passengers film the moment a ferry hits the rocks | Clips",
            f"{menu(SECTIONS)}<article><h1>Passengers film the moment a ferry hits the rocks</h1><span class=byline>Posted by Rita Moss on November 20th, 2024</span><div class=body>{ps(FERRY[:2])}<blockquote class=twitter-tweet><p lang=en dir=ltr>We are all off the boat and the tea is warm</p>&mdash; Eleni (@elenim) <a href=https://t.example/2>November 20, 2024</a></blockquote><div class=video-js><p class=vjs-no-js>To view this video please enable JavaScript, and consider upgrading to a web browser that supports HTML5 video</p></div>{ps(FERRY[2:])}<p><a href=/yt>Subscribe to our channel for more videos</a></p></div></article>",
        ),
        (*FERRY[:2], "We are all off the boat and the tea is warm", "— Eleni (@elenim) November 20, 2024", *FERRY[2:]), "Passengers film the moment a ferry hits the rocks", ("Rita Moss",), "2024-11-20",
    )  # fmt: skip
    pages["linked data of a page and a listing beside it"] = Labelled(
        "https://graph.example/news/ferry",
        document(
            "Ferry aground: second accident in a year | Graph News",
            f"{menu(SECTIONS)}<main><h1>Ferry aground: second accident in a year</h1><div>{ps(FERRY)}</div></main>",
            ld({"@graph": [{"@type": "WebPage", "datePublished": "2024-11-20T10:00:00+02:00", "dateModified": "2024-11-21T10:00:00+02:00", "name": "Ferry aground"}, {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": "Other", "datePublished": "2024-12-01", "author": "Nobody Else"}}]}, {"@type": "Person", "name": "Fanis Lekkas"}]}),
        ),
        FERRY, "Ferry aground: second accident in a year", (), "2024-11-20",
    )  # fmt: skip
    return pages


TUNED = _pages()
