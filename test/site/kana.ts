/** The ways in which a reader's input method may write the same word. */

const HALF_WIDTH = new Map(
  Array.from({ length: 0xff9f - 0xff61 + 1 }, (_, index) => String.fromCodePoint(0xff61 + index)).map((letter) => [
    letter.normalize('NFKC'),
    letter,
  ]),
);
const MARKS: Readonly<Record<string, string>> = { '\u3099': 'ﾞ', '\u309A': 'ﾟ' };

export function toKatakana(text: string): string {
  return text.replace(/[ぁ-ゖ]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0x60));
}

/** Katakana as `ｶﾞ`; what has no such form stays. */
export function toHalfWidth(text: string): string {
  return Array.from(text.normalize('NFD'), (letter) => MARKS[letter] ?? HALF_WIDTH.get(letter) ?? letter).join('');
}

/** Latin letters, digits and signs as `Ａ`. */
export function toFullWidth(text: string): string {
  return text.replace(/[!-~]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0));
}

const VOWELS: readonly (readonly [vowel: string, letters: string])[] = [
  ['あ', 'あかさたなはまやらわ'],
  ['い', 'いきしちにひみり'],
  ['う', 'うくすつぬふむゆる'],
  ['え', 'えけせてねへめれ'],
  ['お', 'おこそとのほもよろを'],
];
const SMALL = 'ぁぃぅぇぉっゃゅょゎ';
const LARGE = 'あいうえおつやゆよわ';

/**
 * By what dictionaries order readings first (JIS X 4061): without voicing marks, small letters as large ones, a long sound as
 * the vowel before it.
 */
export function orderKey(reading: string): string {
  const plain = reading.normalize('NFD').replace(/[\u3099\u309A]/g, '');
  return Array.from(plain, (letter) => (SMALL.includes(letter) ? LARGE[SMALL.indexOf(letter)]! : letter)).reduce(
    (key, letter) => key + (letter === 'ー' ? vowelOf(key.at(-1) ?? '') : letter),
    '',
  );
}

function vowelOf(letter: string): string {
  return VOWELS.find(([, letters]) => letters.includes(letter))?.[0] ?? letter;
}
