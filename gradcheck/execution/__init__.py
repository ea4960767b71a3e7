"""Cases run in processes of their own: many at once, none at the mercy of a layer, each noted down when it is done.

`task` says what there is to do, `child` does it beside the layer's own code, `keeper` stands between the child and
the rest, `pool` hands tasks to keepers, `crew` makes reports of what comes back. What became of a case depends on the
case alone: never on the order, the number of processes, or what ran before.
"""
