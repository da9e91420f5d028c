"""The function `wake_work`."""
