"""The skeleton of every function: from what Lambda hands over to one use case, and back."""
