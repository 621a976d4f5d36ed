import { createRouter, createWebHistory } from 'vue-router'
import { titleDocument } from './documentTitle'
import { t, type MessageKey } from './messages'
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
  }
}

/** Stands for every other screen until their routes are there. */
const AWAITED = 'awaited'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: HomeScreen, meta: { title: 'home.title', tab: 'home' } },
    { path: '/:awaited(.*)*', name: AWAITED, component: {}, meta: { title: 'home.title' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to, from) => {
  // What was typed is saved before a screen is left; a step within one form is no such moment.
  if (!isSuperseded() || to.path === from.path) return true
  // A path may begin with two slashes, which by itself would name another host.
  location.assign(location.origin + to.fullPath)
  return false
})

router.beforeEach(async (to) => {
  if (to.name !== AWAITED) return true
  const { routes } = await import('./routes')
  if (router.hasRoute(AWAITED)) {
    router.removeRoute(AWAITED)
    for (const route of routes) router.addRoute(route)
  }
  return to.fullPath
})

router.onError((_error, to) => void recover(to.fullPath))

router.beforeEach(async (to) => {
  if (!to.meta.account) return true
  // What the phone remembers is enough to open the screen; the server has the last word on every read.
  if (!session.account) await loadSession()
  // A session opened at the desk is no resident's.
  if (!session.account || session.account.session?.kind === 'staff') return { path: '/sign-in', query: { next: to.fullPath } }
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
