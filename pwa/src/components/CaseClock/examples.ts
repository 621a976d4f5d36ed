import { examplesOf } from '../../gallery/example'
import CaseClock from './CaseClock.vue'

const line = { first: '2026-11-05', last: '2026-11-06', kind: 'counted', code: 'workday', article: null } as const
export default examplesOf('CaseClock', CaseClock, { zh: '一件办件的时钟；还没受理时，说如果今天受理会是哪天。', en: 'The clock of a case; before it runs, what it would be if it were accepted today.' }, [
  { name: { zh: '还没受理', en: 'Not accepted yet' }, props: { view: { clock: null, step: null, what_if: { started: '2026-11-04', today: '2026-11-04', due: '2026-11-06', basis: 'estimate', state: 'running', lanes: [{ key: 'promised', days: 2, unit: 'workday', due: '2026-11-06', used: 0, left: 2, article: null, extension: 0, overdue: 0, lines: [line] }] } } }, shows: [{ role: 'region' }, { role: 'heading' }], says: [{ zh: '11月6日', en: '6 Nov' }] },
])
