import { reactive, watch } from 'vue'
import { session } from '../session'

const blank = () => ({
  child: { name: '', number: '', agreed: '' },
  organisation: { uscc: '', name: '' },
  invite: { party: '', capacity: 'helper' as 'helper' | 'agent', name: '', phone: '', items: [] as string[], cases: [] as string[], days: '30' },
})

/** What was typed into the forms of this room, over a way to the identity screen and back. In memory only, and of one account. */
export const typed = reactive(blank())

/** Empties one form after it was sent. */
export function forgetTyped(form: keyof typeof typed): void {
  Object.assign(typed[form], blank()[form])
}

watch(() => session.account?.id, () => Object.assign(typed, blank()))
