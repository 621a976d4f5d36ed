/** The page's own words. It is no screen of the product, so they are no part of its messages. */
export const words = {
  title: { zh: '组件', en: 'Components' },
  lead: { zh: '界面由这些组件拼成。下面每个例子都是数据，页面、单元测试和无障碍测试都由它们生成。', en: 'The app is made of these. Each example is data: this page, the unit tests and the accessibility tests are made from it.' },
  find: { zh: '跳到组件', en: 'Go to a component' },
  elder: { zh: '长辈大字', en: 'Large text' },
  desk: { zh: '工作台的尺寸', en: 'Sizes of the desk' },
  dress: { zh: '样子', en: 'Dress' },
  icons: { zh: '图标', en: 'Icons' },
  tokens: { zh: '颜色', en: 'Colours' },
  open: { zh: '打开', en: 'Open' },
}
