import '../styles/tokens.css'
import '../styles/base.css'
import { createApp } from 'vue'
import { loadRestOfIcons } from '../components/Icon/shapes'
import { loadMessages, restoreLanguage } from '../messages'
import { restoreSize } from '../preferences'
import { registerWorker } from '../update'
import { loadVerifyMessages } from './messages'
import { keepScanner } from './scanner'
import VerifyApp from './VerifyApp.vue'

restoreSize()
await restoreLanguage()
await Promise.all([loadMessages(loadVerifyMessages), loadRestOfIcons()])
createApp(VerifyApp).mount('#app')
registerWorker()
void keepScanner()
