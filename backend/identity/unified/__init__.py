"""A relying party of OpenID Connect: what a provider says is believed only after every check of the standard."""
