import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { t, type MessageKey } from './messages'
import { loadRest } from './rest'
import HomeScreen from './screens/HomeScreen.vue'
import { loadSession, session } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    title: MessageKey
    /** The tab the screen belongs to; screens without one have no tab bar. */
    tab?: 'home' | 'cases' | 'certificates' | 'inbox' | 'me'
    /** Only for a signed-in person. */
    account?: boolean
    /** Only for a person matched with the population register. */
    identified?: boolean
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
  { path: '/:missing(.*)*', component: later(() => import('./screens/MissingScreen.vue')), meta: { title: 'missing.title' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (!to.meta.account) return true
  // What the phone remembers is enough to open the screen; the server has the last word on every read.
  if (!session.account) await loadSession()
  if (!session.account) return { path: '/sign-in', query: { next: to.fullPath } }
  if (to.meta.identified && !session.account.identified) return { path: '/identity', query: { next: to.fullPath } }
  return true
})

/** Puts a screen's own words, such as an item's name, into the document's title. */
export function titleDocument(words: string): void {
  document.title = `${words}${t('list.separator')}${t('app.name')}`
}

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
  if (failure) return
  titleDocument(t(to.meta.title))
  if (!first && to.path !== from.path) setTimeout(focusHeading)
  first = false
})
