import type { ProposalSummary } from '../api/schema'

/** How a state of a proposal looks, beside the word for it. */
export const STATE_TONES: Record<ProposalSummary['state'], 'plain' | 'primary' | 'success' | 'warning' | 'danger'> = {
  waiting: 'primary', stale: 'warning', published: 'success', rejected: 'danger',
}
