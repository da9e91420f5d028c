"""The function `relay_events`."""
