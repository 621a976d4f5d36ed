"""Pictures of papers: they arrive by tus in parts, are judged by content, kept sealed, and shown only re-encoded."""
