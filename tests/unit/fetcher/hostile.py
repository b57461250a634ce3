"""Hostile and broken answers, as a table: what a server on loopback sends, how it is read, and what must come of it."""

import asyncio
import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from tests.unit.fetcher.layouts import LAYOUTS
from tests.unit.fetcher.servers import Answer, answer

Reader = Literal["feed", "sitemap", "page"]
FEED_BYTES = 1_000_000
PAGE_BYTES = 500_000
"""The limits that the suite reads with."""
FOREVER = 64 * 1024 * 1024
"""Bytes after which an answer without end gives up: a reader that takes so much has no limit."""


@dataclass(frozen=True, slots=True)
class Case:
    """An answer, and the outcomes it may have: ``read``, or the name of a failure's type."""

    name: str
    reader: Reader
    said: Answer
    outcomes: frozenset[str]
    entries: int | None = None
    """How many entries a feed has that was read, where that is the point."""


def case(name: str, reader: Reader, said: Answer, *outcomes: str, entries: int | None = None) -> Case:
    return Case(name, reader, said, frozenset(outcomes), entries)


READ = "read"
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Outlet</title>'
    + "".join(
        f"<item><title>Story {n} — ‘bridge’</title><link>https://outlet.example/{n}</link><guid>g{n}</guid>"
        f"<pubDate>Fri, 25 Oct 2024 10:{n:02}:00 GMT</pubDate><description>Tekst źródłowy {n}</description></item>"
        for n in range(12)
    )
    + "</channel></rss>"
)
ATOM = (
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Outlet</title><id>urn:o</id>'
    + "".join(
        f'<entry><title>Story {n}</title><id>urn:{n}</id><link href="https://outlet.example/{n}"/>'
        f"<updated>2024-10-25T10:{n:02}:00Z</updated></entry>"
        for n in range(12)
    )
    + "</feed>"
)
MAP = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    + "".join(
        f"<url><loc>https://outlet.example/{n}</loc><lastmod>2024-10-25T10:{n:02}:00Z</lastmod></url>"
        for n in range(12)
    )
    + "</urlset>"
)
PAGE = LAYOUTS["amp"].decode()
WHOLE: dict[Reader, str] = {"feed": RSS, "sitemap": MAP, "page": PAGE}
KIND = {"feed": "application/rss+xml", "sitemap": "application/xml", "page": "text/html"}
NOT: dict[Reader, str] = {"feed": "NotAFeed", "sitemap": "NotAFeed", "page": "NotAnArticle"}
READERS: tuple[Reader, ...] = ("feed", "sitemap", "page")


def sent(body: bytes, kind: str = "text/html", *more: str) -> bytes:
    return answer(body, f"Content-Type: {kind}", *more)


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def bomb(piece: bytes, times: int, wbits: int) -> bytes:
    """A piece many times, compressed without ever being whole."""
    packing = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packing.compress(piece) for _ in range(times)) + packing.flush()


