import type { Clock } from '../../api/types'
import { examplesOf } from '../../gallery/example'
import ClockPicture from './ClockPicture.vue'

const article = { zh: '行政许可法第四十二条', en: 'Administrative Licensing Law, art. 42' }
const start = { first: '2026-11-04', last: '2026-11-04', kind: 'start', code: 'receipt', article: null } as const
const weekend = (first: string, last: string) => ({ first, last, kind: 'rest', code: 'weekend', article: null }) as const
const counted = (first: string, last: string) => ({ first, last, kind: 'counted', code: 'workday', article: null }) as const
const running: Clock = {
  started: '2026-11-04', today: '2026-11-10', due: '2026-11-18', basis: 'published', state: 'running',
  lanes: [
    { key: 'promised', days: 10, unit: 'workday', due: '2026-11-18', used: 4, left: 6, article: null, extension: 0, overdue: 0, lines: [start, counted('2026-11-05', '2026-11-06'), weekend('2026-11-07', '2026-11-08'), counted('2026-11-09', '2026-11-13'), weekend('2026-11-14', '2026-11-15'), counted('2026-11-16', '2026-11-18')] },
    { key: 'statutory', days: 15, unit: 'workday', due: '2026-11-25', used: 4, left: 11, article, extension: 0, overdue: 0, lines: [start, counted('2026-11-05', '2026-11-06'), weekend('2026-11-07', '2026-11-08'), counted('2026-11-09', '2026-11-13'), weekend('2026-11-14', '2026-11-15'), counted('2026-11-16', '2026-11-20'), weekend('2026-11-21', '2026-11-22'), counted('2026-11-23', '2026-11-25')] },
  ],
}
const pause = { first: '2026-11-09', last: '2026-11-10', kind: 'pause', code: 'pause', article: null } as const
const stopped: Clock = {
  ...running, state: 'stopped',
  lanes: running.lanes.map((lane) => ({ ...lane, used: 2, left: lane.left + 2, lines: lane.lines.flatMap((line) => (line.first === '2026-11-09' ? [pause, counted('2026-11-11', '2026-11-13')] : [line])) })),
}
const done: Clock = { ...running, state: 'done' }
export default examplesOf('ClockPicture', ClockPicture, { zh: '法定时钟：两条期限一根轴。实心算了，斜线停了，横线不算，空心还剩，描边是今天。', en: 'The legal clock: two limits on one axis. Solid counted, hatched stopped, dash not counted, hollow left, outline today.' }, [
  { name: { zh: '在走', en: 'Running' }, props: { clock: running }, shows: [{ role: 'region' }, { role: 'heading' }], says: [{ zh: '11月18日', en: '18 Nov' }] },
  { name: { zh: '停着', en: 'Stopped' }, props: { clock: stopped }, shows: [{ role: 'region' }] },
  { name: { zh: '走完了', en: 'Done' }, props: { clock: done }, shows: [{ role: 'region' }] },
])
