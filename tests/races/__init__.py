"""Tables of races, one module for each app: a function for each rule makes ready what `tests.racing.Race` needs."""
