import { examplesOf } from '../../gallery/example'
import Checkboxes from './Checkboxes.vue'

const label = { zh: '和原件比过的', en: 'Compared with the originals' }
const card = { zh: '身份证', en: 'ID card' }
const lease = { zh: '租房合同', en: 'Lease' }
const options = [{ value: 'card', label: card }, { value: 'lease', label: lease }]
export default examplesOf('Checkboxes', Checkboxes, { zh: '可以选几个：系统的复选框。', en: 'Any of several: native checkboxes.' }, [
  { name: { zh: '选了一个', en: 'One is chosen' }, props: { id: 'boxes-one', label, modelValue: ['lease'], options }, shows: [{ role: 'checkbox', name: card }, { role: 'checkbox', name: lease }], acts: [{ on: { role: 'checkbox', name: card }, press: true, emits: ['update:modelValue', ['card', 'lease']] }] },
  { name: { zh: '漏选了', en: 'Left out' }, props: { id: 'boxes-wrong', label, modelValue: [], options, error: { zh: '请至少选一个', en: 'Choose at least one' } }, shows: [{ role: 'group', name: label }], says: [{ zh: '请至少选一个', en: 'Choose at least one' }] },
])
