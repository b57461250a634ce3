"""The fetcher beside Scrapy and beside trafilatura alone, on pages and outlets of our own, all on loopback."""
