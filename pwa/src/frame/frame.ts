import '../styles/print.css'
import { createApp, type Component } from 'vue'
import type { Router } from 'vue-router'
import { loadRest } from '../rest'
import FrameBars from './FrameBars.vue'
import PageFoot from './PageFoot.vue'

let surrounded = false

/**
 * Puts what every screen has around it beside the app: lines above it, a foot below. None of it is part of the first screen,
 * and none of it moves anything that is there. Calling it again changes nothing.
 */
export async function surround(router: Router): Promise<void> {
  if (surrounded) return
  surrounded = true
  await loadRest()
  place(FrameBars, 'bars', router, (host) => document.body.prepend(host))
  place(PageFoot, 'foot', router, (host) => document.body.append(host))
  document.documentElement.classList.add('has-foot')
}

function place(part: Component, name: string, router: Router, put: (host: HTMLElement) => void): void {
  const host = document.createElement('div')
  put(host)
  const app = createApp(part)
  // An application of its own would give its elements ids that the page has already.
  app.config.idPrefix = name
  app.use(router).mount(host)
}
