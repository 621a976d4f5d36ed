import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/more.css'
import '../styles/desk-sizes.css'
import './desk.css'
import { createApp } from 'vue'
import { loadRestOfIcons } from '../components/Icon/shapes'
import { loadMessages, loadRestOfMessages, restoreLanguage } from '../messages'
import { restoreSession } from '../session'
import { registerWorker } from '../update'
import DeskApp from './DeskApp.vue'
import { loadDeskMessages } from './messages'
import { router } from './router'

restoreSession()
await restoreLanguage()
await Promise.all([loadRestOfMessages(), loadMessages(loadDeskMessages), loadRestOfIcons()])
createApp(DeskApp).use(router).mount('#app')
registerWorker()
