import { examplesOf } from '../../gallery/example'
import SelectField from './SelectField.vue'

const label = { zh: '区', en: 'District' }
const options = [{ value: '990102', label: { zh: '临江区', en: 'Linjiang' } }, { value: '990103', label: { zh: '海棠区', en: 'Haitang' } }]
export default examplesOf('SelectField', SelectField, { zh: '很多个里选一个，用系统自己的下拉框。', en: 'One of many, by the platform’s own control.' }, [
  { name: { zh: '还没选', en: 'Not chosen yet' }, props: { id: 'select-empty', label, modelValue: '', options }, shows: [{ role: 'combobox', name: label }], acts: [{ on: { role: 'combobox', name: label }, choose: '990103', emits: ['update:modelValue', '990103'] }] },
  { name: { zh: '漏选了', en: 'Left out' }, props: { id: 'select-wrong', label, modelValue: '', options, error: { zh: '请选一个区', en: 'Choose a district' }, required: true }, shows: [{ role: 'combobox', name: label }], says: [{ zh: '请选一个区', en: 'Choose a district' }] },
  { name: { zh: '要先选别的', en: 'Something else comes first' }, props: { id: 'select-later', label: { zh: '街道', en: 'Street' }, modelValue: '', options: [], disabled: true, hint: { zh: '先选区', en: 'Choose the district first' } }, shows: [{ role: 'combobox', name: { zh: '街道', en: 'Street' } }] },
])
