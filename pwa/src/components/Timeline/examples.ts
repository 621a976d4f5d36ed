import { examplesOf } from '../../gallery/example'
import Timeline from './Timeline.vue'

export default examplesOf('Timeline', Timeline, { zh: '发生过的事，新的在上；公开的页面按阶段。', en: 'What happened, newest first; by stage on the public page.' }, [
  { name: { zh: '一件办件', en: 'A case' }, props: { entries: [{ key: 3, icon: 'pause', tone: 'warning', title: { zh: '等您换照片', en: 'Waiting for a new photo' }, support: { zh: '今天 10:32', en: 'Today 10:32' }, strong: true }, { key: 2, icon: 'done', tone: 'success', title: { zh: '已受理', en: 'Accepted' }, support: { zh: '11月5日', en: '5 Nov' } }, { key: 1, icon: 'done', tone: 'success', title: { zh: '已提交', en: 'Submitted' } }] }, shows: [{ role: 'list' }, { role: 'listitem' }], says: [{ zh: '等您换照片', en: 'Waiting for a new photo' }] },
  { name: { zh: '阶段', en: 'Stages' }, props: { entries: [{ key: 'a', icon: 'done', tone: 'success', title: { zh: '受理', en: 'Accepted' } }, { key: 'b', icon: 'clock', tone: 'primary', title: { zh: '审查', en: 'Examined' }, support: { zh: '现在在这里', en: 'Now here' }, strong: true }, { key: 'c', icon: 'circle', tone: 'ahead', title: { zh: '决定', en: 'Decided' } }, { key: 'd', icon: 'stop', tone: 'danger', title: { zh: '不予批准', en: 'Refused' } }] }, shows: [{ role: 'list' }], says: [{ zh: '现在在这里', en: 'Now here' }] },
])
