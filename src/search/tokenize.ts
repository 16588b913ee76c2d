/**
 * Cuts text into search terms. Index and query use this one function, so they cannot disagree.
 *
 * Latin words, numbers and addresses stay whole; Japanese is cut into pairs of letters (アップリンク → アッ ップ プリ リン ンク),
 * since no dictionary knows the field's words. Widths and cases are folded by NFKC.
 */
const KATAKANA = /[ァ-ヶ]/g;
const KANA_DISTANCE = 0x60;
const TERM = /([a-z0-9][a-z0-9._:/-]*)|([\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー々]+)/gu;

export function tokenize(text: string): string[] {
  const terms: string[] = [];
  for (const [, latin, japanese] of fold(text).matchAll(TERM)) {
    if (latin !== undefined) terms.push(latin);
    else terms.push(...pairs(japanese!));
  }
  return terms;
}

/** The form in which texts are compared: widths, upper case, and hiragana or katakana make no difference. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(KATAKANA, hiragana);
}

function hiragana(letter: string): string {
  return String.fromCodePoint(letter.codePointAt(0)! - KANA_DISTANCE);
}

function pairs(word: string): string[] {
  const letters = [...word];
  if (letters.length === 1) return letters;
  return letters.slice(1).map((letter, index) => letters[index]! + letter);
}
