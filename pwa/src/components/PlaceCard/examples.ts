import { examplesOf } from '../../gallery/example'
import PlaceCard from './PlaceCard.vue'

const name = { zh: '临江区政务服务中心', en: 'Linjiang service centre' }
const address = { zh: '听涛路 1 号', en: '1 Tingtao Road' }
export default examplesOf('PlaceCard', PlaceCard, { zh: '一个办事点：开没开门，在哪儿，电话。', en: 'A place: whether it is open, where it is, its phone.' }, [
  { name: { zh: '附近的', en: 'Nearby' }, props: { place: { key: 'linjiang', name, address, hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' }], phone: '0990-12345', access: { zh: '有无障碍坡道', en: 'Step-free entrance' } } as never, metres: 800 }, shows: [{ role: 'article' }, { role: 'heading', name }, { role: 'link' }], says: [address, '0990-12345'] },
])
