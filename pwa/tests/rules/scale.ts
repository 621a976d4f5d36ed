/** How many runs a property test makes: a hundredth of the full size, or what ZHANGBAN_TEST_SCALE says (soak: 1). */
export function runs(fullSize: number): number {
  return Math.max(20, Math.round(fullSize * Number(process.env.ZHANGBAN_TEST_SCALE ?? '0.01')))
}
