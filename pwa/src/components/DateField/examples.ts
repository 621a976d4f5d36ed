import { examplesOf } from '../../gallery/example'
import DateField from './DateField.vue'

const label = { zh: '哪天搬来的', en: 'The day you moved in' }
export default examplesOf('DateField', DateField, { zh: '一个法律上的日子，用系统自己的日期控件。', en: 'A legal day, by the platform’s own date control.' }, [
  { name: { zh: '填好了', en: 'Filled in' }, props: { id: 'date-full', label, modelValue: '2026-03-02', latest: '2026-11-18' }, shows: [], says: [label], acts: [{ on: { role: 'date', name: label }, type: '2026-03-03', emits: ['update:modelValue', '2026-03-03'] }] },
  { name: { zh: '有错', en: 'With a mistake' }, props: { id: 'date-wrong', label, modelValue: '', error: { zh: '请填日期', en: 'Give the day' }, required: true }, shows: [], says: [{ zh: '请填日期', en: 'Give the day' }] },
])
