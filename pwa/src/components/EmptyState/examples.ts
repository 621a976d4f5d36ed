import { examplesOf } from '../../gallery/example'
import Button from '../Button/Button.vue'
import EmptyState from './EmptyState.vue'

const title = { zh: '还没有办件', en: 'No cases yet' }
export default examplesOf('EmptyState', EmptyState, { zh: '为什么是空的，和一个去处。', en: 'Why there is nothing, and one way on.' }, [
  { name: { zh: '有去处', en: 'With a way on' }, props: { icon: 'file', title, text: { zh: '提交以后，进度在这里看。', en: 'What you submit is followed here.' } }, slot: { of: Button, props: { to: '/search' }, slot: { zh: '找要办的事', en: 'Find a service' } }, shows: [{ role: 'link', name: { zh: '找要办的事', en: 'Find a service' } }], says: [title] },
])
