import './styles/tokens.css'
import './styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { restoreLanguage } from './messages'
import { restoreSize } from './preferences'
import { router } from './router'
import { loadSession, restoreSession } from './session'
import { registerWorker } from './update'

restoreSize()
restoreSession()
await restoreLanguage()
void loadSession()
createApp(App).use(router).mount('#app')
registerWorker()
