"""How we differentiate numerically: central differences on several steps, and a bound on the error of each entry."""
