"""`python -m tests.bound --points 400 --seed 7`: the count, as a table."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.bound.families import FAMILIES, SHARES
from tests.bound.judge import no_extended
from tests.bound.measure import OPEN, WITHIN, Point, Row, claims_at, faults_at, point, table
from tests.bound.reduce import reduced

FIRST_FOR_MEASURING = 1000


def arguments() -> argparse.Namespace:
    cli = argparse.ArgumentParser(prog="python -m tests.bound", description=__doc__)
    cli.add_argument("--points", type=int, default=400, help="how many, over all families chosen")
    cli.add_argument("--seed", type=int, default=0, help=f"below {FIRST_FOR_MEASURING} to work, from it on to measure")
    cli.add_argument("--family", action="append", choices=sorted(FAMILIES), help="only this one; may be repeated")
    cli.add_argument("--index", type=int, help="only the point with this index of each family")
    cli.add_argument("--json", type=Path, help="write what was found, one JSON object a line")
    cli.add_argument("--no-extended", action="store_true", help="as where numpy has no long double")
    cli.add_argument("--show", type=int, default=0, help="print the first so many points that have a fault")
    cli.add_argument("--reduce", action="store_true", help="... made as small as keeps the fault")
    return cli.parse_args()


def tell(one: Point, kind: str) -> None:
    """Print the first fault of a kind at a point."""
    fault = next(fault for fault in faults_at(one, claims_at(one)) if fault.kind == kind)
    print("\n".join(f"{key}: {value}" for key, value in asdict(fault).items()), end="\n\n", flush=True)


def main() -> int:
    args = arguments()
    names = args.family or list(FAMILIES)
    whole = sum(SHARES[name] for name in names)
    rows = {name: Row() for name in names}
    found, shown, start = [], 0, time.process_time()
    with no_extended(args.no_extended):
        for name in names:
            count = max(round(args.points * SHARES[name] / whole), 1)
            for index in [args.index] if args.index is not None else range(count):
                one = point(name, args.seed, index)
                claims = claims_at(one)
                faults = list(faults_at(one, claims))
                rows[name].add(one, claims, faults)
                found += faults
                told = next((fault for fault in faults if fault.kind not in (OPEN, WITHIN)), None)
                if told and shown < args.show:
                    shown += 1
                    tell(reduced(one, told.kind) if args.reduce else one, told.kind)
    if args.json:
        args.json.write_text("".join(f"{json.dumps(asdict(fault))}\n" for fault in found))
    print(table(rows))
    points = sum(row.points for row in rows.values())
    print(f"seed {args.seed}, {1000 * (time.process_time() - start) / points:.0f} ms of CPU a point")
    return 0


if __name__ == "__main__":
    sys.exit(main())
