"""What a body is, from its first bytes, in words for a sentence. Nothing is refused here, only named."""

import re

MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture or a sound"),
    (b"ID3", "a sound"),
    (b"\x00\x00\x00", "a video"),
)
ROOTS = (
    (re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE), "an HTML page"),
    (re.compile(rb"<(?:rss|rdf:RDF|feed)\b"), "a feed"),
    (re.compile(rb"<(?:\w+:)?sitemapindex\b"), "a sitemap index"),
    (re.compile(rb"<(?:\w+:)?urlset\b"), "a sitemap"),
    (re.compile(rb"<opml\b", re.IGNORECASE), "an OPML list of feeds"),
)
FORMS = (
    (re.compile(rb"$"), "empty"),
    (re.compile(rb"<\?xml\b"), "an XML document of another kind"),
    (re.compile(rb"[{\[]"), "JSON"),
    (re.compile(rb".*<[a-zA-Z]+[\s>]", re.DOTALL), "HTML"),
)


def what_is(body: bytes) -> str:
    """A body's kind with its article: "an HTML page", "a PDF document", "plain text"."""
    start = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if magic := next((name for magic, name in MAGIC if start.startswith(magic)), None):
        return magic
    roots = [(found.start(), name) for root, name in ROOTS if (found := root.search(start))]
    if roots:
        return min(roots)[1]
    if is_binary(start):
        return "binary data"
    return next((name for form, name in FORMS if form.match(start)), "plain text")


def is_binary(start: bytes) -> bool:
    """Whether bytes are no text in any encoding that pages use: they hold NULs, and are not UTF-16."""
    return b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
