"""A bank to try the product with: made-up people and cases, made by the real verbs under a set clock. See README.md."""
