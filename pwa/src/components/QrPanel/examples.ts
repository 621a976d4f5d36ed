import { examplesOf } from '../../gallery/example'
import { drawQr } from '../../wallet/qr'
import QrPanel from './QrPanel.vue'

const label = { zh: '居住证的码', en: 'The code of the residence permit' }
export default examplesOf('QrPanel', QrPanel, { zh: '给别的设备扫的码，什么主题都是白底黑码。', en: 'A code for another device: black on white in every theme.' }, [
  { name: { zh: '一个码', en: 'A code' }, props: { ...drawQr('ZP1:EXAMPLE'), label }, shows: [{ role: 'img', name: label }] },
])
