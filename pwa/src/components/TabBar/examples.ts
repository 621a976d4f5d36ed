import { examplesOf } from '../../gallery/example'
import TabBar from './TabBar.vue'

export default examplesOf('TabBar', TabBar, { zh: '屏幕最下面的五个去处，长辈大字时三个。', en: 'The five places at the foot of the screen; three with large text.' }, [
  { name: { zh: '有新消息', en: 'With news' }, props: { current: 'home', unread: 3 }, shows: [{ role: 'navigation' }, { role: 'link', name: { zh: '我的', en: 'Me' } }], says: ['3'] },
])
