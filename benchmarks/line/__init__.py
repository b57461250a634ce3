"""The whole line, measured: real processes from an outlet's page to a search that finds it."""
