"""How fast it is, beside what people would use instead, in one run on one machine.

    python -m benchmarks [NAME...] [--people 100000] [--database sqlcipher|postgresql] [--rounds 15]

One module a row; each prints our median, the baseline's median of the same run, the ratio and the spread, and a
last line of JSON. `benchmarks.report` writes `docs/reference/benchmarks.md` from the last runs.
"""

NAMES = ("today", "people_page", "find", "person", "smart_list", "twin_check", "import_people")
# Measured against servers of their own, after the others.
SERVED = ("intake",)
# Measured on a world of its own.
ALONE = ("surge_page",)
