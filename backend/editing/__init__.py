"""The editing room: editors draft changes of the city pack, see what they will look like, and propose them."""
