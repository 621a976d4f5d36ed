// Firefox through puppeteer-core over WebDriver BiDi: one order a line of JSON from standard input, one reply a line.
import { createInterface } from 'node:readline'
import puppeteer from 'puppeteer-core'

const { program, width, height } = JSON.parse(process.argv[2])
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: program,
  headless: true,
  extraPrefsFirefox: { 'intl.accept_languages': 'zh-CN' },
})
const page = await browser.newPage()
await page.setViewport({ width, height })

const find = (locator) => page.evaluateHandle(`(${locator.script})(${locator.words.map((each) => JSON.stringify(each)).join(', ')})`)
async function within(locator, work) {
  const element = (await find(locator)).asElement()
  if (!element) return false
  await work(element)
  return true
}

const orders = {
  open: ({ address }) => page.goto(address, { waitUntil: 'load' }).then(() => true),
  ask: ({ script, words }) => page.evaluate(`(${script})(${words.map((each) => JSON.stringify(each)).join(', ')})`),
  press: ({ locator }) => within(locator, (element) => element.click()),
  write: ({ locator, text }) => within(locator, (element) => element.type(text)),
  attach: ({ locator, path }) => within(locator, (element) => element.uploadFile(path)),
  key: ({ name }) => page.keyboard.press(name).then(() => true),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...rest } = JSON.parse(line)
  if (order === 'close') break
  let reply
  try {
    reply = { value: (await orders[order](rest)) ?? null }
  } catch (fault) {
    reply = { fault: String(fault) }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}
await browser.close()
