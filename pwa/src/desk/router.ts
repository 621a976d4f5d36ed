import { createRouter, createWebHistory } from 'vue-router'
import { t } from '../messages'
import { loadSession, session } from '../session'

export const router = createRouter({
  history: createWebHistory('/desk'),
  routes: [
    { path: '/', redirect: '/queue/open' },
    { path: '/queue/:state(open|mine|closed)', component: () => import('./QueueScreen.vue'), meta: { title: 'desk.title', account: true } },
    { path: '/cases/:id', component: () => import('./DeskCaseScreen.vue'), meta: { title: 'desk.title', account: true } },
    { path: '/security', component: () => import('./DeskSecurityScreen.vue'), meta: { title: 'desk.title', account: true } },
    { path: '/sign-in', component: () => import('./DeskSignInScreen.vue'), meta: { title: 'desk.title' } },
    { path: '/:missing(.*)*', redirect: '/queue/open' },
  ],
})

router.beforeEach(async (to) => {
  if (!to.meta.account) return true
  await loadSession()
  return session.account ? true : { path: '/sign-in', query: { next: to.fullPath } }
})

/** Puts a page's own words in front of the desk's name in the document's title. */
export function titleDesk(words: string): void {
  document.title = `${words}${t('list.separator')}${t('desk.title')}`
}

router.afterEach((to, _from, failure) => {
  if (!failure && to.path === '/sign-in') titleDesk(t('app.name'))
})
