"""The pages for people: search, and an article with what it says marked in place. No script, nothing from elsewhere."""
