"""For who runs the bot: what Prometheus reads of it, and whether it is well. Nothing here knows who asked for what."""
