/** The row of the syllabary that a reading belongs to: あ か さ た な は ま や ら わ. */
const ROWS: readonly (readonly [row: string, letters: string])[] = [
  ['あ', 'ぁあぃいぅうぇえぉおゔ'],
  ['か', 'かがきぎくぐけげこごゕゖ'],
  ['さ', 'さざしじすずせぜそぞ'],
  ['た', 'ただちぢっつづてでとど'],
  ['な', 'なにぬねの'],
  ['は', 'はばぱひびぴふぶぷへべぺほぼぽ'],
  ['ま', 'まみむめも'],
  ['や', 'ゃやゅゆょよ'],
  ['ら', 'らりるれろ'],
  ['わ', 'ゎわゐゑをん'],
];

export function rowOf(reading: string): string {
  const first = reading[0] ?? '';
  return ROWS.find(([, letters]) => letters.includes(first))?.[0] ?? 'わ';
}
