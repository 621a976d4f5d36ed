import { examplesOf } from '../../gallery/example'
import Choice from './Choice.vue'

const label = { zh: '用什么证明住在这里？', en: 'What proves that you live here?' }
const lease = { zh: '租房合同', en: 'A lease' }
const deed = { zh: '房产证', en: 'A deed' }
const options = [{ value: 'lease', label: lease }, { value: 'deed', label: deed }]
export default examplesOf('Choice', Choice, { zh: '几个里选一个：系统的单选按钮，整张卡片都能按。', en: 'One of several: native radio buttons, each a whole card to press.' }, [
  { name: { zh: '已经选了', en: 'Chosen' }, props: { id: 'choice-chosen', label, hint: { zh: '选一种就够', en: 'One is enough' }, modelValue: 'lease', options }, shows: [{ role: 'group', name: label }, { role: 'radio', name: lease }, { role: 'radio', name: deed }], acts: [{ on: { role: 'radio', name: deed }, press: true, emits: ['update:modelValue', 'deed'] }] },
  { name: { zh: '漏选了', en: 'Left out' }, props: { id: 'choice-wrong', label, modelValue: '', options, error: { zh: '请选一种', en: 'Choose one' } }, shows: [{ role: 'group', name: label }], says: [{ zh: '请选一种', en: 'Choose one' }] },
  { name: { zh: '带说明', en: 'With a note' }, props: { id: 'choice-note', label, modelValue: '', options: [{ value: 'deed', label: deed, note: { zh: '可自动取得', en: 'We can fetch it' } }] }, shows: [{ role: 'group', name: label }], says: [{ zh: '可自动取得', en: 'We can fetch it' }] },
  { name: { zh: '短的排成一行', en: 'Short ones in a row' }, props: { id: 'choice-inline', label: { zh: '有效几天', en: 'For how long' }, modelValue: '7', options: [{ value: '1', label: { zh: '1 天', en: '1 day' } }, { value: '7', label: { zh: '7 天', en: '7 days' } }], inline: true }, shows: [{ role: 'radio', name: { zh: '7 天', en: '7 days' } }], acts: [{ on: { role: 'radio', name: { zh: '1 天', en: '1 day' } }, press: true, emits: ['update:modelValue', '1'] }] },
])
