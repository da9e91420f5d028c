"""What Groundswell knows and decides, free of any AWS SDK."""
