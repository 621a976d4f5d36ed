import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'

const TIMEOUT_MS = 60_000

/** tus over fetch, since a service worker has no XMLHttpRequest and uploads from both. */
class FetchRequest implements HttpRequest {
  private headers = new Headers()
  private controller = new AbortController()
  private onProgress: (sent: number) => void = () => undefined
  constructor(
    private method: string,
    private url: string,
  ) {}

  getMethod = () => this.method
  getURL = () => this.url
  getUnderlyingObject = () => null
  setHeader = (name: string, value: string) => this.headers.set(name, value)
  getHeader = (name: string) => this.headers.get(name) ?? undefined

  setProgressHandler(handler: (sent: number) => void): void {
    this.onProgress = handler
  }

  async abort(): Promise<void> {
    this.controller.abort()
  }

  async send(body: Blob | null): Promise<HttpResponse> {
    const signal = AbortSignal.any([this.controller.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const init: RequestInit = { method: this.method, headers: this.headers, credentials: 'same-origin', redirect: 'error', signal }
    const response = await fetch(this.url, body ? { ...init, body } : init)
    const text = await response.text()
    if (body) this.onProgress(body.size)
    return {
      getStatus: () => response.status,
      getHeader: (name) => response.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => null,
    }
  }
}

export const fetchStack: HttpStack = {
  createRequest: (method, url) => new FetchRequest(method, url),
  getName: () => 'fetch',
}

/** Reads an upload from a Blob; tus-js-client's own reader knows them in browsers only. */
export const blobReader = {
  async openFile(input: unknown) {
    const blob = input as Blob
    return {
      size: blob.size,
      slice: async (start: number, end: number) => ({ value: blob.slice(start, end), done: end >= blob.size }),
      close: () => undefined,
    }
  },
}
