"""From the untyped to the typed tree: names, kinds, currencies, places; every mistake at once."""
