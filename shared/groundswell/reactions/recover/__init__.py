"""The runner around every technology: claims, looks, intents, calls, outcomes."""
