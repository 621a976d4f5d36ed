import { describe, expect, test } from 'vitest'
import { codeOf, phoneOf } from '../src/signInDigits'

describe('a phone number', () => {
  test.each(['13900000001', '139 0000 0001', '139-0000-0001', '+86 13900000001', '0086 139 0000 0001', '8613900000001', '１３９０００００００１'])('is read as people write it: %s', (typed) => {
    expect(phoneOf(typed)).toBe('13900000001')
  })

  test.each(['', '1390000000', '139000000011', '12900000001', '8612900000001', '010 1234567'])('is not made of anything else: %s', (typed) => {
    expect(phoneOf(typed)).toBeNull()
  })
})

test.each([['123456', '123456'], [' 12 34 56 ', '123456'], ['【掌上办】验证码 123456，5 分钟内有效', '123456'], ['１２３４５６', '123456'], ['12-34', '1234'], ['abc', '']])('a code pasted as "%s" is %s', (typed, code) => {
  expect(codeOf(typed)).toBe(code)
})
