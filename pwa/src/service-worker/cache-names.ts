/** The scanner's WebAssembly: large, so only phones that have opened the verifier keep it. */
export const SCANNER_CACHE = 'zhangban-scanner'
