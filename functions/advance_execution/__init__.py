"""The function `advance_execution`."""
