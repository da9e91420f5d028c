"""What the estate holds: plain state, read and changed by the services."""
