"""The function `record_outcome`."""
