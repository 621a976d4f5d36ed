import type { Allowed, Queue, QueueCounts, QueueEntry, StaffCaseView, StaffCommand } from '../api/schema'

export type { Queue }
export type QueueCase = QueueEntry
export type QueueState = keyof QueueCounts
export type DeskCommand = StaffCommand['command']
/** Whether a command may be given now, and the rule that forbids it. */
export type Permission = Allowed
export type DeskCase = StaffCaseView
