import { examplesOf } from '../../gallery/example'
import Facts from './Facts.vue'

export default examplesOf('Facts', Facts, { zh: '名目和内容，字大时上下排。', en: 'Names and what they are; under one another where the letters are large.' }, [
  { name: { zh: '几条', en: 'Some' }, props: { facts: [{ name: { zh: '事项', en: 'Service' }, text: { zh: '居住证申领', en: 'Residence permit' } }, { name: { zh: '预计办结', en: 'Ready by' }, text: { zh: '11月23日（周一）', en: 'Mon 23 Nov' } }] }, shows: [{ role: 'term' }, { role: 'definition' }], says: [{ zh: '居住证申领', en: 'Residence permit' }] },
])
