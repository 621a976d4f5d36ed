const MAX_LENGTH = 40
const SYSTEMS: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/Linux/, 'Linux'],
]
const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'],
  [/AlipayClient/, 'Alipay'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Edg/, 'Edge'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
]

const match = (table: [RegExp, string][], text: string) => table.find(([pattern]) => pattern.test(text))?.[1]

/** What a person would call this device, at most 40 characters: "Android · Chrome". */
export function deviceName(userAgent: string = typeof navigator === 'undefined' ? '' : (navigator.userAgent ?? '')): string {
  const parts = [match(SYSTEMS, userAgent), match(BROWSERS, userAgent)].filter((part) => part !== undefined)
  return (parts.join(' · ') || 'Browser').slice(0, MAX_LENGTH)
}
