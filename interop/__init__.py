"""Tools of others read what we write: `make interop`, in an environment of its own. Redress imports nothing of it."""
