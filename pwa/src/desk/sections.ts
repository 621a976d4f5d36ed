import type { StaffView } from '../api/schema'
import type { IconName } from '../components/Icon/shapes'
import type { MessageKey } from '../messages'
import type { QueueState } from './types'

export type Role = StaffView['roles'][number]

export interface Section {
  path: string
  icon: IconName
  label: MessageKey
  roles: readonly Role[]
  /** Which number of the queue stands beside it. */
  count?: QueueState
}

export const HANDLERS: readonly Role[] = ['clerk', 'reviewer', 'approver']
const LOOKERS: readonly Role[] = [...HANDLERS, 'agent', 'supervisor']

/** Everything the desk has, in the order it is shown; the server asks for the same roles. */
export const sections: readonly Section[] = [
  { path: '/queue/open', icon: 'file', label: 'desk.open', roles: LOOKERS, count: 'open' },
  { path: '/queue/mine', icon: 'user', label: 'desk.mine', roles: HANDLERS, count: 'mine' },
  { path: '/queue/held', icon: 'work', label: 'desk.held', roles: HANDLERS, count: 'held' },
  { path: '/tasks', icon: 'people', label: 'desk.tasks', roles: HANDLERS },
  { path: '/queue/closed', icon: 'done', label: 'desk.closed', roles: LOOKERS, count: 'closed' },
  { path: '/counter', icon: 'add', label: 'desk.counter', roles: ['clerk'] },
  { path: '/window', icon: 'identity', label: 'desk.window', roles: ['clerk'] },
  { path: '/catalogue', icon: 'file', label: 'desk.catalogue', roles: ['editor'] },
  { path: '/publications', icon: 'scale', label: 'desk.publications', roles: ['editor', 'supervisor'] },
  { path: '/feedback', icon: 'mail', label: 'desk.feedback', roles: ['clerk', 'editor', 'supervisor'] },
  { path: '/accounts', icon: 'people', label: 'desk.accounts', roles: ['system_administrator'] },
  { path: '/roles', icon: 'key', label: 'desk.roles', roles: ['security_administrator'] },
  { path: '/events', icon: 'shield', label: 'desk.events', roles: ['security_administrator'] },
  { path: '/audit', icon: 'history', label: 'desk.audit', roles: ['audit_administrator'] },
]

/** Whether somebody with these roles may open a page that asks for one of `wanted`; a page that asks for none is everyone's. */
export function admits(wanted: readonly Role[] | undefined, roles: readonly Role[]): boolean {
  return wanted === undefined || wanted.some((role) => roles.includes(role))
}

/** The sections of somebody with these roles. */
export function sectionsOf(roles: readonly Role[]): Section[] {
  return sections.filter((section) => admits(section.roles, roles))
}

/** Where the desk opens for somebody with these roles. */
export function homeOf(roles: readonly Role[]): string {
  return sectionsOf(roles)[0]?.path ?? '/none'
}
