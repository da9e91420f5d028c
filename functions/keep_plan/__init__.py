"""The function `preview_plan`."""
