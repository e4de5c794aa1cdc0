"""Everything that changes a case: one noun a file, one verb a function, each taking the turn it happens in."""
