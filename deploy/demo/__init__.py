"""Four invented news outlets on loopback, to try Sitrep on: run them with `python -m deploy.demo`."""
