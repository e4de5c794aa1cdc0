"""The export: cases as a bundle an auditor takes away and verifies without us (docs/decisions/0042-export-bundle.md).

scope.py    which cases and streams, in whose reach, for which language; how far the work is
bundle.py   the ZIP, member by member, with what the manifest says of each
formats.py  what a bundle may hold: name → writer. A further format registers itself and touches nothing here.
beside.py   streams of people, limits, rules and keys that go along
copied.py   the journal as one table, by COPY
sheets.py   tables of CSV and XLSX: name → rows. `workflows` adds its own.
chain.py    journal, seals, proofs, keys; what verify.py reads
run.py      one export from the queue to the file
shipped/    what goes into each bundle as it is: verify.py and the read-me
"""
