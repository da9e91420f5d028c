"""The rehearsal: Groundswell on an embedded AWS, with a simulated estate."""
