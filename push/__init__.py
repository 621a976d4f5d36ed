"""Web push: subscriptions, message encryption (RFC 8291), VAPID (RFC 8292) and delivery (RFC 8030).

Knows nothing of who is told what: a subscription and bytes go in, an outcome comes out.
"""
