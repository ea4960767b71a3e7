"""A generator of hard points with a trustworthy truth, and what gradcheck says of them.

A layer is a small tree of operations. `tree` evaluates it in numpy, as the layer's `forward`; `truth` in mpmath, value
and gradient, to as many digits as it takes. `families` draw trees and points, `claims` make right and wrong derivatives
of the truth, `judge` asks gradcheck, `measure` counts. `python -m tests.bound --points 400 --seed 7` prints the count.

Seeds below 1000 are for work on the oracle; seeds from 1000 on are for measuring alone.
"""
