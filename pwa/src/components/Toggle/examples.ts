import { examplesOf } from '../../gallery/example'
import Toggle from './Toggle.vue'

const title = { zh: '长辈大字', en: 'Large text' }
export default examplesOf('Toggle', Toggle, { zh: '马上打开或关上的一行。', en: 'A row that switches something at once.' }, [
  { name: { zh: '关着', en: 'Off' }, props: { icon: 'text', title, support: { zh: '字更大，按钮更大', en: 'Larger letters and buttons' }, modelValue: false }, shows: [{ role: 'switch' }], says: [title], acts: [{ on: { role: 'switch' }, press: true, emits: ['update:modelValue', true] }] },
  { name: { zh: '开着', en: 'On' }, props: { icon: 'bell', title: { zh: '消息提醒', en: 'Notices' }, modelValue: true }, shows: [{ role: 'switch', name: { zh: '消息提醒', en: 'Notices' } }], acts: [{ on: { role: 'switch' }, press: true, emits: ['update:modelValue', false] }] },
])
