"""What watches Sitrep: rules for Prometheus, a dashboard for Grafana."""
