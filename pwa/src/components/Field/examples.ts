import { examplesOf } from '../../gallery/example'
import Field from './Field.vue'

const label = { zh: '小区和门牌号', en: 'Building and flat' }
export default examplesOf('Field', Field, { zh: '标签在上，然后是说明、错误和输入框。已知的内容只读，并说明来源。', en: 'Label above, then hint, error and box. What is known is read-only and names its source.' }, [
  { name: { zh: '空着', en: 'Empty' }, props: { id: 'field-empty', label, modelValue: '', hint: { zh: '请写到几栋几室', en: 'Give building and flat' } }, shows: [{ role: 'textbox', name: label }], says: [{ zh: '请写到几栋几室', en: 'Give building and flat' }], acts: [{ on: { role: 'textbox', name: label }, type: '3-502', emits: ['update:modelValue', '3-502'] }] },
  { name: { zh: '有错', en: 'With a mistake' }, props: { id: 'field-wrong', label, modelValue: '18', error: { zh: '请写到几栋几室，例如 3 栋 502 室', en: 'Give building and flat, like 3-502' } }, shows: [{ role: 'textbox', name: label }], says: [{ zh: '请写到几栋几室，例如 3 栋 502 室', en: 'Give building and flat, like 3-502' }] },
  { name: { zh: '已知的', en: 'Known' }, props: { id: 'field-known', label: { zh: '姓名', en: 'Name' }, modelValue: '林晓舟', readonly: true, source: { zh: '来自实名信息', en: 'From your verified identity' } }, shows: [{ role: 'textbox', name: { zh: '姓名', en: 'Name' } }], says: ['林晓舟', { zh: '来自实名信息', en: 'From your verified identity' }] },
  { name: { zh: '好几行', en: 'Several lines' }, props: { id: 'field-lines', label: { zh: '情况说明', en: 'What happened' }, modelValue: '', multiline: true, maxlength: 500 }, shows: [{ role: 'textbox', name: { zh: '情况说明', en: 'What happened' } }], acts: [{ on: { role: 'textbox', name: { zh: '情况说明', en: 'What happened' } }, type: 'a', emits: ['update:modelValue', 'a'] }] },
])
