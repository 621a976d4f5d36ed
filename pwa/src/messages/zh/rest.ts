/** What every screen but the first says. */
export const rest = {
  'page.back': '返回',
  'missing.title': '没有这个页面',
  'missing.text': '地址可能写错了，或者内容已经搬走。',
  'missing.home': '回首页',
  'field.choose': '请选择',
  'file.take': '拍一张',
  'file.choose': '从相册选',
  'file.remove': '去掉 {name}',
  'file.refused.type': '只收 JPEG 或 PNG 照片，请换一张',
  'file.refused.size': '这张 {size}，太大了。请选 {limit} 以内的，或重新拍一张',
  'form.errors': '有 {n} 处要改',
  'form.error': '{label}：{text}',
  'dialog.cancel': '先不',
} as const
