import { examplesOf } from '../../gallery/example'
import FileField from './FileField.vue'

const label = { zh: '租房合同', en: 'Lease' }
const limits = { files: 4, bytes: 10_485_760, accept: ['image/jpeg', 'image/png'] }
const picture = (): Promise<string> => Promise.resolve('/icons/mark.svg')
const files = [{ sha256: '1'.repeat(64), name: 'lease.jpg', size: 420_000, media_type: 'image/jpeg' }]
export default examplesOf('FileField', FileField, { zh: '一种材料的照片：现在拍，或者从手机里选。', en: 'Pictures for one material: taken now or chosen.' }, [
  { name: { zh: '还没有', en: 'None yet' }, props: { id: 'file-empty', label, hint: { zh: '每一页都要拍到', en: 'Every page of it' }, files: [], picture, limits }, shows: [{ role: 'group', name: label }] },
  { name: { zh: '有一张', en: 'One' }, props: { id: 'file-one', label, files, picture, limits }, shows: [{ role: 'group', name: label }, { role: 'button', name: { zh: '去掉 lease.jpg', en: 'Remove lease.jpg' } }], says: ['lease.jpg'], acts: [{ on: { role: 'button', name: { zh: '去掉 lease.jpg', en: 'Remove lease.jpg' } }, press: true, emits: ['detach', '1'.repeat(64)] }] },
  { name: { zh: '太大了', en: 'Too large' }, props: { id: 'file-wrong', label, files: [], picture, limits, error: { zh: '这个 PDF 有 25 MB，太大了。请选 10 MB 以内的', en: 'This PDF is 25 MB. Choose one up to 10 MB' } }, shows: [{ role: 'group', name: label }], says: [{ zh: '这个 PDF 有 25 MB，太大了。请选 10 MB 以内的', en: 'This PDF is 25 MB. Choose one up to 10 MB' }] },
])
