import { examplesOf } from '../../gallery/example'
import Notice from './Notice.vue'

const more = (zh: string, en: string) => ({ of: 'p', slot: { zh, en } })
export default examplesOf('Notice', Notice, { zh: '现在是什么情况，要做什么。形状、文字、颜色三样一起说。', en: 'What is true now and what to do: by shape, word, and only then colour.' }, [
  { name: { zh: '告诉您', en: 'To know' }, props: { title: { zh: '周六也开门', en: 'Open on Saturdays too' } }, slot: more('带上身份证。', 'Bring your ID card.'), shows: [], says: [{ zh: '周六也开门', en: 'Open on Saturdays too' }, { zh: '带上身份证。', en: 'Bring your ID card.' }] },
  { name: { zh: '办成了', en: 'Done' }, props: { tone: 'success', title: { zh: '服务器已收到', en: 'Received' }, live: true }, shows: [{ role: 'status' }], says: [{ zh: '服务器已收到', en: 'Received' }] },
  { name: { zh: '等您', en: 'We wait for you' }, props: { tone: 'warning', title: { zh: '办理暂停，等您换照片', en: 'Paused until you send a new photo' }, live: true }, shows: [{ role: 'status' }], says: [{ zh: '办理暂停，等您换照片', en: 'Paused until you send a new photo' }] },
  { name: { zh: '没办成', en: 'It failed' }, props: { tone: 'danger', title: { zh: '没有存上', en: 'It was not saved' }, live: true }, slot: more('请再试一次。', 'Try again.'), shows: [{ role: 'alert' }], says: [{ zh: '没有存上', en: 'It was not saved' }] },
])
