import { t } from '../messages'

/** Somebody at the window, as their card says. */
export interface PersonAtWindow {
  name: string
  id_number: string
  reason: string
}

/** What is missing of a person at the window, by field; the number's own check is the server's. */
export function personFaults(person: PersonAtWindow): Partial<Record<keyof PersonAtWindow, string>> {
  return {
    ...(person.name.trim() ? {} : { name: t('window.name.missing') }),
    ...(/^\d{17}[\dXx]$/.test(person.id_number.replaceAll(' ', '')) ? {} : { id_number: t('window.id_number.wrong') }),
    ...(person.reason.trim().length >= 4 ? {} : { reason: t('window.reason.missing') }),
  }
}

/** The person as the server takes them. */
export const sent = (person: PersonAtWindow): PersonAtWindow => ({
  name: person.name.trim(), id_number: person.id_number.replaceAll(' ', '').toUpperCase(), reason: person.reason.trim(),
})
