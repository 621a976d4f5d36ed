import { examplesOf } from '../../gallery/example'
import ListRow from './ListRow.vue'

const title = { zh: '登录与安全', en: 'Sign-in and security' }
const support = { zh: '手机、通行密钥', en: 'Phone, passkeys' }
export default examplesOf('ListRow', ListRow, { zh: '列表里的一行：链接、按钮，或只是文字。', en: 'One line of a list: a link, a button, or only text.' }, [
  { name: { zh: '链接', en: 'A link' }, props: { to: '/me/security', icon: 'shield', title, support }, shows: [{ role: 'link', name: { zh: '登录与安全 手机、通行密钥', en: 'Sign-in and security Phone, passkeys' } }] },
  { name: { zh: '按钮', en: 'A button' }, props: { pressable: true, icon: 'globe', title: { zh: '语言', en: 'Language' } }, shows: [{ role: 'button', name: { zh: '语言', en: 'Language' } }], acts: [{ on: { role: 'button', name: { zh: '语言', en: 'Language' } }, press: true, emits: ['press'] }] },
  { name: { zh: '只是文字', en: 'Only text' }, props: { icon: 'phone', title: { zh: '手机号', en: 'Phone' }, support: '139****0001' }, shows: [], says: ['139****0001'] },
])
