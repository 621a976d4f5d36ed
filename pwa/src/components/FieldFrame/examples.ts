import { examplesOf } from '../../gallery/example'
import FieldFrame from './FieldFrame.vue'

const label = { zh: '租房合同', en: 'Lease' }
export default examplesOf('FieldFrame', FieldFrame, { zh: '每个控件的外框；几个控件合成一组时用图例。', en: 'What surrounds every control; several controls form one group under a legend.' }, [
  { name: { zh: '一组', en: 'A group' }, props: { id: 'frame-group', label, hint: { zh: '每一页都要', en: 'Every page of it' }, group: true }, slot: { of: 'button', props: { type: 'button', class: 'button' }, slot: { zh: '选文件', en: 'Choose a file' } }, shows: [{ role: 'group', name: label }, { role: 'button', name: { zh: '选文件', en: 'Choose a file' } }], says: [{ zh: '每一页都要', en: 'Every page of it' }] },
])
