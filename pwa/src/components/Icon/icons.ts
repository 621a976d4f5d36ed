// One family: 24 grid, 1.75 stroke, round ends. Each is a single path.
/** The shapes the first screen and its frame need; the rest are in `moreIcons.ts`. */
export const firstIcons = {
  home: 'M3.5 11 12 4l8.5 7M6 9.5V20h12V9.5M10 20v-5.5h4V20',
  file: 'M6 3.5h8l4 4.5v12.5H6zM14 3.5V8h4M9 13h6M9 16.5h4',
  card: 'M3.5 6h17v12.5h-17zM3.5 10h17M6.5 14.5h4',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5M4 16.5h16M10 20h4',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  next: 'M9 5l7 7-7 7',
  text: 'M2.5 19 8 5l5.5 14M4.5 14.5h7M14.5 19l3.3-8.5L21 19M15.6 16.2H20',
  call: 'M7.5 3.5h-3C4 12.8 11.2 20 20.5 19.5v-3.2l-4-2-2 2c-2.6-1.2-5-3.6-6.3-6.3l2-2z',
  offline: 'M4 4l16 16M8 8.5a5.5 5.5 0 0 0-1 10.5h10M11 6.7a6 6 0 0 1 6.7 4.6 4 4 0 0 1 2.6 5.7',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.2M20 4.5v4.7h-4.7',
}
