/** What every screen but the first says. */
export const rest = {
  'page.back': '返回',
  'missing.title': '没有这个页面',
  'missing.text': '地址可能写错了，或者内容已经搬走。',
  'missing.home': '回首页',
} as const
