"""Titles without their site, names without what stands around them."""

import pytest
from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.bylines import author_names
from services.fetcher.titles import best_title
from services.fetcher.written_bylines import written_bylines


@pytest.mark.parametrize(
    ("headings", "said", "sites", "title"),
    [
        ([], ["Bridge falls - The Seim Observer"], ["The Seim Observer"], "Bridge falls"),
        ([], ["Bridge falls – The Seim Observer"], ["Seim Observer"], "Bridge falls"),
        ([], ["The Paper | Tanks arrive in the town"], ["Paper"], "Tanks arrive in the town"),
        ([], ["Tanks arrive in the town | World | The Paper"], ["The Paper"], "Tanks arrive in the town"),
        ([], ["Tanks arrive in the town | Unknown Site"], [], "Tanks arrive in the town"),
        (["Wojsko kupi 96"], ["Wojsko kupi 96 :: Gazeta Nadbużańska"], [], "Wojsko kupi 96"),
        ([], ["У Сумах збито 18 дронів — Слобожанський вісник"], ["Слобожанський вісник"], "У Сумах збито 18 дронів"),
        # a dash of its own, and a colon
        ([], ["Ukraine - what we know"], ["The Paper"], "Ukraine - what we know"),
        ([], ["Kyiv | Dnipro"], [], "Kyiv | Dnipro"),
        (["War in Ukraine: day 1,000"], ["War in Ukraine: day 1,000"], ["War in Ukraine"], "War in Ukraine: day 1,000"),
        # what readers see wins over what is shortened or dressed for others, if both are the same title
        (
            ["Parliament approves record defence budget after long night"],
            ["Parliament approves record defence budget…"],
            [],
            "Parliament approves record defence budget after long night",
        ),
        (
            ["The Paper", "A title of some sort here"],
            ["A title of some sort here"],
            ["The Paper"],
            "A title of some sort here",
        ),
        (["Most read"], ["Three villages are empty"], [], "Three villages are empty"),
        (["<b>Three</b> villages &amp; a town"], [], [], "Three villages & a town"),
        # most of the words are the same
        (
            ["Bridge over the Seim falls in the night"],
            ["Bridge over Seim falls: what we know"],
            [],
            "Bridge over the Seim falls in the night",
        ),
        # a name that begins as the site's address does
        ([], ["Tanks arrive - BBX News"], ["bbx"], "Tanks arrive"),
        ([], ["War in Ukraine - Kyiv"], ["kyivpost"], "War in Ukraine - Kyiv"),
        # a name that is put together of the beginnings of its words, as the host is; a name and a colon
        ([], ["Tanks arrive - The Some Hill Herald"], ["shherald"], "Tanks arrive"),
        ([], ["Tanks arrive - South Morning Post"], ["smpost"], "Tanks arrive"),
        ([], ["Tanks arrive - Some other thing"], ["smpost"], "Tanks arrive - Some other thing"),
        ([], ["Hill Herald: Tanks arrive in town"], ["Hill Herald"], "Tanks arrive in town"),
        ([], ["Minister: tanks arrive in town"], ["Hill Herald"], "Minister: tanks arrive in town"),
        ([], ["The Paper"], ["The Paper"], None),
        ([], [" | "], [], None),
        ([], [], [], None),
    ],
)
def test_title(headings: list[str], said: list[str], sites: list[str], title: str | None) -> None:
    assert best_title(headings, said, sites) == title


