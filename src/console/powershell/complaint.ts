/** What ends the reading of one statement; thrown inside a console only, `read` turns it into an answer. */
import type { Mistake, MistakeCode, Place, Word } from '../console.ts';

export class Complaint extends Error {
  readonly place: Place;
  readonly mistake: Mistake;

  constructor(complaint: string, place: Place, code: MistakeCode, found = '', expected = '') {
    super(complaint);
    this.place = place;
    this.mistake = { code, found, expected };
  }
}

/** Valid, and nothing that is modelled. */
export class Unmodelled extends Error {
  readonly word: Word;

  constructor(text: string, place: Place) {
    super(text);
    this.word = { text, place };
  }
}
