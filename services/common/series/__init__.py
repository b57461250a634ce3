"""What figures of one series have in common: units that count the same, and what a figure measures."""
