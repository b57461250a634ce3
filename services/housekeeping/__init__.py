"""What a person does by hand to keep Sitrep in order: dead letters looked through, articles deleted."""
