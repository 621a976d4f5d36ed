import { examplesOf } from '../../gallery/example'
import Mark from './Mark.vue'

export default examplesOf('Mark', Mark, { zh: '标志：手掌和对勾。每个城市换成自己的。', en: 'The mark: a palm with a tick. A city puts its own.' }, [{ name: { zh: '标志', en: 'The mark' }, props: {}, shows: [] }])
