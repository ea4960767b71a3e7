"""`python -m tests.mutate --count 20000 --seed 7`: how many mutated inputs were tried, borne and lost."""

from __future__ import annotations

import argparse
import sys

from tests.mutate.count import count


def main() -> int:
    cli = argparse.ArgumentParser(prog="python -m tests.mutate", description=__doc__)
    cli.add_argument("--count", type=int, default=1000, help="how many, over all kinds")
    cli.add_argument("--seed", type=int, default=0)
    cli.add_argument("--kind", default="", help="only this one")
    cli.add_argument("--show", type=int, default=5, help="print the first so many that are lost")
    args = cli.parse_args()
    tallies, lost = count(args.count, args.seed, args.kind)
    for name, tally in tallies.items():
        failed = sum(one.kind == name for one in lost)
        print(f"{name:12} tried {tally.tried:6}  lost {failed:4}  slowest {tally.slowest:.2f} s")
    for one in lost[: args.show]:
        print(f"\n{one.kind} {one.number}: {one.data[:300]!r}\n{one.why}")
    print(f"{sum(tally.tried for tally in tallies.values())} tried, {len(lost)} lost")
    return bool(lost)


if __name__ == "__main__":
    sys.exit(main())
