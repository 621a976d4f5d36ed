import { examplesOf } from '../../gallery/example'
import Tag from './Tag.vue'

export default examplesOf('Tag', Tag, { zh: '几个字的状态。', en: 'A state in a few words.' }, [
  { name: { zh: '平常', en: 'Plain' }, props: {}, slot: { zh: '不收费', en: 'No fee' }, shows: [], says: [{ zh: '不收费', en: 'No fee' }] },
  { name: { zh: '在办', en: 'Running' }, props: { tone: 'primary', icon: 'clock' }, slot: { zh: '在办', en: 'Running' }, shows: [], says: [{ zh: '在办', en: 'Running' }] },
  { name: { zh: '好的', en: 'Good' }, props: { tone: 'success', icon: 'done' }, slot: { zh: '现在开门', en: 'Open now' }, shows: [], says: [{ zh: '现在开门', en: 'Open now' }] },
  { name: { zh: '今天到期', en: 'Due today' }, props: { tone: 'warning', icon: 'warning' }, slot: { zh: '今天到期', en: 'Due today' }, shows: [], says: [{ zh: '今天到期', en: 'Due today' }] },
  { name: { zh: '超期', en: 'Overdue' }, props: { tone: 'danger', icon: 'error' }, slot: { zh: '已超期', en: 'Overdue' }, shows: [], says: [{ zh: '已超期', en: 'Overdue' }] },
])
