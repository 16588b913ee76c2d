/** Ids as integers for traces, given out in the order in which code asks for them. */
export class Interned<Id extends string> {
  readonly #codes = new Map<Id, number>();
  readonly #ids: Id[] = [];

  /** Always the same for the same id; never 0. */
  codeOf(id: Id): number {
    const known = this.#codes.get(id);
    if (known !== undefined) return known;
    const code = this.#ids.push(id);
    this.#codes.set(id, code);
    return code;
  }

  idOf(code: number): Id | null {
    return this.#ids[code - 1] ?? null;
  }
}
