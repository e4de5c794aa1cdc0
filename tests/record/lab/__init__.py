"""An app of the tests: one sealed, tracked record, so that record is tested without any other app of ours."""
