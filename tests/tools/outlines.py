#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes monitor/state/shapes/countries.outline out of public data; run by hand, once per edition.

usage: outlines.py COUNTRIES.json ISO_3166-1.json ADDITIONS > countries.outline

COUNTRIES.json is countries-10m.json of the npm package world-atlas (TopoJSON of Natural Earth, which
is in the public domain); ISO_3166-1.json is that of Debian's iso-codes, for the codes alone; ADDITIONS
is additions.txt beside the result.  Each arc is made simpler by Douglas and Peucker's method, so that no
point of it moves by more than TOLERANCE_KM; no ring is dropped, so that each island stays.
"""
import json
import math
import sys

TOLERANCE_KM = 3.0
STEP = 200			# 1/200 degree: what coordinates are rounded to
KM_PER_DEGREE = 111.7		# the longest degree of latitude there is
LONGEST = 1.0			# degrees of a segment: beyond, chart and great circle part

# Whose a shape is that has no number of ISO 3166-1, or that several claim: of each of them.
EXTRA = {
	"Dhekelia": "GB CY", "Akrotiri": "GB CY", "Somaliland": "SO", "Kosovo": "XK RS",
	"USNB Guantanamo Bay": "CU US", "N. Cyprus": "CY TR", "Cyprus U.N. Buffer Zone": "CY",
	"Siachen Glacier": "IN PK CN", "Baikonur": "KZ RU", "Indian Ocean Ter.": "AU",
	"Coral Sea Is.": "AU", "Spratly Is.": "CN TW VN PH MY BN", "Clipperton I.": "FR",
	"Bajo Nuevo Bank": "CO JM US", "Serranilla Bank": "CO HN US", "Scarborough Reef": "CN TW PH",
	"W. Sahara": "EH MA", "Palestine": "PS IL", "Taiwan": "TW", "Hong Kong": "HK", "Macao": "MO",
}


def arcs_of(topology):
	(sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
	for arc in topology["arcs"]:
		x = y = 0
		points = []
		for dx, dy in arc:
			x, y = x + dx, y + dy
			points.append((x * sx + tx, y * sy + ty))
		yield points


def cut(points):
	"""The parts of an arc on either side of 180 degrees, where the chart ends; the meridian itself is
	no part of them: what is inside is counted along meridians, which such an edge never crosses."""
	parts = [[points[0]]]
	for a, b in zip(points, points[1:]):
		if abs(b[0] - a[0]) > 180:
			side = 180 if a[0] > 0 else -180
			left, right = abs(side - a[0]), abs(-side - b[0])
			y = a[1] + (b[1] - a[1]) * (left / (left + right) if left + right > 0 else 0)
			parts[-1].append((side, y))
			parts.append([(-side, y)])
		parts[-1].append(b)
	return parts


def off(p, a, b, shrink):
	"""Kilometres from p to the segment a b in a chart that stretches no distance less than true."""
	ax, ay, bx, by = a[0] * shrink, a[1], b[0] * shrink, b[1]
	px, py = p[0] * shrink, p[1]
	dx, dy = bx - ax, by - ay
	length = dx * dx + dy * dy
	t = 0 if length == 0 else max(0, min(1, ((px - ax) * dx + (py - ay) * dy) / length))
	return math.hypot(px - ax - t * dx, py - ay - t * dy) * KM_PER_DEGREE


def simpler(points):
	if len(points) < 3:
		return points
	widest = min(abs(p[1]) for p in points)
	shrink = math.cos(math.radians(widest))
	keep = {0, len(points) - 1}
	todo = [(0, len(points) - 1)]
	while todo:
		a, b = todo.pop()
		worst, at = TOLERANCE_KM, None
		for i in range(a + 1, b):
			d = off(points[i], points[a], points[b], shrink)
			if d > worst:
				worst, at = d, i
		if at is not None:
			keep.add(at)
			todo += [(a, at), (at, b)]
	return [points[i] for i in sorted(keep)]


def denser(points):
	out = [points[0]]
	for a, b in zip(points, points[1:]):
		parts = max(1, math.ceil(max(abs(b[0] - a[0]), abs(b[1] - a[1])) / LONGEST))
		out += [(a[0] + (b[0] - a[0]) * i / parts, a[1] + (b[1] - a[1]) * i / parts)
		    for i in range(1, parts + 1)]
	return out


def indices(nested):
	for item in nested:
		if isinstance(item, list):
			yield from indices(item)
		else:
			yield item if item >= 0 else ~item


def codes_of(geometry, iso):
	name = geometry["properties"]["name"]
	if name in EXTRA:
		return EXTRA[name].split()
	return [iso[geometry["id"]]]


def main():
	topology = json.load(open(sys.argv[1], encoding="utf-8"))
	iso = {e["numeric"]: e["alpha_2"] for e in json.load(open(sys.argv[2], encoding="utf-8"))["3166-1"]}
	parts = [[denser(simpler(p)) for p in cut(points)] for points in arcs_of(topology)]
	used = {}
	for geometry in topology["objects"]["countries"]["geometries"]:
		for code in codes_of(geometry, iso):
			# Whether a point is inside is a matter of parity: a border within counts for nothing.
			for i in indices(geometry.get("arcs", [])):
				used.setdefault(code, set()).symmetric_difference_update({i})
	additions = [l.split("#")[0].split() for l in open(sys.argv[3], encoding="utf-8")]
	additions = [a for a in additions if a]
	for row in additions:
		used.setdefault(row[1], set())
	missing = sorted(set(iso.values()) - set(used))
	if missing:
		sys.exit("neither a shape nor an addition: " + " ".join(missing))

	numbers, arcs = {}, []
	for i in sorted(set().union(*used.values())):
		numbers[i] = range(len(arcs), len(arcs) + len(parts[i]))
		arcs += parts[i]
	print("# SPDX-License-Identifier: Apache-2.0")
	print("# Outlines of countries; made by tests/tools/outlines.py, not by hand.  See docs/location.md.")
	print("origin Natural Earth 4.1.0, 1:10m, public domain; by way of world-atlas 2.0.2 (ISC)")
	print("sizes", len(arcs), sum(map(len, arcs)), len(used), len(additions))
	for arc in arcs:
		x = y = 0
		words = []
		for px, py in arc:
			qx, qy = round(px * STEP), round(py * STEP)
			words += [str(qx - x), str(qy - y)]
			x, y = qx, qy
		print("arc", len(arc), " ".join(words))
	for code in sorted(used):
		own = [n for i in sorted(used[code]) for n in numbers[i]]
		print("country", code, len(own), *own)
	for row in additions:
		print(*row)


main()
