"""The delivery service: alerts to webhooks and mailboxes, tried until they arrive."""
