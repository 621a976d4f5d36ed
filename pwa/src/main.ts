import './styles/tokens.css'
import './styles/base.css'
import { createApp } from 'vue'
import { restoreActing } from './acting'
import App from './App.vue'
import { get } from './api/client'
import type { Inbox } from './api/types'
import { restoreLanguage } from './messages'
import { mayHoldWork, startSending } from './ownWork'
import { restoreSize } from './preferences'
import { router } from './router'
import { loadSession, restoreSession, session } from './session'
import { unread } from './unread'
import { registerWorker } from './update'

restoreSize()
restoreSession()
await Promise.all([restoreActing(), restoreLanguage()])
createApp(App).use(router).mount('#app')
registerWorker()
void loadSession().then(async () => {
  // Whoever signed in at the desk has no work and no news of their own here.
  if (session.account?.session?.kind === 'staff') return
  if (session.account || (await mayHoldWork())) await startSending()
  if (session.account) unread.value = (await get<Inbox>('/inbox?limit=1').catch(() => null))?.unread ?? unread.value
})
// Long after the first screen has been painted and read.
setTimeout(() => void import('./warming').then(({ warm }) => warm(router)), 1_000)
