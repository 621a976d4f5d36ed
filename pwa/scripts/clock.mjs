// Reckons legal clocks as the phone does, for tests: a line {calendar, ask, …} in, a line with the clock or {refused} out.
import { build } from 'esbuild'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../src/rules/deadline.ts', import.meta.url))
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20' })
const { clockLines, stepLines, spanLines, ClockRefused } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)

function answer({ calendar, ask, limits, limit, start, pauses, told, first, last, code, today }) {
  const years = new Map(Object.entries(calendar).map(([year, days]) => [year, { holidays: new Set(days.holidays), workdays: new Set(days.workdays) }]))
  if (ask === 'clock') return clockLines(limits, start, pauses, today, years)
  if (ask === 'step') return stepLines(limit, start, told, today, years)
  return spanLines(first, last, code, today)
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply
  try {
    reply = answer(JSON.parse(line))
  } catch (error) {
    if (!(error instanceof ClockRefused)) throw error
    reply = { refused: error.code }
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}
