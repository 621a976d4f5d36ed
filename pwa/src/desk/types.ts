import type { CaseView, Text } from '../api/types'

/** A row of the queue; its days are of its unit. */
export interface QueueCase {
  id: string
  query_code: string
  item: { key: string; name: Text }
  applicant_masked: string
  street: Text | null
  state: string
  due: string | null
  left: number | null
  used: number | null
  total: number | null
  unit: 'workday' | 'day'
  overdue: boolean
  next_step: 'accept' | 'decide' | null
  accepted_by_me: boolean
  version: number
}
export type QueueState = 'open' | 'mine' | 'closed'
export interface Queue {
  cases: QueueCase[]
  counts: Record<QueueState, number>
  next: string | null
}

export type DeskCommand = 'accept' | 'decline' | 'grant' | 'refuse'
/** Whether a command may be given now, and the rule that forbids it. */
export interface Permission {
  command: DeskCommand
  allowed: boolean
  rule: { code: string; article: Text | null; sentence: Text } | null
}
export interface DeskCase extends CaseView {
  values: Record<string, unknown>
  schema_labels: { pointer: string; label: Text; value_text: Text }[]
  applicant: { name: string; id_number_masked: string; phone_masked: string }
  allowed: Permission[]
}
