import { createHash } from 'node:crypto'
import { vi } from 'vitest'
import type { FileEntry, ServerDraft } from '../../src/offline/draft-record'

export interface Call {
  method: string
  path: string
  headers: Headers
  body: Uint8Array
  text: string
}

/** What happens to a call: `down` never arrives, `lose-reply` is done and its answer lost, a number is answered with that status. */
export type Fate = 'fine' | 'down' | 'lose-reply' | number | Response

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })

export const problem = (status: number, code: string, members: object = {}) =>
  new Response(JSON.stringify({ type: `urn:zhangban:problem:${code}`, title: code, status, detail: `${code}.`, rule: null, ...members }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  })

interface Upload {
  length: number
  sha256: string
  bytes: Uint8Array
}

/** The server of the API contract, as far as the phone's own work meets it, with a switch for every failure. */
export class StandIn {
  calls: Call[] = []
  drafts = new Map<string, ServerDraft>()
  operations = new Map<string, object>()
  files = new Set<string>()
  uploads = new Map<string, Upload>()
  cases = new Map<string, { body: string; reply: object }>()
  pages = new Map<string, unknown>()
  signedIn = true
  fate: (call: Call) => Fate = () => 'fine'
  /** further rooms; null where it has no answer */
  more: (call: Call) => Promise<Response | null> = async () => null

  install(): this {
    vi.stubGlobal('fetch', (url: string | URL, init: RequestInit = {}) => this.fetch(new URL(String(url), 'http://localhost'), init))
    return this
  }

  of(method: string, path: string | RegExp): Call[] {
    return this.calls.filter((call) => call.method === method && (typeof path === 'string' ? call.path === path : path.test(call.path)))
  }

  private async fetch(url: URL, init: RequestInit): Promise<Response> {
    const body = new Uint8Array(await new Response(init.body ?? null).arrayBuffer())
    const path = (url.pathname + url.search).replace('/api/v1', '')
    const call: Call = { method: init.method ?? 'GET', path, headers: new Headers(init.headers), body, text: new TextDecoder().decode(body) }
    const fate = this.fate(call)
    if (fate === 'down') throw new TypeError('Failed to fetch')
    this.calls.push(call)
    if (fate instanceof Response) return fate
    if (typeof fate === 'number') return problem(fate, `given-${fate}`)
    const reply = this.signedIn ? ((await this.more(call)) ?? this.answer(call)) : problem(401, 'sign-in-required')
    if (fate === 'lose-reply') throw new TypeError('Failed to fetch')
    return reply
  }

  private answer(call: Call): Response {
    const [, room, id] = call.path.split('/')
    if (room === 'drafts') return id ? this.draft(call, id) : json(200, { drafts: [...this.drafts.values()].map((draft) => ({ ...draft, values: undefined })) })
    if (room === 'files') return new Response(null, { status: this.files.has(id!) ? 200 : 404 })
    if (room === 'uploads') return this.upload(call, id)
    if (call.path === '/cases' && call.method === 'POST') return this.submit(call)
    return this.pages.has(call.path) ? json(200, this.pages.get(call.path)) : problem(404, 'not-found')
  }

  private draft(call: Call, id: string): Response {
    const kept = this.drafts.get(id)
    if (call.method === 'GET') return kept ? json(200, kept) : problem(404, 'not-found')
    const expected = Number(/^"(\d+)"$/.exec(call.headers.get('If-Match') ?? '')?.[1])
    if (Number.isNaN(expected)) return problem(428, 'if-match-needed')
    if (call.method === 'DELETE') {
      if (!kept) return problem(404, 'not-found')
      if (kept.revision !== expected) return problem(412, 'draft-behind', { current: kept })
      this.drafts.delete(id)
      return json(204, null)
    }
    const body = JSON.parse(call.text) as ServerDraft & { operation: string }
    const before = this.operations.get(body.operation)
    if (before) return json(200, before)
    if (!kept && expected > 0) return problem(404, 'not-found')
    if ((kept?.revision ?? 0) !== expected) return problem(412, 'draft-behind', { current: kept })
    const { operation, ...draft } = body
    const saved = { id, revision: expected + 1, updated_at: '2026-11-22T02:00:00Z' }
    this.drafts.set(id, { ...draft, ...saved })
    this.operations.set(operation, saved)
    return json(200, saved)
  }

  private upload(call: Call, id: string | undefined): Response {
    const tus = { 'Tus-Resumable': '1.0.0' }
    if (call.method === 'POST') {
      const metadata = Object.fromEntries((call.headers.get('Upload-Metadata') ?? '').split(',').map((pair) => pair.split(' ') as [string, string]))
      const made = String(this.uploads.size + 1)
      const sha256 = Buffer.from(metadata.sha256 ?? '', 'base64').toString()
      this.uploads.set(made, { length: Number(call.headers.get('Upload-Length')), sha256, bytes: new Uint8Array() })
      return new Response(null, { status: 201, headers: { ...tus, Location: `/api/v1/uploads/${made}` } })
    }
    const upload = this.uploads.get(id!)
    if (!upload) return problem(404, 'not-found')
    if (call.method === 'PATCH') {
      if (Number(call.headers.get('Upload-Offset')) !== upload.bytes.length) return problem(409, 'offset-wrong')
      upload.bytes = Buffer.concat([upload.bytes, call.body])
      if (upload.bytes.length === upload.length) {
        if (createHash('sha256').update(upload.bytes).digest('hex') !== upload.sha256) return problem(460, 'checksum-wrong')
        this.files.add(upload.sha256)
      }
      return new Response(null, { status: 204, headers: { ...tus, 'Upload-Offset': String(upload.bytes.length) } })
    }
    const headers = { ...tus, 'Upload-Offset': String(upload.bytes.length), 'Upload-Length': String(upload.length) }
    return new Response(null, { status: 200, headers })
  }

  private submit(call: Call): Response {
    const key = call.headers.get('Idempotency-Key')!
    const before = this.cases.get(key)
    if (before) return before.body === call.text ? json(201, before.reply, { 'Idempotency-Replayed': 'true' }) : problem(422, 'idempotency-key-reused')
    const body = JSON.parse(call.text) as { draft: string; files: Record<string, string[]>; item: string }
    const missing = Object.values(body.files).flat().filter((sha256) => !this.files.has(sha256))
    if (missing.length > 0) return problem(409, 'files-missing', { missing })
    const made = { id: `case-${this.cases.size + 1}`, number: '1', query_code: '7K3MQ2XH', item: { key: body.item, name: { zh: '居住证申领', en: 'Residence card' } } }
    const reply = { case: made, submitted_at: '2026-11-22T02:00:00Z', due: { date: '2026-12-04', basis: 'published' } }
    this.cases.set(key, { body: call.text, reply })
    this.drafts.delete(body.draft)
    return json(201, reply)
  }
}

export const guide = { hash: 'guide-1', form_hash: 'form-1' }
/** Stands for the canvas, which Node has not. */
export const asItIs = async (file: Blob): Promise<Blob> => new Blob([await file.arrayBuffer()], { type: 'image/jpeg' })
export const photo = (content: string | Uint8Array<ArrayBuffer>, name = 'IMG_1.PNG') => new File([content], name, { type: 'image/png' })
export const hashes = (files: Record<string, FileEntry[]>) => Object.values(files).flat().map((entry) => entry.sha256)
