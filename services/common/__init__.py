"""What every service shares: the contracts, the topics, identity, and the edges to Kafka and Elasticsearch."""
