import type { Allowed, AuditLine, AuditPage, Queue, QueueCounts, QueueEntry, SecurityEvent, SecurityEventPage, StaffCaseView, StaffEntry, StaffList, StaffSecrets, SharedEntry, SharedWork, TaskView } from '../api/schema'

export type { SharedEntry, SharedWork, TaskView }
export type { AuditLine, AuditPage, Queue, SecurityEvent, SecurityEventPage, StaffEntry, StaffList, StaffSecrets }
export type QueueCase = QueueEntry
export type QueueState = keyof QueueCounts
/** Whether a command may be given now, and the rule that forbids it. */
export type Permission = Allowed
export type DeskCase = StaffCaseView
