import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { t } from '../messages'
import { loadSession, session } from '../session'
import { admits, homeOf, sections, type Role } from './sections'

declare module 'vue-router' {
  interface RouteMeta {
    /** Who may open the page; everyone of the staff when it is left out. */
    roles?: readonly Role[]
  }
}

const rolesOf = (path: string): readonly Role[] => sections.find((section) => section.path === path)?.roles ?? []
const meta = (path: string): RouteRecordRaw['meta'] => ({ title: 'desk.title', account: true, roles: rolesOf(path) })

export const router = createRouter({
  history: createWebHistory('/desk'),
  routes: [
    { path: '/', redirect: '/queue/open' },
    { path: '/queue/:state(open|mine|held|closed)', component: () => import('./QueueScreen.vue'), meta: meta('/queue/open') },
    { path: '/tasks', component: () => import('./SharedWorkScreen.vue'), meta: meta('/tasks') },
    { path: '/cases/:id', component: () => import('./DeskCaseScreen.vue'), meta: meta('/queue/open') },
    { path: '/cases/:id/documents/:sequence', component: () => import('./DeskDocumentScreen.vue'), meta: meta('/queue/open') },
    { path: '/counter', component: () => import('./CounterScreen.vue'), meta: meta('/counter') },
    { path: '/window', component: () => import('./WindowScreen.vue'), meta: meta('/window') },
    { path: '/catalogue', component: () => import('./CatalogueScreen.vue'), meta: meta('/catalogue') },
    { path: '/catalogue/:id', component: () => import('./CatalogueDraftScreen.vue'), meta: meta('/catalogue') },
    { path: '/publications', component: () => import('./PublicationsScreen.vue'), meta: meta('/publications') },
    { path: '/versions', component: () => import('./VersionsScreen.vue'), meta: meta('/publications') },
    { path: '/publications/:id', component: () => import('./PublicationScreen.vue'), meta: meta('/publications') },
    { path: '/accounts', component: () => import('./AccountsScreen.vue'), meta: meta('/accounts') },
    { path: '/roles', component: () => import('./RolesScreen.vue'), meta: meta('/roles') },
    { path: '/feedback', component: () => import('./PageFeedbackScreen.vue'), meta: meta('/feedback') },
    { path: '/events', component: () => import('./EventsScreen.vue'), meta: meta('/events') },
    { path: '/audit', component: () => import('./AuditScreen.vue'), meta: meta('/audit') },
    { path: '/security', component: () => import('./DeskSecurityScreen.vue'), meta: { title: 'desk.title', account: true } },
    { path: '/sign-in', component: () => import('./DeskSignInScreen.vue'), meta: { title: 'desk.title' } },
    { path: '/:missing(.*)*', redirect: '/queue/open' },
  ],
})

router.beforeEach(async (to) => {
  if (!to.meta.account) return true
  await loadSession()
  if (!session.account) return { path: '/sign-in', query: { next: to.fullPath } }
  const roles = session.account.staff?.roles ?? []
  // The queue is where the desk opens; whoever has none is led to their own first page instead.
  const home = homeOf(roles)
  return to.path === '/queue/open' && !admits(to.meta.roles, roles) && home !== '/none' ? home : true
})

/** Puts a page's own words in front of the desk's name in the document's title. */
export function titleDesk(words: string): void {
  document.title = `${words}${t('list.separator')}${t('desk.title')}`
}

router.afterEach((to, _from, failure) => {
  if (!failure && to.path === '/sign-in') titleDesk(t('app.name'))
})
