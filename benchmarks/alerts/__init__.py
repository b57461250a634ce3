"""Alerts beside the same rules as Elasticsearch queries."""