def endless(start: bytes, piece: bytes) -> Answer:
    """A beginning, and then a piece again and again until the reader has gone."""

    async def stream(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        left = FOREVER
        while left > 0 and not writer.is_closing():
            writer.write(piece)
            left -= len(piece)
            await writer.drain()

    return stream


def dripping(start: bytes, piece: bytes, seconds: float = 0.1) -> Answer:
    """A beginning, and then a piece now and then until the reader has gone."""

    async def drip(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(seconds)

    return drip


def silent(start: bytes) -> Answer:
    return dripping(start, b"")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def laughs(root: str, open_: str, close: str) -> str:
    """Entities that stand for ten of the one before: "billion laughs"."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]>{open_}&a11;{close}'


def quadratic(root: str, open_: str, close: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "{"x" * 50_000}">]>{open_}{"&a;" * 5_000}{close}'


def external(root: str, open_: str, close: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///etc/passwd">]>{open_}&a;{close}'


def parameter(root: str, open_: str, close: str) -> str:
    remote = '<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;'
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{remote}]>{open_}x{close}'


OPEN: dict[Reader, tuple[str, str, str]] = {
    "feed": ("rss", '<rss version="2.0"><channel><item><link>https://outlet.example/1</link><title>', "</title></item></channel></rss>"),
    "sitemap": ("urlset", "<urlset><url><loc>https://outlet.example/", "</loc></url></urlset>"),
    "page": ("html", "<html><body><p>", "</p></body></html>"),
}  # fmt: skip


def of_the_protocol(reader: Reader) -> Iterator[Case]:
    """What goes wrong before there is a body to read; the same for every reader."""
    body = WHOLE[reader].encode()
    half = body[: len(body) // 2]
    kind = f"Content-Type: {KIND[reader]}"
    limit = PAGE_BYTES if reader == "page" else FEED_BYTES
    yield case("no answer", reader, b"", "Unreachable")
    yield case("another protocol", reader, b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "Unreachable")
    yield case("an answer of the last century", reader, body, "Unreachable")
    yield case("a status line cut off", reader, b"HTTP/1.1 20", "Unreachable")
    yield case("a status of four digits", reader, b"HTTP/1.1 2000 OK\r\n\r\n", "Unreachable")
    yield case("status 999", reader, answer(body, status="999 Request denied"), "HttpError", "Unreachable")
    yield case("status 600", reader, answer(body, status="600 What"), "HttpError", "Unreachable")
    yield case("headers cut off", reader, b"HTTP/1.1 200 OK\r\nContent-Type: text", "Unreachable")
    yield case("a header without a colon", reader, head("Nonsense") + body, "Unreachable")
    yield case("a header with a NUL", reader, head("X: a\x00b") + body, "Unreachable")
    yield case("a header of a megabyte", reader, head("X: " + "x" * 1_000_000) + body, "Unreachable")
    yield case(
        "ten thousand headers", reader, head(*(f"X-{n}: {'y' * 40}" for n in range(10_000))) + body, "Unreachable"
    )
    yield case(
        "headers without end", reader, endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "Unreachable"
    )
    yield case("one header without end", reader, endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 4096), "Unreachable")
    yield case("continue, continue", reader, dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "TimedOut", "Unreachable")
    yield case("two lengths", reader, head("Content-Length: 5", "Content-Length: 7") + body, "Unreachable")
    yield case("a length below zero", reader, head("Content-Length: -5") + body, "Unreachable")
    yield case("a length of letters", reader, head("Content-Length: many") + body, "Unreachable")
    yield case("a length too large", reader, answer(body, kind, length=len(body) + 99), "CutOff")
    yield case("a length beyond all bounds", reader, answer(body, kind, length=10**30), "BodyTooLarge", "Unreachable")
    yield case(
        "a length of thousands of digits",
        reader,
        head(f"Content-Length: {'9' * 5000}") + body,
        "BodyTooLarge",
        "Unreachable",
    )
    yield case("a length of nothing", reader, answer(body, kind, length=0), NOT[reader])
    yield case("chunks that are none", reader, head("Transfer-Encoding: chunked") + b"hello\r\n" + body, "Unreachable")
    yield case("a chunk cut off", reader, head("Transfer-Encoding: chunked") + b"ffff\r\n" + half, "CutOff")
    yield case(
        "chunks without the last", reader, head("Transfer-Encoding: chunked", kind) + chunked(half, end=b""), "CutOff"
    )
    yield case("a chunk below zero", reader, head("Transfer-Encoding: chunked") + b"-5\r\n" + body, "Unreachable")
    yield case(
        "a chunk of a size beyond all bounds",
        reader,
        head("Transfer-Encoding: chunked") + b"f" * 30 + b"\r\n" + body,
        "Unreachable",
        "CutOff",
    )
    yield case("an unknown transfer coding", reader, head("Transfer-Encoding: snail") + body, "Unreachable")
    yield case(
        "chunked and a length",
        reader,
        head("Transfer-Encoding: chunked", "Content-Length: 3", kind) + chunked(body),
        READ,
        "Unreachable",
    )
    yield case("closed in the middle", reader, head(kind, f"Content-Length: {len(body)}") + half, "CutOff")
    yield case("silence at once", reader, silent(b""), "TimedOut")
    yield case("silence after the status", reader, silent(b"HTTP/1.1 200 OK\r\n"), "TimedOut")
    yield case("silence in the middle", reader, silent(head("Content-Length: 9999") + half), "TimedOut")
    yield case("a slow drip of headers", reader, dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "TimedOut")
    yield case("a slow drip of a body", reader, dripping(head("Content-Length: 99999"), b"x"), "TimedOut")
    yield case("a slow drip of chunks", reader, dripping(head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"), "TimedOut")
    yield case("a body without end", reader, endless(head(kind), b"x" * 65536), "BodyTooLarge")
    yield case(
        "chunks without end",
        reader,
        endless(head("Transfer-Encoding: chunked"), b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        "BodyTooLarge",
    )
    yield case("50 MB, said so", reader, endless(head("Content-Length: 50000000"), b"x" * 65536), "BodyTooLarge")
    yield case("a gzip bomb", reader, answer(bomb(b"\0" * 1_000_000, 50, 31), "Content-Encoding: gzip"), "BodyTooLarge")
    yield case(
        "a deflate bomb", reader, answer(bomb(b"\0" * 1_000_000, 50, 15), "Content-Encoding: deflate"), "BodyTooLarge"
    )
    yield case(
        "a raw deflate bomb",
        reader,
        answer(bomb(b"\0" * 1_000_000, 50, -15), "Content-Encoding: deflate"),
        "BodyTooLarge",
    )
    yield case(
        "a gzip bomb without end",
        reader,
        endless(head("Content-Encoding: gzip"), gzip.compress(b"\0" * 1_000_000)),
        "BodyTooLarge",
    )
    yield case(
        "a bomb in a bomb",
        reader,
        answer(gzip.compress(bomb(b"\0" * 1_000_000, 50, 31)), "Content-Encoding: gzip", kind),
        NOT[reader],
    )
    yield case(
        "brotli unasked for", reader, answer(b"\x1b\xff\xff" + b"\0" * 99, "Content-Encoding: br"), "Unreachable"
    )
    yield case(
        "zstd unasked for", reader, answer(b"\x28\xb5\x2f\xfd" + b"\0" * 99, "Content-Encoding: zstd"), "Unreachable"
    )
    yield case("gzip that is none", reader, answer(body, "Content-Encoding: gzip", kind), "Unreachable")
    yield case("gzip cut off", reader, answer(gzip.compress(body)[:-20], "Content-Encoding: gzip", kind), "CutOff")
    yield case(
        "gzip of a wrong checksum",
        reader,
        answer(gzip.compress(body)[:-8] + b"\0" * 8, "Content-Encoding: gzip", kind),
        "Unreachable",
    )
    yield case(
        "gzip with dirt behind it", reader, answer(gzip.compress(body) + b"dirt", "Content-Encoding: gzip", kind), READ
    )
    yield case(
        "gzip twice",
        reader,
        answer(gzip.compress(gzip.compress(body)), "Content-Encoding: gzip, gzip", kind),
        "Unreachable",
    )
    yield case("gzip of nothing", reader, answer(b"", "Content-Encoding: gzip", kind), NOT[reader])
    yield case("deflate that is none", reader, answer(b"\xff" * 99, "Content-Encoding: deflate"), "Unreachable")
    yield case("an unknown coding", reader, answer(body, "Content-Encoding: rot13"), "Unreachable")
    yield case("too large by one byte", reader, answer(b" " * (limit + 1)), "BodyTooLarge")
    yield case("as large as may be", reader, answer(b" " * limit), NOT[reader])
    for status in ("400 Bad", "401 Who", "403 No", "404 Not Found", "410 Gone", "418 Teapot", "429 Slow", "451 Court",
                   "500 Oops", "502 Bad", "503 Busy", "504 Late", "520 What", "599 Far"):  # fmt: skip
        yield case(f"status {status}", reader, answer(body, "Retry-After: 9999999999", status=status), "HttpError")
    yield case(
        "503 for a time that is none", reader, answer(b"", "Retry-After: Sun, 99 Foo", status="503 Busy"), "HttpError"
    )
    yield case("an error page without end", reader, endless(head(status="500 Oops"), b"x" * 4096), "HttpError")
    yield case("a reason without end", reader, answer(b"", status="500 " + "x" * 60_000), "HttpError")
    yield case("a coding without end", reader, answer(body, "Content-Encoding: " + "x" * 60_000), "Unreachable")
    yield case("a type without end", reader, sent(body, kind + ";" + "x" * 60_000), READ)
    yield case(
        "an address without end", reader, answer(b"", "Location: /" + "x" * 60_000, status="302 Found"), "Refused"
    )
    yield case(
        "a hundred cookies", reader, sent(body, kind, *(f"Set-Cookie: c{n}={'y' * 400}" for n in range(100))), READ
    )
    yield case(
        "validators that are none",
        reader,
        sent(body, kind, "ETag: \xff\x01", "Last-Modified: \x01"),
        READ,
        "Unreachable",
    )
    yield case("304 unasked for", reader, head(status="304 Not Modified"), "HttpError")
    yield case("204", reader, head(status="204 No Content"), NOT[reader])
    yield case("206", reader, answer(half, kind, status="206 Partial"), READ, NOT[reader])
    yield case("300 without an address", reader, answer(b"", status="300 Choose"), NOT[reader])
    yield case("302 without an address", reader, answer(b"", status="302 Found"), NOT[reader])
    for name, location, outcome in (
        ("to itself", "#top", "TooManyRedirects"),
        ("to a longer address each time", "?x", "TooManyRedirects"),
        ("to a file", "file:///etc/passwd", "Refused"),
        ("to FTP", "ftp://outlet.example/a", "Refused"),
        ("to a script", "javascript:alert(1)", "Refused"),
        ("to data", "data:text/html,hello", "Refused"),
        ("to gopher", "gopher://127.0.0.1:11211/_stats", "Refused"),
        ("to no host", "http:///a", "HttpError"),
        ("to half a host", "http://[::1", "Unreachable"),
        ("to a port that is none", "http://outlet.example:99999/", "Refused"),
        ("to a host with a space", "http://out let.example/", "Refused"),
        ("to metadata", "http://169.254.169.254/latest/meta-data/", "Refused"),
        ("to metadata in disguise", "http://[::ffff:a9fe:a9fe]/", "Refused"),
        ("to this host", "http://0.0.0.0/", "Refused"),
        ("to everyone", "http://255.255.255.255/", "Refused"),
        ("to a multicast group", "http://[ff02::1]/", "Refused"),
        ("to a port where nobody is", "http://127.0.0.1:1/", "Unreachable"),
        ("to TLS where there is none", "https://127.0.0.1:1/", "Unreachable"),
        ("to a name that is none", "http://no-such-name.invalid/", "Unreachable"),
        ("to an address of 9,000 characters", "http://outlet.example/" + "a" * 9000, "Refused"),
    ):  # fmt: skip
        yield case(f"a redirect {name}", reader, answer(b"", f"Location: {location}", status="302 Found"), outcome)


def of_the_body(reader: Reader) -> Iterator[Case]:
    """Bodies that are not what they should be."""
    text, no, kind = WHOLE[reader], NOT[reader], KIND[reader]
    body = text.encode()
    any_ = (READ, no)
    yield case("nothing", reader, sent(b"", kind), no)
    yield case("white space", reader, sent(b" \n\t\r\n" * 99, kind), no)
    yield case("only a byte order mark", reader, sent(b"\xef\xbb\xbf", kind), no)
    yield case("zeros", reader, sent(b"\0" * 9999, kind), no)
    yield case("noise", reader, sent(bytes(range(256)) * 40, kind), no)
    yield case(
        "a picture", reader, sent(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\0" * 999, "image/png"), no
    )
    yield case("a PDF", reader, sent(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj", "application/pdf"), no)
    yield case("a ZIP", reader, sent(b"PK\x03\x04" + b"\0" * 500, "application/zip"), no)
    yield case("a gzip file", reader, sent(gzip.compress(body), "application/gzip"), *any_)
    yield case("JSON", reader, sent(b'{"error": {"code": 7}}', "application/json"), no)
    yield case("deep JSON", reader, sent(b"[" * 100_000, "application/json"), no)
    yield case("plain text", reader, sent(b"Service temporarily unavailable.", "text/plain"), no)
    yield case(
        "a robot check",
        reader,
        sent(b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>"),
        no,
    )
    for tenth in range(1, 10):
        cut = body[: len(body) * tenth // 10]
        yield case(f"cut after {tenth} tenths", reader, sent(cut, kind), *any_)
    yield case(
        "cut in a character",
        reader,
        sent(body[: text.encode().find("—".encode()) + 1] if "—" in text else body[:-1], kind),
        *any_,
    )
    for label in (
        "utf-16",
        "utf-7",
        "koi8-r",
        "shift_jis",
        "iso-2022-jp",
        "x-user-defined",
        "none",
        "é",
        "utf-8;;;;=",
        "hex",
        "idna",
    ):
        yield case(f"labelled {label}", reader, sent(body, f"{kind}; charset={label}"), *any_)
    for coding in ("utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-r", "cp037"):
        yield case(f"in {coding}", reader, sent(text.encode(coding, "replace"), kind), *any_)
    yield case(
        "bytes that are no UTF-8", reader, sent(body.replace(b"o", b"\xff\xfe\xc0"), f"{kind}; charset=utf-8"), *any_
    )
    yield case("surrogates", reader, sent(body.replace(b"Story", b"\xed\xa0\x80Story"), kind), *any_)
    yield case("NULs between", reader, sent(body.replace(b" ", b" \0"), kind), *any_)
    yield case("control characters", reader, sent(body.replace(b" ", b" \x01\x0b\x1f"), kind), *any_)
    yield case(
        "character references that are none",
        reader,
        sent(body.replace(b"Story", b"&#xFFFFFFFF;&#0;&#xD800;&bogus;"), kind),
        *any_,
    )
    for name, write in (
        ("billion laughs", laughs),
        ("quadratic", quadratic),
        ("external", external),
        ("parameter", parameter),
    ):
        yield case(f"entities: {name}", reader, sent(write(*OPEN[reader]).encode(), kind), *any_)
    yield case("nested too deep", reader, sent(b"<a>" * 60_000 + body, kind), *any_, "PageTooLarge")
    yield case(
        "nested too deep inside",
        reader,
        sent(text.replace("<title>", "<title>" + "<b>" * 30_000, 1).encode(), kind),
        *any_,
        "PageTooLarge",
    )
    yield case(
        "an attribute of a quarter megabyte", reader, sent(b'<a x="' + b"y" * 250_000 + b'">' + body, kind), *any_
    )
    yield case(
        "ten thousand attributes",
        reader,
        sent(b"<a " + b" ".join(b"x%d=y" % n for n in range(10_000)) + b">" + body, kind),
        *any_,
    )
    yield case("a comment without end", reader, sent(b"<!-- " + body, kind), *any_)
    yield case("CDATA without end", reader, sent(b"<![CDATA[" + body, kind), *any_)
    yield case("a processing instruction without end", reader, sent(b"<?xml " + body, kind), *any_)
    yield case("twice in a row", reader, sent(body + body, kind), *any_)
    yield case("backwards", reader, sent(body[::-1], kind), no)


def of_feeds() -> Iterator[Case]:
    """Feeds whose parts are wrong: every entry that can be followed is kept."""

    def feed(*items: str) -> bytes:
        return sent(
            f'<rss version="2.0"><channel><title>O</title>{"".join(items)}</channel></rss>'.encode(),
            "application/rss+xml",
        )

    good = "<item><title>t</title><link>https://outlet.example/good</link></item>"

    def beside(name: str, item: str, entries: int = 1) -> Case:
        return case(name, "feed", feed(item, good), READ, entries=entries)

    yield beside("an empty item", "<item/>")
    yield beside("no link", "<item><title>t</title></item>")
    yield beside("an empty link", "<item><title>t</title><link></link></item>")
    yield beside("a link to a script", "<item><link>javascript:alert(1)</link></item>")
    yield beside("a link to a mailbox", "<item><link>mailto:a@outlet.example</link></item>")
    yield beside("a link that is none", "<item><link>http://[</link></item>")
    yield beside("a link too long", f"<item><link>https://outlet.example/{'a' * 5000}</link></item>")
    yield beside("the same link again", good)
    yield beside("no id", "<item><title>t</title><link>https://outlet.example/a</link></item>", 2)
    yield beside("no title", "<item><link>https://outlet.example/a</link></item>", 2)
    yield beside(
        "a title of a hundred thousand characters",
        f"<item><title>{'x' * 100_000}</title><link>https://outlet.example/a</link></item>",
        2,
    )
    for date in (
        "yesterday",
        "0000-00-00",
        "Fri, 99 Oct 2024",
        "9999-99-99T99:99:99Z",
        "99999999999999999999",
        "-1",
        "2024-10-25T10:00:00+99:99",
        "١٢",
    ):
        yield beside(
            f"the date {date}", f"<item><link>https://outlet.example/a</link><pubDate>{date}</pubDate></item>", 2
        )
    yield case("only broken items", "feed", feed("<item/>" * 50), READ, entries=0)
    yield case("no items", "feed", feed(), READ, entries=0)
    yield case(
        "ten thousand items",
        "feed",
        feed(*(f"<item><link>https://outlet.example/{n}</link></item>" for n in range(10_000))),
        READ,
        "WorkTimedOut",
    )
    yield case(
        "items in items",
        "feed",
        feed("<item>" * 2_000 + "<link>https://outlet.example/a</link>" + "</item>" * 2_000),
        READ,
    )
    yield case(
        "Atom in RSS", "feed", sent(RSS.replace("<channel>", f"<channel>{ATOM[38:]}").encode(), "text/xml"), READ
    )
    yield case(
        "Atom without a namespace",
        "feed",
        sent(ATOM.replace(' xmlns="http://www.w3.org/2005/Atom"', "").encode(), "text/xml"),
        READ,
    )
    yield case("a feed as a page", "feed", sent(RSS.encode(), "text/html"), READ, entries=12)
    yield case("a feed of no type", "feed", answer(RSS.encode()), READ, entries=12)
    yield case("a feed of an absurd type", "feed", sent(RSS.encode(), ";;;///;charset"), READ, entries=12)
    yield case("a page as a feed", "feed", sent(PAGE.encode(), "application/rss+xml"), "NotAFeed")
    yield case("text before the feed", "feed", sent(b"\n\n  <!-- hello -->\n" + RSS.encode(), "text/xml"), READ)
    yield case(
        "a warning before the feed",
        "feed",
        sent(b"<br /><b>Warning</b>: mysql in <b>/x.php</b>" + RSS.encode(), "text/xml"),
        READ,
        "NotAFeed",
    )
    yield case("a version that is none", "feed", sent(RSS.replace('"2.0"', '"99"').encode(), "text/xml"), READ)
    for name, text in (("broken", '{"version": "https://jsonfeed.org/version/1.1", "items": [{'),
                       ("items that are none", '{"version": "https://jsonfeed.org/version/1.1", "items": [1, null, "a", [], {}]}'),
                       ("items of the wrong type", '{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}'),
                       ("values of the wrong type", '{"version": "https://jsonfeed.org/version/1.1", "title": [], "items": [{"id": {}, "url": 7, "title": [], "authors": "x", "date_published": {}}]}'),
                       ("a number without end", '{"version": "https://jsonfeed.org/version/1.1", "items": [' + "9" * 100_000 + "]}")):  # fmt: skip
        yield case(f"a JSON feed: {name}", "feed", sent(text.encode(), "application/feed+json"), READ, "NotAFeed")
    packed = gzip.compress(MAP.encode())
    yield case("a gzipped sitemap", "sitemap", sent(packed, "application/gzip"), READ, entries=12)
    yield case("a gzipped sitemap cut off", "sitemap", sent(packed[:-20], "application/gzip"), "NotAFeed")
    yield case(
        "a gzipped sitemap damaged",
        "sitemap",
        sent(packed[:30] + b"\xff" * 30 + packed[60:], "application/gzip"),
        "NotAFeed",
    )
    yield case(
        "a gzipped sitemap that is a bomb",
        "sitemap",
        sent(bomb(b" " * 1_000_000, 80, 31), "application/gzip"),
        "NotAFeed",
    )
    yield case(
        "a sitemap of no namespace", "sitemap", sent(MAP.replace("xmlns", "x").encode(), "text/xml"), READ, entries=12
    )
    yield case(
        "a sitemap that lists itself",
        "sitemap",
        sent(b"<sitemapindex><sitemap><loc>/x</loc></sitemap></sitemapindex>", "text/xml"),
        READ,
        entries=0,
    )
    yield case("a feed as a sitemap", "sitemap", sent(RSS.encode(), "text/xml"), "NotAFeed")
    yield case("an empty sitemap", "sitemap", sent(b"<urlset/>", "text/xml"), READ, entries=0)


def of_pages() -> Iterator[Case]:
    """Pages that are no articles, or are written to be hard to read."""
    no = "NotAnArticle"
    any_ = (READ, no, "PageTooLarge")

    def written(name: str, body: str, *outcomes: str) -> Case:
        return case(name, "page", sent(body.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8"), *outcomes)

    yield written("only a script", "<html><body><script>document.write('x')</script></body></html>", no)
    yield written("only a frame", "<html><frameset><frame src=/a></frameset></html>", no)
    yield written("only pictures", "<html><body>" + "<img src=a.jpg>" * 500 + "</body></html>", no)
    yield written("a refresh onward", "<html><head><meta http-equiv=refresh content='0;url=/b'></head></html>", no)
    yield written("a hundred thousand divs", "<div>" * 100_000, *any_)
    yield written("tables in tables", "<table><tr><td>" * 5_000 + PAGE, *any_)
    yield written("lists in lists", "<ul><li>" * 5_000 + PAGE, *any_)
    yield written("unclosed formatting", "<b><i><u><font>" * 4_000 + PAGE, *any_)
    yield written("a hundred thousand paragraphs of nothing", PAGE + "<p>" * 100_000, *any_)
    yield written(
        "ten thousand links", PAGE.replace("</body>", "<a href=/x>A link to something else</a>" * 10_000), *any_
    )
    yield written("a selector full of brackets", PAGE.replace("<p", "<p class='" + "[" * 20_000 + "'", 1), *any_)
    yield written(
        "broken linked data",
        PAGE.replace("<head>", '<head><script type="application/ld+json">{"@type":</script>'),
        READ,
    )
    yield written(
        "linked data too deep",
        PAGE.replace("<head>", '<head><script type="application/ld+json">' + "[" * 50_000 + "</script>"),
        READ,
    )
    yield written(
        "linked data of wrong types",
        PAGE.replace(
            "<head>",
            '<head><script type="application/ld+json">{"@type":["NewsArticle",{}],"headline":[{}],"author":{"name":[1]},"datePublished":{}}</script>',
        ),
        READ,
    )
    yield written(
        "a date far in the future",
        PAGE.replace("<head>", "<head><meta property=article:published_time content=9999-12-31T23:59:59Z>"),
        READ,
    )
    yield written(
        "a date that is none",
        PAGE.replace("<head>", "<head><meta property=article:published_time content='0000-00-00 99:99'>"),
        READ,
    )
    yield written(
        "a canonical address that is none", PAGE.replace("<head>", "<head><link rel=canonical href='http://['>"), READ
    )
    yield written(
        "a canonical address elsewhere",
        PAGE.replace("<head>", "<head><link rel=canonical href='https://evil.example/'>"),
        READ,
    )
    yield written("a base that is none", PAGE.replace("<head>", "<head><base href='//['>"), READ)
    yield written("a title of a megabyte of markup", PAGE.replace("<h1>", "<h1>" + "<b>" * 20_000), *any_)
    yield written("text of right-to-left marks", PAGE.replace("soldiers", "\u202esoldiers\u202c"), READ)
    yield written("lone surrogates", PAGE.replace("soldiers", "\ud800soldiers"), *any_)
    yield written(
        "one word of 400,000 letters",
        "<html><body><article><p>" + "a" * 400_000 + "</p></article></body></html>",
        *any_,
    )
    yield written(
        "spaces without end", "<html><body><article><p>a" + " " * 400_000 + "b</p></article></body></html>", *any_
    )
    yield written(
        "dashes without end", "<html><body><article><p>" + "a-" * 200_000 + "</p></article></body></html>", *any_
    )
    yield written(
        "an index page",
        "<html><body>" + "".join(f"<a href=/{n}>Headline number {n}</a><br>" for n in range(60)) + "</body></html>",
        no,
    )


def cases() -> tuple[Case, ...]:
    """All of them, each under a path of its own."""
    makers: list[Callable[[], Iterator[Case]]] = [of_feeds, of_pages]
    found = [each for make in makers for each in make()]
    for reader in READERS:
        found += [*of_the_protocol(reader), *of_the_body(reader)]
    return tuple(found)
