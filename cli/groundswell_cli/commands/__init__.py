"""One command a module; a module loads what it needs when its command runs, so that `dr` answers at once."""
