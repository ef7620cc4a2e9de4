"""Prints the stock by part. Reference HV-2503."""
import csv
import sys
from collections import Counter


def totals(lines):
    counts = Counter()
    for row in csv.DictReader(lines):
        counts[row["item"]] += int(row["count"])
    return counts


if __name__ == "__main__":
    for item, count in sorted(totals(sys.stdin).items()):
        print(f"{item:<20}{count:>8,}")
