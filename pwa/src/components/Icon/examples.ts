import { examplesOf } from '../../gallery/example'
import Icon from './Icon.vue'

export default examplesOf('Icon', Icon, { zh: '一家人的图标：24 格，1.75 的线，圆头；返回和关闭以外都带文字。', en: 'One family: 24 grid, 1.75 stroke, round ends; never without a word, back and close excepted.' }, [
  { name: { zh: '平常', en: 'Usual' }, props: { name: 'home' }, shows: [] },
  { name: { zh: '小的', en: 'Small' }, props: { name: 'done', small: true }, shows: [] },
])
