"""Tables of races, one module for each app: a function for each rule prepares what `tests.racing.Race` needs."""
