import { examplesOf } from '../../gallery/example'
import Button from '../Button/Button.vue'
import Field from '../Field/Field.vue'
import Sheet from './Sheet.vue'

const title = { zh: '不予受理', en: 'Decline' }
const reason = { zh: '理由', en: 'Reason' }
export default examplesOf('Sheet', Sheet, { zh: '在里面填东西的对话框：手机上从下面升起，工作台上站在旁边。', en: 'A dialog to fill in: it rises from below on a phone and stands beside the page on a desk.' }, [
  { name: { zh: '打开的', en: 'Open' }, props: { title }, slot: [{ of: Field, props: { id: 'sheet-example', label: reason, modelValue: '', multiline: true } }, { of: Button, props: { kind: 'solid' }, slot: title }], shows: [{ role: 'dialog', name: title }, { role: 'textbox', name: reason }, { role: 'button', name: title }, { role: 'button', name: { zh: '先不', en: 'Not now' } }], opens: true },
])
