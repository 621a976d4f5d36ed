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

  async send(body: Uint8Array<ArrayBuffer> | null): Promise<HttpResponse> {
    const signal = AbortSignal.any([this.controller.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const init: RequestInit = { method: this.method, headers: this.headers, credentials: 'same-origin', redirect: 'error', signal }
    const response = await fetch(this.url, body ? { ...init, body } : init)
    const text = await response.text()
    if (body) this.onProgress(body.byteLength)
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

/** Reads an upload's bytes from memory: photos are decrypted whole, and small. */
export const memoryReader = {
  async openFile(input: unknown) {
    const bytes = input as Uint8Array<ArrayBuffer>
    return {
      size: bytes.byteLength,
      slice: async (start: number, end: number) => ({ value: bytes.subarray(start, end), done: end >= bytes.byteLength }),
      close: () => undefined,
    }
  },
}
