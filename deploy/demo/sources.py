"""The outlets as `sources.yaml`, the list Sitrep's fetcher reads: written from the outlets, never by hand."""

from typing import Any

import yaml

from deploy.demo.outlets import outlet_addresses


def demo_sources(first_port: int, host: str = "127.0.0.1") -> dict[str, list[dict[str, Any]]]:
    """Content of `sources.yaml` for outlets that listen on `first_port` and the three ports after it."""
    sources: list[dict[str, Any]] = []
    for outlet, base in outlet_addresses(first_port, host).values():
        source: dict[str, Any] = {
            "id": outlet.id,
            "name": outlet.name,
            "domain": outlet.domain,
            "language": outlet.language,
            "feeds": [base + outlet.feed_path],
        }
        if outlet.sitemap_path is not None:
            source["sitemaps"] = [base + outlet.sitemap_path]
        sources.append(source | {"every": "15s", "allow_private": True})
    return {"sources": sources}


def sources_yaml(first_port: int, host: str = "127.0.0.1") -> str:
    """The same as a YAML document with one line that says where it comes from."""
    document = yaml.safe_dump(demo_sources(first_port, host), sort_keys=False, allow_unicode=True)
    return f"# Sitrep's demo outlets, written by: python -m deploy.demo --sources\n{document}"
