"""The ways in: pages, command line, clock and server. The one room that knows Flask."""
