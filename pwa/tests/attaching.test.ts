import { beforeAll, describe, expect, it } from 'vitest'
import { limitsOf, PICTURES } from '../src/fileLimits'
import { attachAll } from '../src/filling/attaching'
import { cut, kept, nearest, reached, SIDES, turned, WHOLE } from '../src/filling/cropping'
import { loadRestOfMessages } from '../src/messages'
import { placed, type FileEntry } from '../src/offline/draft-record'
import { FileRefused } from '../src/offline/image'

const entry = (sha256: string): FileEntry => ({ sha256, name: `${sha256}.jpg`, size: 1, media_type: 'image/jpeg' })
const file = (name: string): File => new File(['x'], name, { type: 'image/jpeg' })
const limits = (files: number) => ({ files, bytes: 1_000, accept: PICTURES })

beforeAll(loadRestOfMessages)

describe('choosing files', () => {
  it('takes several at once as far as there is room, and says how many were left out', async () => {
    const taken: string[] = []
    const forty = Array.from({ length: 40 }, (_, index) => file(`${index}.jpg`))
    const said = await attachAll(forty, [entry('a')], limits(9), async ({ name }) => taken.push(name))
    expect(taken).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg', '7.jpg'])
    expect(said).toContain('9')
    expect(said).toContain('32')
  })

  it('pushes none of several out, and says that there is no room', async () => {
    const said = await attachAll([file('new.jpg')], [entry('a'), entry('b')], limits(2), async () => expect.unreachable())
    expect(said).toContain('2')
  })

  it('puts the one picture that is wanted in the place of the old one', async () => {
    const calls: unknown[] = []
    expect(await attachAll([file('new.jpg')], [entry('old')], limits(1), async ({ name }, instead) => calls.push([name, instead]))).toBe('')
    expect(calls).toEqual([['new.jpg', 'old']])
  })

  it('takes the others when one is refused, and names that one', async () => {
    const taken: string[] = []
    const said = await attachAll([file('good.jpg'), file('bad.jpg'), file('fine.jpg')], [], limits(5), async ({ name }) => {
      if (name === 'bad.jpg') throw new FileRefused('empty', 0)
      taken.push(name)
    })
    expect(taken).toEqual(['good.jpg', 'fine.jpg'])
    expect(said).toContain('bad.jpg')
  })

  it('knows one picture of the usual kinds where the guide says nothing', () => {
    expect(limitsOf(undefined)).toEqual({ files: 1, bytes: 10 * 1024 * 1024, accept: ['image/jpeg', 'image/png'] })
  })
})

describe('the place of a file', () => {
  it('is that of the one it replaces, or the last', () => {
    const files = ['a', 'b', 'c'].map(entry)
    expect(placed(files, entry('x'), 'b').map((one) => one.sha256)).toEqual(['a', 'x', 'c'])
    expect(placed(files, entry('x')).map((one) => one.sha256)).toEqual(['a', 'b', 'c', 'x'])
    expect(placed(files, entry('x'), 'gone').map((one) => one.sha256)).toEqual(['a', 'b', 'c', 'x'])
    expect(placed(files, entry('a'), 'c').map((one) => one.sha256)).toEqual(['b', 'a'])
  })
})

describe('cutting a picture', () => {
  it('always leaves a tenth between two sides', () => {
    for (const side of SIDES) {
      expect(cut(WHOLE, side, 200)[side]).toBe(90)
      expect(cut(WHOLE, side, -5)[side]).toBe(0)
    }
    expect(cut({ ...WHOLE, left: 60 }, 'right', 80)).toEqual({ ...WHOLE, left: 60, right: 30 })
  })

  it('keeps the same part when the picture is turned, and the crop of four turns is the first', () => {
    const crop = { top: 1, right: 2, bottom: 3, left: 4 }
    // The top of the picture is at the right after a turn to the right.
    expect(turned(crop, 1)).toEqual({ top: 4, right: 1, bottom: 2, left: 3 })
    expect(turned(turned(crop, 1), -1)).toEqual(crop)
    expect([1, 2, 3, 4].reduce((each) => turned(each, 1), crop)).toEqual(crop)
  })

  it('is counted in pixels of the whole picture', () => {
    expect(kept(1_000, 500, { top: 10, right: 20, bottom: 30, left: 5 })).toEqual({ x: 50, y: 50, width: 750, height: 300 })
    expect(kept(1, 1, { top: 45, right: 45, bottom: 45, left: 45 })).toMatchObject({ width: 1, height: 1 })
  })

  it('takes hold of the side that is nearest to the finger', () => {
    expect([nearest(WHOLE, 50, 3), nearest(WHOLE, 97, 50), nearest(WHOLE, 50, 96), nearest(WHOLE, 2, 40)]).toEqual(['top', 'right', 'bottom', 'left'])
    expect(SIDES.map((side) => reached(side, 30, 40))).toEqual([40, 70, 60, 30])
  })
})
