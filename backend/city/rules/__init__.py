"""What a city pack may not say: one small function a rule, one module a subject; docs/city-check.md is made of them."""
