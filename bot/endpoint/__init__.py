"""Discord's interactions as requests over HTTP, instead of events of its gateway."""
