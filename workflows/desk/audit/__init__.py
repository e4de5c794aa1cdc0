"""The auditor at work: search over all branches, and the lists an inspection asks for first."""
