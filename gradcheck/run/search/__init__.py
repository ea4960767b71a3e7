"""HOW HARD we look: inputs that bring out the largest error, and the failures found so far."""
