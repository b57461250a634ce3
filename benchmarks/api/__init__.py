"""How long a search takes through the API, beside the same query sent straight to Elasticsearch."""
