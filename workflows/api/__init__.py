"""What other programs may do, under /api/v1/: the same actions, rights and sentences as on the desk (decision 49)."""
