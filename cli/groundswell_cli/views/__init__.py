"""What people see: pure functions from records to things that rich can print."""
