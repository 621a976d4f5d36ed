import { examplesOf } from '../../gallery/example'
import Progress from './Progress.vue'

const label = { zh: '已办的', en: 'Done' }
export default examplesOf('Progress', Progress, { zh: '数得出来的进展，不用百分比。', en: 'How far something has come, counted and never in per cent.' }, [
  { name: { zh: '一直在走', en: 'Going on' }, props: { value: 7, of: 20, label }, shows: [{ role: 'progressbar', name: label }] },
  { name: { zh: '一件一件', en: 'One by one' }, props: { value: 2, of: 5, steps: true, tone: 'success' }, shows: [] },
])
