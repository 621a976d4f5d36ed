import { examplesOf } from '../../gallery/example'
import Tabs from './Tabs.vue'

const lease = { zh: '租房合同', en: 'Lease' }
const photo = { zh: '本人照片', en: 'Photo' }
const tabs = [{ value: 'lease', label: lease }, { value: 'photo', label: photo }, { value: 'card', label: { zh: '身份证', en: 'ID card' }, note: { zh: '电子证照', en: 'Certificate' } }]
const label = { zh: '材料', en: 'Documents' }
export default examplesOf('Tabs', Tabs, { zh: '同一个地方放几样东西，一次看一样。方向键换，Tab 键往下走。', en: 'Several things in one place, one at a time. Arrows change it, Tab goes on.' }, [
  {
    name: { zh: '三样材料', en: 'Three documents' }, props: { id: 'tabs-three', label, modelValue: 'lease', tabs }, slot: { of: 'p', slot: { zh: '这里是看的那一样。', en: 'Here is what is looked at.' } },
    shows: [{ role: 'tablist', name: label }, { role: 'tab', name: lease }, { role: 'tabpanel', name: lease }],
    acts: [
      { on: { role: 'tab', name: photo }, press: true, emits: ['update:modelValue', 'photo'] },
      { on: { role: 'tab', name: lease }, key: 'ArrowRight', emits: ['update:modelValue', 'photo'] },
      { on: { role: 'tab', name: lease }, key: 'ArrowLeft', emits: ['update:modelValue', 'card'] },
      { on: { role: 'tab', name: lease }, key: 'End', emits: ['update:modelValue', 'card'] },
    ],
  },
])
