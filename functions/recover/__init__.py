"""The function `recover`."""
