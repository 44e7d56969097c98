"""Components V2 cards: pure functions from domain values to views."""
