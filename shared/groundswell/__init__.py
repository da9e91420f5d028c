"""Groundswell: fails an AWS estate over to its DR Region, wave by wave, by choreography."""
