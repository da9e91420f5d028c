"""What an estate holds and how it behaves: the scenario file, its checks, and what is generated from it."""
