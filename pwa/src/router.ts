import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { titleDocument } from './documentTitle'
import { t, type MessageKey } from './messages'
import { loadRest } from './rest'
import HomeScreen from './screens/HomeScreen.vue'
import { loadSession, session } from './session'
import { isSuperseded, recover } from './update'

declare module 'vue-router' {
  interface RouteMeta {
    title: MessageKey
    /** The tab the screen belongs to; screens without one have no tab bar. */
    tab?: 'home' | 'cases' | 'certificates' | 'inbox' | 'me'
    /** Only for a signed-in person. */
    account?: boolean
    /** Staff's side of a screen that residents have too. */
    desk?: boolean
  }
}

type Screen = () => Promise<{ default: object }>

/** A screen that arrives together with the messages, shapes and styles that only the first screen does without. */
function later(screen: Screen): Screen {
  return async () => {
    const [loaded] = await Promise.all([screen(), loadRest()])
    return loaded
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', component: HomeScreen, meta: { title: 'home.title', tab: 'home' } },
  { path: '/search', component: later(() => import('./screens/SearchScreen.vue')), meta: { title: 'search.title' } },
  { path: '/items/:key', component: later(() => import('./screens/GuideScreen.vue')), meta: { title: 'guide.title' } },
  { path: '/items/:key/form', component: later(() => import('./screens/FormScreen.vue')), meta: { title: 'form.title' } },
  { path: '/receipt/:id', component: later(() => import('./screens/ReceiptScreen.vue')), meta: { title: 'receipt.title' } },
  { path: '/cases', component: later(() => import('./screens/CasesScreen.vue')), meta: { title: 'cases.title', tab: 'cases', account: true } },
  { path: '/cases/:id', component: later(() => import('./screens/CaseScreen.vue')), meta: { title: 'case.title', account: true } },
  { path: '/certificates', component: later(() => import('./screens/CertificatesScreen.vue')), meta: { title: 'certificates.title', tab: 'certificates', account: true } },
  { path: '/certificates/:id', component: later(() => import('./screens/CertificateScreen.vue')), meta: { title: 'certificate.title', account: true } },
  { path: '/inbox', component: later(() => import('./screens/InboxScreen.vue')), meta: { title: 'inbox.title', tab: 'inbox', account: true } },
  { path: '/me', component: later(() => import('./screens/MeScreen.vue')), meta: { title: 'me.title', tab: 'me' } },
  { path: '/sign-in', component: later(() => import('./screens/SignInScreen.vue')), meta: { title: 'sign_in.title' } },
  { path: '/identity', component: later(() => import('./screens/IdentityScreen.vue')), meta: { title: 'identity.title', account: true } },
  { path: '/s', component: later(() => import('./screens/StatusScreen.vue')), meta: { title: 'status.title' } },
  { path: '/:missing(.*)*', component: later(() => import('./screens/MissingScreen.vue')), meta: { title: 'missing.title' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to, from) => {
  // What was typed is saved before a screen is left; a step within one form is no such moment.
  if (!isSuperseded() || to.path === from.path) return true
  // A path may begin with two slashes, which by itself would name another host.
  location.assign(location.origin + to.fullPath)
  return false
})

router.onError((_error, to) => void recover(to.fullPath))

router.beforeEach(async (to) => {
  if (!to.meta.account) return true
  // What the phone remembers is enough to open the screen; the server has the last word on every read.
  if (!session.account) await loadSession()
  if (!session.account) return { path: '/sign-in', query: { next: to.fullPath } }
  return true
})

/** Moves the focus to the new screen's heading, once there is one, so that screen readers begin there. */
function focusHeading(): void {
  const moved = (): boolean => {
    const heading = document.querySelector<HTMLElement>('#main h1')
    if (!heading) return false
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
    return true
  }
  if (moved()) return
  const observer = new MutationObserver(() => moved() && observer.disconnect())
  observer.observe(document.body, { childList: true, subtree: true })
  setTimeout(() => observer.disconnect(), 5_000)
}

let first = true
router.afterEach((to, from, failure) => {
  // A change of step within a screen is the screen's own to tell.
  if (failure || (!first && to.path === from.path)) return
  titleDocument(t(to.meta.title))
  if (!first) setTimeout(focusHeading)
  first = false
})
