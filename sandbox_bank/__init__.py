"""A bank to practise on: card system and core ledger over HTTP, in a process of its own."""
