import { loadRestOfIcons } from './components/Icon/shapes'
import { loadRestOfMessages } from './messages'

/** Brings the messages, shapes and styles that only the first screen does without. */
export async function loadRest(): Promise<void> {
  await Promise.all([loadRestOfMessages(), loadRestOfIcons(), import('./styles/more.css')])
}
