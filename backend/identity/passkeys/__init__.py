"""Passkeys: signing in, and proving it again, with a key that never leaves a person's device (WebAuthn)."""
