import { examplesOf } from '../../gallery/example'
import ConfirmDialog from './ConfirmDialog.vue'

const title = { zh: '撤回这份申请？', en: 'Withdraw this application?' }
const confirm = { zh: '撤回申请', en: 'Withdraw' }
export default examplesOf('ConfirmDialog', ConfirmDialog, { zh: '不能撤销的事，先问一句。', en: 'Asks before something that cannot be undone.' }, [
  { name: { zh: '不能撤销', en: 'It cannot be undone' }, props: { title, text: { zh: '撤回以后要重新申请。', en: 'After that you apply anew.' }, confirm }, shows: [{ role: 'dialog', name: title }, { role: 'button', name: confirm }], says: [{ zh: '撤回以后要重新申请。', en: 'After that you apply anew.' }], acts: [{ on: { role: 'button', name: confirm }, press: true, emits: ['confirm'] }], opens: true },
  { name: { zh: '不会丢东西', en: 'Nothing is lost' }, props: { title: { zh: '发布这一版？', en: 'Publish this version?' }, text: { zh: '之后可以换回来。', en: 'It can be put back.' }, confirm: { zh: '发布', en: 'Publish' }, calm: true }, shows: [{ role: 'dialog', name: { zh: '发布这一版？', en: 'Publish this version?' } }], opens: true },
])
