import { examplesOf } from '../../gallery/example'
import HotlineRow from './HotlineRow.vue'

export default examplesOf('HotlineRow', HotlineRow, { zh: '列表走到头，还有人可以问。', en: 'Where a list ends, there is somebody to ask.' }, [{ name: { zh: '打电话', en: 'A call' }, props: {}, shows: [{ role: 'link' }], says: ['12345'] }])
