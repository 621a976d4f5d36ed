import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/more.css'
import '../styles/desk-sizes.css'
import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { loadRestOfIcons } from '../components/Icon/shapes'
import { loadRestOfMessages, restoreLanguage } from '../messages'
import { restoreSize } from '../preferences'
import GalleryApp from './GalleryApp.vue'

restoreSize()
await restoreLanguage()
await Promise.all([loadRestOfMessages(), loadRestOfIcons()])
// Links of the examples lead into the app, which is another document.
const router = createRouter({ history: createWebHistory(), routes: [{ path: '/:anywhere(.*)*', component: {} }] })
router.beforeEach((to, from) => {
  if (from.matched.length === 0 || to.path === from.path) return true
  location.assign(to.fullPath)
  return false
})
createApp(GalleryApp).use(router).mount('#app')
