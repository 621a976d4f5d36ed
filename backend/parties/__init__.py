"""The parties room: who applies, and for whom an account acts."""
