import './styles/tokens.css'
import './styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { restoreLanguage } from './messages'
import { mayHoldWork, startSending } from './ownWork'
import { restoreSize } from './preferences'
import { router } from './router'
import { loadSession, restoreSession, session } from './session'
import { registerWorker } from './update'

restoreSize()
restoreSession()
await restoreLanguage()
createApp(App).use(router).mount('#app')
registerWorker()
void loadSession().then(async () => {
  if (session.account || (await mayHoldWork())) await startSending()
})
// Long after the first screen has been painted and read.
setTimeout(() => void import('./warming').then(({ warm }) => warm()), 4_000)
