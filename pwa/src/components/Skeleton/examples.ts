import { examplesOf } from '../../gallery/example'
import Skeleton from './Skeleton.vue'

const label = { zh: '正在读取办件', en: 'Reading your cases' }
export default examplesOf('Skeleton', Skeleton, { zh: '300 毫秒以后才出现，带文字。', en: 'Appears after 300 ms, with words.' }, [
  { name: { zh: '在等', en: 'Waiting' }, props: { label }, shows: [{ role: 'status' }], says: [label] },
])
