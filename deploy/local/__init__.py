"""Kafka and Elasticsearch as child processes of this machine, and the supervisor that runs the whole line on them."""
