import { examplesOf } from '../../gallery/example'
import PageHeader from './PageHeader.vue'

const title = { zh: '居住证申领', en: 'Residence permit' }
export default examplesOf('PageHeader', PageHeader, { zh: '屏幕的第一行。', en: 'The top line of a screen.' }, [
  { name: { zh: '能返回', en: 'With a way back' }, props: { title, back: '/cases', ownBack: true }, shows: [{ role: 'button', name: { zh: '返回', en: 'Back' } }], says: [title], acts: [{ on: { role: 'button', name: { zh: '返回', en: 'Back' } }, press: true, emits: ['back'] }] },
  { name: { zh: '右边有一件事', en: 'With something beside it' }, props: { title }, slot: { of: 'button', props: { type: 'button', class: 'link' }, slot: { zh: '存好退出', en: 'Save and leave' } }, shows: [{ role: 'button', name: { zh: '存好退出', en: 'Save and leave' } }], says: [title] },
])
