"""Flow tests: over the wire, on the embedded stack."""
