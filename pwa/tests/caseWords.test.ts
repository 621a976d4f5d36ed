import { beforeAll, describe, expect, it } from 'vitest'
import { iconOfState, nextInWords, toneOfState } from '../src/caseWords'
import { loadRestOfMessages } from '../src/messages'

beforeAll(loadRestOfMessages)

describe('what is still to come in a case', () => {
  it('is the beginning of the clock until somebody accepts it', () => {
    for (const state of ['submitted', 'pre-checked']) expect(nextInWords({ state, due: '2026-12-01', waiting_for: 'office' })).toBe('受理后开始计时')
  })

  it('is its day while it is reviewed, and none while a hearing has no end and once it is decided', () => {
    expect(nextInWords({ state: 'accepted', due: '2026-12-01', waiting_for: 'office' })).toContain('12月1日')
    for (const state of ['hearing', 'issuing']) expect(nextInWords({ state, due: '2026-12-01', waiting_for: 'office' })).toBe('')
  })

  it('is nothing good after a decision was revoked', () => {
    expect([toneOfState('revoked'), iconOfState('revoked')]).toEqual(['danger', 'stop'])
  })
})
