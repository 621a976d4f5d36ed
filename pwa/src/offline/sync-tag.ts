/** Registered with Background Sync where there is one; the service worker listens for it. */
export const SYNC_TAG = 'zhangban-outbox'
