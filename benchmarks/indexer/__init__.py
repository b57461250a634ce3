"""How fast tagged articles become searchable, beside the client library's own bulk helper."""