@pytest.mark.parametrize(
    ("headings", "said", "announced", "title"),
    [
        ([], [], "From the feed", "From the feed"),
        (["On the page"], [], "From the feed", "On the page"),
        ([], ["In its metadata"], "From the feed", "In its metadata"),
        (["Politics", "Three villages are empty"], [], "Three villages are empty", "Three villages are empty"),
    ],
)
def test_what_the_feed_calls_it(headings: list[str], said: list[str], announced: str, title: str) -> None:
    assert best_title(headings, said, [], announced) == title


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["By Olha Tkach", "Peter Lindqvist in Kyiv"], ("Olha Tkach", "Peter Lindqvist")),
        (["JANE COOPER", "Metro Courier Staff"], ("Jane Cooper",)),
        (["Tomas Berg, Lena Fischer and Omar Haddad"], ("Tomas Berg", "Lena Fischer", "Omar Haddad")),
        (["mail@outlet.example (Jane Doe)"], ("Jane Doe",)),
        (["By JOHN SMITH, Defence correspondent"], ("John Smith",)),
        (["John Smith | Metro Courier"], ("John Smith",)),
        (["By Jane Doe, Outlet Updated 4:12 PM EST, Mon November 18, 2024"], ("Jane Doe",)),
        (["Jane Doe, Associated Press, Kyiv"], ("Jane Doe",)),
        (["Jane Doe | Reuters"], ("Jane Doe",)),
        (["Associated Press"], ("Associated Press",)),
        (["Mark Post and Jane Doe"], ("Mark Post", "Jane Doe")),
        (["Jane Doe @janedoe"], ("Jane Doe",)),
        (["By Jane Doe · November 22, 2024"], ("Jane Doe",)),
        (["Jane Doe 22 Nov 2024"], ("Jane Doe",)),
        (["Jane Doe NOVEMBER", "Theresa May"], ("Jane Doe", "Theresa May")),
        (["Dr. Jane Doe", "Max Roe, PhD", "John Poe, Jr."], ("Jane Doe", "Max Roe", "John Poe")),
        (["Jane Doe Senior Defence Reporter"], ("Jane Doe",)),
        (["Senior Defence Correspondent"], ()),
        (["Courier Staff Writer"], ()),
        (["BY JANE DOE AND MAX ROE"], ("Jane Doe", "Max Roe")),
        (["Story by Jane Doe; photographs by Max Roe"], ("Jane Doe",)),
        (["Guest essay by Jane Doe"], ("Jane Doe",)),
        (["Text: Anna Schmidt"], ("Anna Schmidt",)),
        (["Jane Doe is a reporter in Kyiv"], ("Jane Doe",)),
        (["Ольга Ткач, Київ"], ("Ольга Ткач",)),
        (["Jane Doe in Kyiv and Max Roe in London"], ("Jane Doe", "Max Roe")),
        (["Ірина Коваль та Олег Петренко"], ("Ірина Коваль", "Олег Петренко")),
        (["Автор: Ірина Коваль"], ("Ірина Коваль",)),
        (["Von Anna Schmidt"], ("Anna Schmidt",)),
        (["Ursula von der Leyen", "Von der Leyen"], ("Ursula von der Leyen",)),
        (["Jean-Pierre O'Neill (AFP)"], ("Jean-Pierre O'Neill",)),
        (["Smith, John"], ("John Smith",)),
        (["Byron Kaye"], ("Byron Kaye",)),
        (["Par Jeanne ROUX Publié le 21/11/2024 à 19h00"], ("Jeanne Roux",)),
        (["MART KASK Wire Service Writer"], ("Mart Kask",)),
        (["Submitted by Dinara Ospanova on Mon, 11/18/2024 - 09:30"], ("Dinara Ospanova",)),
        (["Words by Giulia Monti Photography by Otto Lenz"], ("Giulia Monti",)),
        (["di Chiara Neri e Paolo Gallo"], ("Chiara Neri", "Paolo Gallo")),
        (["Oprac. Ewa Lis (PAX)"], ("Ewa Lis",)),
        (["Jane Doe with Max Roe"], ("Jane Doe", "Max Roe")),
        (["Par Jean Dupont avec AFP"], ("Jean Dupont",)),
        (["Jane Doe, CNX Business"], ("Jane Doe",)),
        (["Jane Doe, Senior Contributor"], ("Jane Doe",)),
        (["Staff Writer Jane Doe"], ("Jane Doe",)),
        (["By Jane DoeUpdated 3 hours ago"], ("Jane Doe",)),
        (["By Jane Doe 12:04 EST"], ("Jane Doe",)),
        (["Jane Doe jane@paper.com"], ("Jane Doe",)),
        (["Reporting by Jane Doe; Editing by Max Roe"], ("Jane Doe",)),
        (["Edited by Max Roe"], ()),
        (["Jane Doe Fox News"], ("Jane Doe",)),
        (["JANE DOE AX Technology Writer"], ("Jane Doe",)),
        (["The Editorial Board"], ()),
        (["di Redazione"], ()),
        (["Jane Doe", "jane doe"], ("Jane Doe",)),
        (["Reuters"], ("Reuters",)),
        (["admin"], ()),
        (["Editorial Team"], ()),
        (["Редакція"], ()),
        (["https://social.example/outlet"], ()),
        (["news@outlet.example"], ()),
        (["Metro Courier"], ()),
        (["2024"], ()),
        (["", " , and "], ()),
    ],
)
def test_authors(written: list[str], names: tuple[str, ...]) -> None:
    assert author_names(written, ["Metro Courier"]) == names


def test_a_lesser_heading_says_where_the_title_ends() -> None:
    assert best_title(["Marta at sea"], ["Why ships sail - Notes"], [], lesser=["Why ships sail"]) == "Why ships sail"


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<h1>By the river</h1><p>By Jane Doe, Kyiv</p><p>Text by a man.</p>", "By Jane Doe, Kyiv"),
        ("<div><span>BY <b>JANE DOE</b></span></div>", "BY JANE DOE"),
        ("<td>Автор: Ірина Коваль</td>", "Автор: Ірина Коваль"),
        ("<h1>T</h1><p>Published on 16 November 2024 by <a>Wim Bakker</a></p>", "Wim Bakker"),
        ("<div>Опубліковано: 22.11.2024 10:40 | Автор: Галина Бойко</div>", "Автор: Галина Бойко"),
        ("<p>By Max Roe, elsewhere</p><h1>T</h1><p>von Uwe Hansen</p>", "von Uwe Hansen"),  # the one below the title
        ("<h1>T</h1><div class='b sig'>Ewa Lis (PAX)</div>", "Ewa Lis (PAX)"),
        ("<h1>T</h1><div class=firma>Almería, 11 nov. 2024</div>", None),
        ("<h1>T</h1><aside>x</aside><p>Di Maio ha detto.</p>", None),
        ("<p>By Monday Kyiv had said nothing about it.</p>", None),
        ("<p>By the end of the week</p>", None),
    ],
)
def test_a_byline_that_nothing_marks(html: str, line: str | None) -> None:
    assert next(written_bylines(lxml_html.document_fromstring(html)), None) == line


def test_a_heading_marked_as_the_articles_is_its_title() -> None:
    seen, said = ["How ninety-five men came home"], ["Prisoners freed | The Paper"]
    assert best_title(seen, said, ["The Paper"], marked=seen[0]) == seen[0]
    assert best_title(seen, said, ["The Paper"]) == "Prisoners freed"
