"""Sitrep: a newswire for people who follow a war."""
