"""How fast it is, as ratios measured in one run: `make bench`, or `FIGURES="inbox_queries" make bench`."""
