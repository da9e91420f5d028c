"""The simulated estate: the services that are recovered, behaving as AWS documents them."""
