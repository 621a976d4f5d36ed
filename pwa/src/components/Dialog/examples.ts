import { examplesOf } from '../../gallery/example'
import Button from '../Button/Button.vue'
import Dialog from './Dialog.vue'

const title = { zh: '请再验证一次', en: 'Please prove it once more' }
export default examplesOf('Dialog', Dialog, { zh: '页面上面的一个问题。焦点留在里面，Esc 关掉，焦点回到原处。', en: 'A question over the page. The focus stays in it, Escape closes it, and the focus goes back.' }, [
  { name: { zh: '打开的', en: 'Open' }, props: { title }, slot: [{ of: 'p', slot: { zh: '这件事要先确认是您本人。', en: 'This needs to know that it is you.' } }, { of: Button, props: { kind: 'solid' }, slot: { zh: '发验证码', en: 'Send the code' } }], shows: [{ role: 'dialog', name: title }, { role: 'button', name: { zh: '发验证码', en: 'Send the code' } }], opens: true },
])
