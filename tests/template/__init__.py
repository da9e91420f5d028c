"""What no linter knows of the templates."""
