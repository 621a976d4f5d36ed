import { examplesOf } from '../../gallery/example'
import ItemRow from './ItemRow.vue'

const item = {
  key: 'residence-permit', code: '', name: { zh: '居住证申领', en: 'Residence permit' }, summary: { zh: '在云海住满半年，可以申领居住证。', en: 'For those who have lived in Yunhai for half a year.' }, pinyin: '', aliases: [], alias_pinyin: [],
  corporate_topic: null, topic: '', department: { key: '', name: { zh: '公安局', en: 'Public security' } }, depth: 4, errand: null, everyday: 1, fee_charged: false, fillable: true, kind: 'promised', offices: [], promised: { value: 10, unit: 'workday' },
  service_objects: ['1'], use_level: '', visits: 0,
} as const
export default examplesOf('ItemRow', ItemRow, { zh: '一件能办的事，和人们先问的几点。', en: 'One thing that can be done, and what people ask first.' }, [
  { name: { zh: '列表里', en: 'In a list' }, props: { item: item as never }, shows: [{ role: 'link' }], says: [item.name, item.summary] },
  { name: { zh: '搜到的字加粗', en: 'With what was found' }, props: { item: item as never, pieces: [{ text: { zh: '居住证', en: 'Residence' }, found: true }, { text: { zh: '申领', en: ' permit' }, found: false }] }, shows: [{ role: 'link' }], says: [{ zh: '居住证', en: 'Residence' }] },
])
