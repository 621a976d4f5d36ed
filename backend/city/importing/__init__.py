"""Takes item lists of other systems, in the exchange fields of standards §2.3, into a pack as items to be read."""
