"""Work that is done by the clock, once a day or every few minutes, due by when it was last done."""
