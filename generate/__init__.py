"""Writes what follows from the technologies and the reactions: parts of the templates, marked as generated."""
