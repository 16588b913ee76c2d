/**
 * What every product's console is: command lines become answers, a switch becomes command lines, what a command shows
 * becomes text. A console knows the language of one product's tools, never how a page or a terminal looks.
 *
 *   read    text of a person → one answer a command, in order: what it changes, what it asks to see, or what is wrong
 *   print   a switch → the commands that make it from nothing; read again they make an equal switch
 *   show    a switch and a request → the text that the tool prints, byte for byte
 *   import  what a tool printed on a real machine → changes, and all that could not be had from it
 *
 * Nothing here throws on any text. A complaint is the tool's own, in English and to the letter; sentences for the reader
 * are made of the data beside it (`explain/console.ts`).
 *
 * For a new product: a folder here with a `Console<Switch, Change, Request>`, where `Change` is the profile's
 * (`…/change.ts`) and `Request` is data that only `show` of the same console reads. Unix tools split their lines with
 * `shell.ts`.
 */
import type { Malformed } from '../wire/malformed.ts';

/** Lines and columns count from 1; the length is in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** What kind of mistake a complaint is about, for the reader's sentence. */
export type MistakeCode =
  /** Something has to follow: `expected`. */
  | 'incomplete'
  /** A word that nothing of the kind has: `expected` may say what there is. */
  | 'unknown-word'
  | 'unknown-command'
  | 'unknown-program'
  | 'bad-value'
  /** A part that is there already: `found` is its second value. */
  | 'duplicate'
  /** A part that has to be there: `expected`. */
  | 'missing'
  | 'no-device'
  /** What does not go together with the rest of the line. */
  | 'conflict'
  /** The tool only prints how it is used. */
  | 'usage'
  /** In a language of rules: `problem` is its parser's. */
  | 'rule';

export interface Mistake {
  readonly code: MistakeCode;
  /** What stood there; '' where nothing did. */
  readonly found: string;
  /** What would have been right; '' where that is anything or unknown. */
  readonly expected: string;
  readonly problem?: Malformed;
}

/** A word of the text. */
export interface Word {
  /** As the tool gets it, without quotes. */
  readonly text: string;
  readonly place: Place;
}

export type Answer<Change, Request> =
  /** `ignored`: words that the real tool takes without a word and makes nothing of. */
  | {
      readonly kind: 'change';
      readonly place: Place;
      readonly changes: readonly Change[];
      readonly ignored: readonly Word[];
    }
  | { readonly kind: 'show'; readonly place: Place; readonly request: Request; readonly ignored: readonly Word[] }
  /** Valid on the real tool, not modelled here: `what` is the word it is about, `place` where it stands. */
  | { readonly kind: 'unmodelled'; readonly place: Place; readonly what: string }
  /**
   * `complaint`: what the real tool prints, without the newline at its end; of a text that tells how the tool is used, its
   * first line; '' where its words are not known. `place`: the word it is about, or the place behind the line's end.
   */
  | { readonly kind: 'wrong'; readonly place: Place; readonly complaint: string; readonly mistake: Mistake };

/** What could not be had from pasted output, as codes of the console; `about` names what it concerns. */
export interface Untold<Code extends string = string> {
  readonly code: Code;
  readonly about: string;
}

/** A line that says nothing to the console, as it stood; in a language of rules, what its parser says of it. */
export interface Unread {
  readonly line: number;
  readonly text: string;
  readonly problem?: Malformed;
}

export interface Imported<Change, Code extends string = string> {
  /** In an order in which they can be applied. */
  readonly changes: readonly Change[];
  readonly unread: readonly Unread[];
  readonly untold: readonly Untold<Code>[];
}

export interface Console<Switch, Change, Request, Code extends string = string> {
  /**
   * `ground`: the switch that the commands are for; device names that it does not have are complaints of the tool. Without
   * it every name is taken for one that exists.
   */
  read(text: string, ground?: Switch): Answer<Change, Request>[];
  print(from: Switch): string[];
  /** `nowMs`: milliseconds since the lab began. The text ends as the tool's does: with a newline, or empty. */
  show(from: Switch, request: Request, nowMs: number): string;
  import(text: string): Imported<Change, Code>;
}
