import { examplesOf } from '../../gallery/example'
import Card from './Card.vue'
import ListRow from '../ListRow/ListRow.vue'

export default examplesOf('Card', Card, { zh: '一张纸。左边有琥珀色的边，就是有事等您。', en: 'A piece of paper. An amber edge means that something waits for the reader.' }, [
  { name: { zh: '平常的', en: 'Plain' }, props: { padded: true }, slot: { zh: '没有要您做的事。', en: 'Nothing to do.' }, shows: [], says: [{ zh: '没有要您做的事。', en: 'Nothing to do.' }] },
  { name: { zh: '等您的', en: 'Waiting' }, props: { waiting: true }, slot: { of: ListRow, props: { to: '/cases', icon: 'warning', title: { zh: '居住证申领', en: 'Residence permit' }, support: { zh: '请换一张照片', en: 'Send a new photo' } } }, shows: [{ role: 'link', name: { zh: '居住证申领 请换一张照片', en: 'Residence permit Send a new photo' } }] },
  { name: { zh: '几行一张卡', en: 'Several rows' }, props: {}, slot: [{ of: ListRow, props: { to: '/search', icon: 'search', title: { zh: '搜事项', en: 'Search' } } }, { of: ListRow, props: { to: '/places', icon: 'place', title: { zh: '附近的办事点', en: 'Places nearby' } } }], shows: [{ role: 'link', name: { zh: '搜事项', en: 'Search' } }, { role: 'link', name: { zh: '附近的办事点', en: 'Places nearby' } }] },
])
