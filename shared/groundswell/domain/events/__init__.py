"""The domain events: what is asked, what happened, and the envelope that both travel in."""
