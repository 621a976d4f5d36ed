import { examplesOf } from '../../gallery/example'
import CheckField from './CheckField.vue'

const label = { zh: '承诺', en: 'Promise' }
const statement = { zh: '我填的都是真的', en: 'What I filled in is true' }
export default examplesOf('CheckField', CheckField, { zh: '同意一句话。', en: 'A statement to agree with.' }, [
  { name: { zh: '还没同意', en: 'Not agreed yet' }, props: { id: 'agree-empty', label, statement, modelValue: false }, shows: [{ role: 'checkbox', name: statement }], acts: [{ on: { role: 'checkbox', name: statement }, press: true, emits: ['update:modelValue', true] }] },
  { name: { zh: '漏了', en: 'Left out' }, props: { id: 'agree-wrong', label, statement, modelValue: false, error: { zh: '请确认后再提交', en: 'Confirm it before you submit' } }, shows: [{ role: 'checkbox', name: statement }], says: [{ zh: '请确认后再提交', en: 'Confirm it before you submit' }] },
])
