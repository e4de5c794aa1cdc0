"""A bank to practise on: card system, core ledger and SMS gateway over HTTP, in a process of its own."""
