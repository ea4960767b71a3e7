"""Which single edit of the code of `bprop` makes it right at every point that was looked at."""
