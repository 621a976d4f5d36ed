import { examplesOf } from '../../gallery/example'
import OfflineBar from './OfflineBar.vue'

export default examplesOf('OfflineBar', OfflineBar, { zh: '服务器没有回答时，最上面的一行。', en: 'One line at the very top while the server does not answer.' }, [
  { name: { zh: '已存在本机', en: 'Saved on the phone' }, props: { fact: { zh: '已保存在本机 10:32', en: 'saved on this phone 10:32' }, note: { zh: '联网后自动同步', en: 'It syncs by itself' } }, shows: [{ role: 'status' }], says: [{ zh: '联网后自动同步', en: 'It syncs by itself' }] },
])
