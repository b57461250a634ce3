"""Series: what several sources say of the same thing over time, where they disagree, and why. Pure."""
