"""The `dr` command."""
