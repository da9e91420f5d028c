"""The ledger's named, conditional transitions."""
