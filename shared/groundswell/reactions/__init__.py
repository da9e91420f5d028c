"""One use case a domain event."""
