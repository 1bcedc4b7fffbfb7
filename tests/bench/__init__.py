"""The benchmark: ratios within one run, against bare databases and stock SpiffWorkflow; `python -m tests.bench`."""
