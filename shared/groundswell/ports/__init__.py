"""What the reactions need of the world, as narrow protocols."""
