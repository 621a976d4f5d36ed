import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const START = Date.parse('2026-11-22T02:00:00Z')
let kept: Map<string, string>
let assign: ReturnType<typeof vi.fn>
let answers: boolean

/** A page that has just loaded this version of the app. */
const page = () => import('../src/update')

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  kept = new Map()
  assign = vi.fn()
  answers = true
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  vi.stubGlobal('location', { href: 'https://city.example/me', origin: 'https://city.example', assign, reload: vi.fn() })
  vi.stubGlobal('fetch', async () => {
    if (!answers) throw new TypeError('Failed to fetch')
    return Response.json({ mode: 'test', account: null })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

describe('a part of the app that the server no longer has', () => {
  test('leads to one reload, at the screen that was wanted', async () => {
    const { recover } = await page()
    await Promise.all([recover(), recover('/cases'), recover()])
    expect(assign.mock.calls).toEqual([['https://city.example/cases']])
  })

  test('never leads to another site, however the path begins', async () => {
    const { recover } = await page()
    await recover('//evil.example')
    expect(assign.mock.calls).toEqual([['https://city.example//evil.example']])
  })

  test('that belongs to no other screen reloads the one that is open', async () => {
    const { recover } = await page()
    await recover()
    expect(location.reload).toHaveBeenCalledOnce()
    expect(assign).not.toHaveBeenCalled()
  })

  test('still missing after it leads to no second one within a minute, and to one later', async () => {
    await (await page()).recover('/cases')
    vi.resetModules()
    const { recover } = await page()
    await recover('/cases')
    expect(assign).toHaveBeenCalledOnce()
    vi.setSystemTime(START + 61_000)
    await recover('/cases')
    expect(assign).toHaveBeenCalledTimes(2)
  })

  test('with the server away leads to none, as the page would be gone, and to one when it is back', async () => {
    const { recover } = await page()
    answers = false
    await recover('/cases')
    expect(assign).not.toHaveBeenCalled()
    answers = true
    await recover('/cases')
    expect(assign).toHaveBeenCalledOnce()
  })

  test('leads to none in a browser that keeps nothing, which could not tell a loop', async () => {
    vi.stubGlobal('localStorage', undefined)
    await (await page()).recover('/cases')
    expect(assign).not.toHaveBeenCalled()
  })
})

describe('a newer version', () => {
  interface Worker extends EventTarget {
    controller: object | null
    register: () => Promise<EventTarget & { waiting: object | null; installing: null }>
  }
  const browser = (controller: object | null, waiting: object | null = null) => {
    const registration = Object.assign(new EventTarget(), { waiting, installing: null })
    const worker: Worker = Object.assign(new EventTarget(), { controller, register: async () => registration })
    vi.stubEnv('PROD', true)
    vi.stubGlobal('navigator', { serviceWorker: worker })
    vi.stubGlobal('document', { readyState: 'complete' })
    vi.stubGlobal('addEventListener', vi.fn())
    return worker
  }

  test('that took over in another tab is loaded with the next change of screen, not before', async () => {
    const worker = browser({})
    const { isSuperseded, registerWorker } = await page()
    registerWorker()
    expect(isSuperseded()).toBe(false)
    worker.dispatchEvent(new Event('controllerchange'))
    expect(isSuperseded()).toBe(true)
    expect(location.reload).not.toHaveBeenCalled()
  })

  test('is not what the very first worker is, though the second is', async () => {
    const worker = browser(null)
    const { isSuperseded, registerWorker } = await page()
    registerWorker()
    worker.dispatchEvent(new Event('controllerchange'))
    expect(isSuperseded()).toBe(false)
    worker.dispatchEvent(new Event('controllerchange'))
    expect(isSuperseded()).toBe(true)
  })

  test('waits until the person presses, and then reloads this page once it has taken over', async () => {
    const waiting = { postMessage: vi.fn() }
    const worker = browser({}, waiting)
    const { applyUpdate, registerWorker, waitingWorker } = await page()
    registerWorker()
    await vi.waitFor(() => expect(waitingWorker.value).not.toBeNull())
    expect(waiting.postMessage).not.toHaveBeenCalled()
    applyUpdate()
    expect(waiting.postMessage).toHaveBeenCalledWith({ type: 'SKIP_WAITING' })
    expect(location.reload).not.toHaveBeenCalled()
    worker.dispatchEvent(new Event('controllerchange'))
    expect(location.reload).toHaveBeenCalledOnce()
    expect(waitingWorker.value).toBeNull()
  })
})
