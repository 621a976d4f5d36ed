const chains = new Map<string, Promise<unknown>>()

function lockManager(): LockManager | null {
  return typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks : null
}

/** Runs the work while nothing else of this name runs, in any tab where the browser has Web Locks, else in this page. */
export function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = lockManager()
  if (locks) return locks.request(name, work) as Promise<T>
  const done = (chains.get(name) ?? Promise.resolve()).then(work, work)
  chains.set(
    name,
    done.catch(() => undefined),
  )
  return done
}

const running = new Set<string>()

/** Runs the work unless something of this name is running already; `busy` then says so. */
export async function ifFree<T>(name: string, work: () => Promise<T>): Promise<T | 'busy'> {
  // Looked at first: a lock taken by this page is free for nobody, and browsers without Web Locks have only this.
  if (running.has(name)) return 'busy'
  running.add(name)
  try {
    const locks = lockManager()
    if (!locks) return await work()
    return (await locks.request(name, { ifAvailable: true }, (lock) => (lock === null ? ('busy' as const) : work()))) as T | 'busy'
  } finally {
    running.delete(name)
  }
}
