#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# The rows of all tables of a report in JSON, one a line, cells apart by bars.
# usage: paper_rows.py REPORT.json
import json
import sys

for block in json.load(open(sys.argv[1]))["blocks"]:
    for row in block.get("rows", []):
        print(" | ".join((c.get("text", "") if isinstance(c, dict) else str(c)).replace("\n", " / ") for c in row))
