import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '../src/api/client'
import { dayBoxes } from '../src/desk/dayBoxes'
import { held, holdBack, HOLD_MS, sendNow, takeBack } from '../src/desk/held'
import { enlarged, fitting, flat, placeAt, turned, type Lie } from '../src/desk/picturePlace'

const frame = { width: 400, height: 300 }
const picture = { width: 200, height: 300 }

describe('a picture that is looked at closely', () => {
  test('has its middle under the middle of the frame, and its corners at its corners', () => {
    expect(placeAt({ x: 0, y: 0 }, flat(), picture, frame)).toEqual({ across: 5_000, down: 5_000 })
    expect(placeAt({ x: -100, y: -150 }, flat(), picture, frame)).toEqual({ across: 0, down: 0 })
    expect(placeAt({ x: 101, y: 0 }, flat(), picture, frame)).toBeNull()
  })

  test('says nothing of a place before its size is known', () => {
    expect(placeAt({ x: 0, y: 0 }, flat(), { width: 0, height: 0 }, frame)).toBeNull()
  })

  test.each([90, 180, 270] as const)('is found again after turning by %i degrees', (turn) => {
    const lie: Lie = { x: 12, y: -7, scale: 2, turn }
    const scale = 2 * fitting(picture, frame, turn)
    // Where a quarter to the right and a quarter down of the middle has gone.
    const [x, y] = [picture.width / 4 * scale, picture.height / 4 * scale]
    const gone = turn === 90 ? { x: -y, y: x } : turn === 180 ? { x: -x, y: -y } : { x: y, y: -x }
    expect(placeAt({ x: gone.x + 12, y: gone.y - 7 }, lie, picture, frame)).toEqual({ across: 7_500, down: 7_500 })
  })

  test('keeps what lies under the pointer there while it grows, and lies flat again when it is as small as it gets', () => {
    const point = { x: 40, y: -25 }
    const before = placeAt(point, flat(), picture, frame)
    const grown = enlarged(enlarged(flat(), 1.25, point), 2, point)
    expect(grown.scale).toBe(2.5)
    expect(placeAt(point, grown, picture, frame)).toEqual(before)
    expect(enlarged(grown, 0.1, point)).toEqual(flat())
    expect(enlarged(grown, 100).scale).toBe(8)
  })

  test('shrinks on its side to fit, and is upright after four quarters', () => {
    expect(fitting(picture, frame, 0)).toBe(1)
    expect(fitting(picture, frame, 90)).toBe(1)
    expect(fitting({ width: 400, height: 300 }, frame, 90)).toBe(0.75)
    const moved: Lie = { x: 3, y: 5, scale: 2, turn: 0 }
    expect(turned(turned(turned(turned(moved))))).toMatchObject({ turn: 0, scale: 2, x: 3, y: 5 })
  })
})

describe('the days of a limit', () => {
  test('are boxes in lines of fourteen, thirty at most, those used among them', () => {
    const boxes = (path: string): number => path.split('z').length - 1
    expect(dayBoxes(0, 5)).toMatchObject({ used: '', width: 58, height: 18 })
    expect(boxes(dayBoxes(3, 20).all)).toBe(20)
    expect(boxes(dayBoxes(3, 20).used)).toBe(3)
    expect(boxes(dayBoxes(90, 90).used)).toBe(30)
    expect(dayBoxes(3, 20).height).toBe(38)
  })
})

describe('a command that waits', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('addEventListener', vi.fn())
    vi.stubGlobal('removeEventListener', vi.fn())
  })
  afterEach(() => {
    takeBack()
    held.failed = null
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const waiting = (send = vi.fn(async () => undefined)) => ({ words: '受理', address: '/cases/1', send, takenBack: vi.fn() })

  test('goes out after its time and not before', async () => {
    const one = waiting()
    holdBack(one)
    await vi.advanceTimersByTimeAsync(HOLD_MS - 500)
    expect(one.send).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(one.send).toHaveBeenCalledOnce()
    expect(held.waiting).toBeNull()
  })

  test('is never sent once it was taken back', async () => {
    const one = waiting()
    holdBack(one)
    expect(takeBack()).toBe(true)
    expect(takeBack()).toBe(false)
    await vi.advanceTimersByTimeAsync(10 * HOLD_MS)
    expect(one.send).not.toHaveBeenCalled()
    expect(one.takenBack).toHaveBeenCalledOnce()
  })

  test('is sent at once, and once, when another comes', async () => {
    const [one, other] = [waiting(), waiting()]
    holdBack(one)
    holdBack(other)
    expect(one.send).toHaveBeenCalledOnce()
    expect(held.waiting).toBe(other)
    await vi.advanceTimersByTimeAsync(10 * HOLD_MS)
    expect(one.send).toHaveBeenCalledOnce()
    expect(other.send).toHaveBeenCalledOnce()
  })

  test('asks before the tab is closed for as long as it waits', () => {
    holdBack(waiting())
    expect(addEventListener).toHaveBeenCalledWith('beforeunload', expect.any(Function))
    takeBack()
    expect(removeEventListener).toHaveBeenCalledWith('beforeunload', expect.any(Function))
  })

  test('that fails on its way is told wherever one is', async () => {
    holdBack(waiting(vi.fn(async () => Promise.reject(new ApiError('unreachable', 0, null)))))
    await sendNow()
    expect(held.failed).toMatchObject({ words: '受理', address: '/cases/1' })
  })
})
