import { describe, expect, test, vi } from 'vitest'
import { since } from '../src/desk/conflict'
import { LIGHTS, narrowingOf, portionsOf, queryOf, send, together, unfinished } from '../src/desk/queue'
import { atOnce, menuOf, missing, nothing, primaryOf } from '../src/desk/statement'
import type { DeskCase, Permission, QueueCase } from '../src/desk/types'

const one = (id: string, bulk: string[] = ['accept']): QueueCase => ({ id, version: 1, bulk }) as unknown as QueueCase
const permission = (command: string, rule: string | null = null, more: Partial<Permission> = {}): Permission =>
  ({ command, allowed: rule === null, rule: rule === null ? null : { code: rule }, asks: [], options: [], reason: false, most: null, ...more }) as unknown as Permission

describe('the queue', () => {
  test('takes what it is narrowed to from the address, and leaves out what the address does not know', () => {
    expect(narrowingOf({ light: 'red', item: 'residence-permit', step: ['x'] })).toEqual({ light: 'red', item: 'residence-permit', step: '' })
    expect(queryOf(narrowingOf({ light: 'purple', step: 'delivery' }))).toEqual({ step: 'delivery' })
  })

  test('tells each light by a shape of its own', () => {
    expect(new Set(LIGHTS.map((each) => each.icon)).size).toBe(4)
  })

  test('offers each command for those of the chosen cases that it fits', () => {
    const chosen = [one('a'), one('b', ['deliver']), one('c'), one('d', [])]
    expect(together(chosen).map(({ command, cases }) => [command, cases.map((each) => each.id)])).toEqual([['accept', ['a', 'c']], ['deliver', ['b']]])
  })

  test('sends many cases in portions and keeps a portion’s key when it has to be sent again', async () => {
    const portions = portionsOf(Array.from({ length: 23 }, (_, at) => one(String(at))))
    expect(portions.map((each) => each.cases.length)).toEqual([10, 10, 3])
    const portion = portions[2]!
    const keys: (string | null)[] = []
    const answers = [new Response('{}', { status: 503 }), new Response(JSON.stringify({ results: [{ case_id: '20', outcome: 'done' }, { case_id: '21', outcome: 'stale' }, { case_id: '22', outcome: 'refused' }] }), { headers: { 'Content-Type': 'application/json' } })]
    vi.stubGlobal('fetch', async (_address: string, request: RequestInit) => {
      keys.push(new Headers(request.headers).get('Idempotency-Key'))
      return answers.shift()!
    })
    await send('accept', portion)
    expect([portion.results?.map((each) => each.outcome), unfinished(portion)]).toEqual([['failed', 'failed', 'failed'], true])
    await send('accept', portion)
    expect([portion.results?.map((each) => each.outcome), unfinished(portion)]).toEqual([['done', 'stale', 'refused'], false])
    expect(keys).toEqual([portion.key, portion.key])
    vi.unstubAllGlobals()
  })
})

describe('a case on the desk', () => {
  test('has one primary step: one that may be given before one that a rule about people keeps from one', () => {
    expect(primaryOf([permission('grant', 'same-person'), permission('refuse')])?.command).toBe('grant')
    expect(primaryOf([permission('grant', 'not-yours'), permission('accept')])?.command).toBe('accept')
    expect(primaryOf([permission('grant', 'not-yours'), permission('suspend')])).toBeNull()
    expect(menuOf([permission('accept'), permission('decline'), permission('void', 'not-yours')]).map((each) => each.command)).toEqual(['decline'])
  })

  test('does at once only what states nothing', () => {
    expect([atOnce(permission('accept')), atOnce(permission('decline')), atOnce(permission('close-hearing', null, { reason: true }))]).toEqual([true, false, false])
  })

  test('asks anew for a choice that is no longer there', () => {
    const office = permission('transfer', null, { asks: ['office'], options: [{ key: 'here', name: { zh: '', en: '' }, article: null }] })
    expect(missing(office, { ...nothing(), chosen: 'gone' })).toEqual(['chosen'])
    expect(missing(office, { ...nothing(), chosen: 'here' })).toEqual([])
  })

  test('tells what others did since it was seen', () => {
    const timeline = [1, 2, 3].map((sequence) => ({ sequence })) as unknown as DeskCase['timeline']
    expect(since({ timeline }, 1).map((each) => each.sequence)).toEqual([2, 3])
  })
})
