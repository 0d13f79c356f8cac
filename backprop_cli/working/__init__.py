"""What a student hands in, in whatever format, as chains: name = part = part, each with its place."""
