"""One module a technology: how each kind of resource is found and recovered."""
