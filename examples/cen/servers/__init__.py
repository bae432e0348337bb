"""The outside world of the simulated months: a search service and a mailbox, on the loopback, in the process that asks them."""
