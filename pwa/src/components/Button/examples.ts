import { examplesOf } from '../../gallery/example'
import Button from './Button.vue'

const submit = { zh: '提交申请', en: 'Submit' }
export default examplesOf('Button', Button, { zh: '一个屏幕只有一个实心按钮，其余用描边或链接。', en: 'One solid button a screen; the others are outlined or links.' }, [
  { name: { zh: '主要的', en: 'The main one' }, props: { kind: 'solid' }, slot: submit, shows: [{ role: 'button', name: submit }], acts: [{ on: { role: 'button', name: submit }, press: true, emits: ['press'] }] },
  { name: { zh: '其他的', en: 'Another' }, props: { icon: 'camera' }, slot: { zh: '拍照', en: 'Take a picture' }, shows: [{ role: 'button', name: { zh: '拍照', en: 'Take a picture' } }] },
  { name: { zh: '不能撤销的', en: 'One that cannot be undone' }, props: { kind: 'danger' }, slot: { zh: '撤回申请', en: 'Withdraw' }, shows: [{ role: 'button', name: { zh: '撤回申请', en: 'Withdraw' } }] },
  { name: { zh: '正在办', en: 'At work' }, props: { kind: 'solid', busy: true, busyText: { zh: '正在提交', en: 'Submitting' } }, slot: submit, shows: [{ role: 'button', name: { zh: '正在提交', en: 'Submitting' } }], acts: [{ on: { role: 'button', name: { zh: '正在提交', en: 'Submitting' } }, press: true, emits: [] }] },
  { name: { zh: '还不能按，原因写在旁边', en: 'Not yet: its reason stands beside it' }, props: { disabled: true }, slot: { zh: '再发一次', en: 'Send again' }, shows: [{ role: 'button', name: { zh: '再发一次', en: 'Send again' } }], acts: [{ on: { role: 'button', name: { zh: '再发一次', en: 'Send again' } }, press: true, emits: [] }] },
  { name: { zh: '去别处的链接', en: 'A link' }, props: { to: '/cases', kind: 'solid' }, slot: { zh: '看进度', en: 'See the progress' }, shows: [{ role: 'link', name: { zh: '看进度', en: 'See the progress' } }] },
])
