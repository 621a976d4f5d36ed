import { examplesOf } from '../../gallery/example'
import Stepper from './Stepper.vue'

export default examplesOf('Stepper', Stepper, { zh: '一张长表走到第几步。', en: 'Where one is among the steps of something longer.' }, [
  { name: { zh: '第二步', en: 'The second step' }, props: { at: 2, of: 5 }, slot: { of: 'span', props: { role: 'status' }, slot: { zh: '已保存在本机 10:32', en: 'Saved on this phone 10:32' } }, shows: [{ role: 'status' }], says: [{ zh: '第 2 步，共 5 步', en: 'Step 2 of 5' }, { zh: '已保存在本机 10:32', en: 'Saved on this phone 10:32' }] },
])
