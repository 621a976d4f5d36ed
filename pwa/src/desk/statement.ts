import type { Allowed, StaffCommand } from '../api/schema'

/** What a clerk writes for a command: the reason, and what the command itself asks for. */
export interface Statement {
  reason: string
  /** By material: what is wrong, and how it is right. */
  defects: Record<string, { problem: string; example: string }>
  /** The ground, procedure or office that was chosen. */
  chosen: string
  body: string
  until: string
  days: string
  /** The materials whose originals match what was sent. */
  compared: string[]
  /** The row of the discretion benchmark, and whether the decision departs from it though the row would cover it. */
  benchmark: string
  deviates: boolean
}

/** What carries a case on where it stands, the nearest first. */
const FORWARD = ['claim', 'register', 'accept', 'grant', 'deliver', 'resume', 'close-hearing']

const ELSEWHERE = ['not-allowed-now', 'not-yours']

/** The step that carries a case on: one that may be given, or else one of one's own role that a rule about people keeps from one. */
export function primaryOf(allowed: readonly Allowed[]): Allowed | null {
  const fitting = FORWARD.flatMap((command) => allowed.filter((each) => each.command === command && !ELSEWHERE.includes(each.rule?.code ?? '')))
  return fitting.find((each) => each.allowed) ?? fitting[0] ?? null
}

/** Everything else that may be given now. */
export function menuOf(allowed: readonly Allowed[]): Allowed[] {
  const primary = primaryOf(allowed)
  return allowed.filter((each) => each.allowed && each.command !== primary?.command)
}

/** Whether a command says nothing beyond itself and is done at once. */
export const atOnce = (permission: Allowed): boolean => primaryOf([permission]) !== null && permission.asks.length === 0 && !permission.reason

export const nothing = (): Statement => ({ reason: '', defects: {}, chosen: '', body: '', until: '', days: '', compared: [], benchmark: '', deviates: false })

/** The fields that still need something, by the name of their control. */
export function missing(permission: Allowed, written: Statement): string[] {
  const found: string[] = []
  const asks = new Set(permission.asks)
  if (asks.has('defects') && Object.keys(written.defects).length === 0) found.push('defects')
  if (asks.has('defects')) for (const [material, { problem }] of Object.entries(written.defects)) if (problem.trim().length < 2) found.push(`problem-${material}`)
  if ((asks.has('ground') || asks.has('procedure') || asks.has('office')) && !permission.options.some((each) => each.key === written.chosen)) found.push('chosen')
  if (asks.has('ground') && written.chosen === 'not-competent' && written.body.trim() === '') found.push('body')
  if (asks.has('procedure') && written.until === '') found.push('until')
  if (asks.has('days') && !inRange(written.days, permission.most ?? 366)) found.push('days')
  if (asks.has('originals') && permission.options.some((each) => !written.compared.includes(each.key))) found.push('compared')
  if (asks.has('benchmark') && !rowOf(permission, written)) found.push('benchmark')
  if ((permission.reason || departs(permission, written)) && written.reason.trim() === '') found.push('reason')
  return found
}

const rowOf = (permission: Allowed, written: Statement) => permission.benchmark?.find((row) => row.key === written.benchmark)

/** Whether a decision departs from the benchmark: said so, or by a row that decides otherwise. It has to be reasoned. */
export function departs(permission: Allowed, written: Statement): boolean {
  const row = permission.asks.includes('benchmark') ? rowOf(permission, written) : undefined
  return row !== undefined && (written.deviates || !row.covers)
}

const inRange = (text: string, most: number): boolean => /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most

/** The command as it goes to the server; members that nobody filled in are left out. */
export function commandOf(permission: Allowed, version: number, written: Statement): StaffCommand {
  const asks = new Set(permission.asks)
  const reason = written.reason.trim()
  return {
    command: permission.command,
    version,
    ...(reason === '' ? {} : { reason }),
    ...(asks.has('defects') ? { defects: Object.entries(written.defects).map(([material, { problem, example }]) => ({ material, problem: problem.trim(), example: example.trim() || null })) } : {}),
    ...(asks.has('ground') ? { ground: written.chosen as StaffCommand['ground'] } : {}),
    ...(asks.has('ground') && written.chosen === 'not-competent' ? { body: written.body.trim() } : {}),
    ...(asks.has('procedure') ? { procedure: written.chosen, until: written.until } : {}),
    ...(asks.has('days') ? { days: Number(written.days) } : {}),
    ...(asks.has('originals') ? { compared: [...written.compared] } : {}),
    ...(asks.has('benchmark') ? { benchmark: written.benchmark, deviates: departs(permission, written) } : {}),
    ...(asks.has('office') ? { department: written.chosen } : {}),
  }
}
