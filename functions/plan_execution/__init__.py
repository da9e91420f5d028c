"""The function `plan_execution`."""
