"""Imported by the process that workers are forked from (``multiprocessing``'s fork server), and by nothing else.

What takes long to load is loaded here, once, and a first page read: a worker then starts at once, and shares the
memory of it with the others.
"""

from services.common import cycles
from services.fetcher.articles import article_from_html
from services.fetcher.feeds import entries_from_feed

FIRST_PAGE = b"<html><body><article><h1>First page</h1><p>" + b"A page that is read so that all is loaded. " * 9
FIRST_FEED = b"<rss version='2.0'><channel><title>First feed</title></channel></rss>"

article_from_html(FIRST_PAGE, "https://outlet.example/first")
entries_from_feed(FIRST_FEED, "https://outlet.example/feed")
cycles.look_seldom()
