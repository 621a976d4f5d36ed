import { describe, expect, test } from 'vitest'
import { admits, homeOf, sections, sectionsOf, type Role } from '../src/desk/sections'
import { personFaults, sent } from '../src/desk/person'

const paths = (roles: Role[]): string[] => sectionsOf(roles).map((section) => section.path)

describe('the desk', () => {
  test.each<[Role, string[]]>([
    ['clerk', ['/queue/open', '/queue/mine', '/queue/held', '/tasks', '/queue/closed', '/counter', '/window', '/feedback']],
    ['reviewer', ['/queue/open', '/queue/mine', '/queue/held', '/tasks', '/queue/closed']],
    ['approver', ['/queue/open', '/queue/mine', '/queue/held', '/tasks', '/queue/closed']],
    ['agent', ['/queue/open', '/queue/closed']],
    ['supervisor', ['/queue/open', '/queue/closed', '/publications', '/feedback']],
    ['editor', ['/catalogue', '/publications', '/feedback']],
    ['system_administrator', ['/accounts']],
    ['security_administrator', ['/roles', '/events']],
    ['audit_administrator', ['/audit']],
  ])('shows %s only pages of its own', (role, expected) => {
    expect(paths([role])).toEqual(expected)
  })

  test('shows somebody with several roles the pages of all of them, each once', () => {
    expect(paths(['editor', 'clerk'])).toEqual(['/queue/open', '/queue/mine', '/queue/held', '/tasks', '/queue/closed', '/counter', '/window', '/catalogue', '/publications', '/feedback'])
  })

  test('opens at the first page of a role, and nowhere without one', () => {
    expect(homeOf(['audit_administrator'])).toBe('/audit')
    expect(homeOf([])).toBe('/none')
  })

  test('admits nobody without a role to any section', () => {
    expect(sections.filter((section) => admits(section.roles, []))).toEqual([])
  })
})

describe('a person at the window', () => {
  test('is sent as the card says, without the blanks and with a capital X', () => {
    expect(sent({ name: ' 林晓舟 ', id_number: '990321 19950816 242x', reason: ' 本人到窗口 ' })).toEqual({ name: '林晓舟', id_number: '99032119950816242X', reason: '本人到窗口' })
  })

  test.each([
    [{ name: '', id_number: '990321199508162421', reason: '本人到窗口' }, ['name']],
    [{ name: '林晓舟', id_number: '99032119950816242', reason: '本人到窗口' }, ['id_number']],
    [{ name: '林晓舟', id_number: '990321199508162421', reason: '办事' }, ['reason']],
    [{ name: '林晓舟', id_number: '990321199508162421', reason: '本人到窗口' }, []],
  ])('%j lacks %j', (person, missing) => {
    expect(Object.keys(personFaults(person))).toEqual(missing)
  })
})
