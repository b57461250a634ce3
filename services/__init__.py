"""Sitrep: a newswire for people who follow a war."""

__version__ = "0.1.0"
