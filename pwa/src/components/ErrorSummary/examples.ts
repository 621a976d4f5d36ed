import { examplesOf } from '../../gallery/example'
import ErrorSummary from './ErrorSummary.vue'

export default examplesOf('ErrorSummary', ErrorSummary, { zh: '要改的都列在最上面，点一下就到那一处。', en: 'Everything to mend, at the top; each leads down to its control.' }, [
  { name: { zh: '两处要改', en: 'Two to mend' }, props: { errors: [{ id: 'field-wrong', label: { zh: '小区和门牌号', en: 'Building and flat' }, text: { zh: '请写到几栋几室', en: 'give building and flat' } }, { id: 'date-wrong', label: { zh: '哪天搬来的', en: 'The day you moved in' }, text: { zh: '请填日期', en: 'give the day' } }] }, shows: [{ role: 'group', name: { zh: '有 2 处要改', en: '2 to put right' } }, { role: 'link', name: { zh: '小区和门牌号：请写到几栋几室', en: 'Building and flat: give building and flat' } }] },
])
