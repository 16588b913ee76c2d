/**
 * Parameters of one cmdlet, bound as PowerShell binds them, and its complaints to the letter.
 *
 * Read first: about_Parameters, about_CommonParameters; PowerShell's own ParameterBinderStrings.resx and
 * EnumExpressionEvaluatorStrings.resx, where these sentences stand. They are those of Windows PowerShell 5.1, which is what
 * Windows Server and ESXi's administrators have at hand; PowerShell 7 words a few of them otherwise.
 *
 * What surprises: names may be cut to any prefix that fits one parameter, in any case, and so may the names of an
 * enumeration; a string takes no array. In which order possible matches are listed is not documented: here it is the order
 * of the reference page (best reading). What is mandatory and missing is asked for at the keyboard; the sentence here is that
 * of a session without one.
 */
import type { Place, Word } from '../console.ts';
import { Complaint, Unmodelled } from './complaint.ts';
import type { Parameter, PipelineCommand, Value } from './lexer.ts';

export type ParameterType = 'string' | 'strings' | 'int' | 'long' | 'bool' | 'switch' | 'object';

export interface ParameterOf {
  readonly name: string;
  /** An enumeration is the list of its names. */
  readonly type: ParameterType | readonly string[];
  /** What PowerShell calls the type, where that is not plain. */
  readonly typeName?: string;
  readonly aliases?: readonly string[];
  /** The parameter sets that have it; none given: all. */
  readonly sets?: readonly string[];
  readonly position?: number;
  /** Real, and of no effect on what is modelled. */
  readonly isIgnored?: boolean;
  /** Real, and not modelled. */
  readonly isUnmodelled?: boolean;
}

export interface CmdletOf {
  readonly name: string;
  readonly parameters: readonly ParameterOf[];
  /** By parameter set; '' for all of them. */
  readonly mandatory?: Readonly<Record<string, readonly string[]>>;
  /** Taken where several sets fit. */
  readonly defaultSet?: string;
}

export interface Argument {
  readonly items: readonly string[];
  readonly isOpaque: boolean;
  readonly place: Place;
}

export interface Bound {
  readonly arguments: ReadonlyMap<string, Argument>;
  readonly set: string;
  readonly ignored: readonly Word[];
  /** Valid and not modelled; what else is wrong comes first. */
  readonly unmodelled: Word | null;
  readonly end: Place;
}

const ON_ERROR = ['SilentlyContinue', 'Stop', 'Continue', 'Inquire', 'Ignore', 'Suspend'];
const IGNORED = { isIgnored: true };
const COMMON: readonly ParameterOf[] = [
  { name: 'Verbose', type: 'switch', aliases: ['vb'], ...IGNORED },
  { name: 'Debug', type: 'switch', aliases: ['db'], ...IGNORED },
  { name: 'ErrorAction', type: ON_ERROR, aliases: ['ea'], ...IGNORED },
  { name: 'WarningAction', type: ON_ERROR, aliases: ['wa'], ...IGNORED },
  { name: 'InformationAction', type: ON_ERROR, aliases: ['infa'], ...IGNORED },
  { name: 'ErrorVariable', type: 'string', aliases: ['ev'], ...IGNORED },
  { name: 'WarningVariable', type: 'string', aliases: ['wv'], ...IGNORED },
  { name: 'InformationVariable', type: 'string', aliases: ['iv'], ...IGNORED },
  { name: 'OutVariable', type: 'string', aliases: ['ov'], ...IGNORED },
  { name: 'OutBuffer', type: 'int', aliases: ['ob'], ...IGNORED },
  { name: 'PipelineVariable', type: 'string', aliases: ['pv'], ...IGNORED },
];
/** Of cmdlets that change something. */
export const SHOULD_PROCESS: readonly ParameterOf[] = [
  // It would only tell what it would do.
  { name: 'WhatIf', type: 'switch', aliases: ['wi'], isUnmodelled: true },
  { name: 'Confirm', type: 'switch', aliases: ['cf'], ...IGNORED },
];

/** `piped`: the parameter that takes what comes out of the command before; '' where nothing does. */
export function bind(cmdlet: CmdletOf, { name, parts, end }: PipelineCommand, piped = ''): Bound {
  const binder = new Binder(cmdlet, name, end, piped);
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if ('value' in part) {
      binder.position(part.value);
      continue;
    }
    const definition = binder.find(part.parameter);
    const next = parts[index + 1];
    if (definition.type === 'switch') binder.take(definition, part.parameter, part.parameter.attached);
    else if (part.parameter.attached !== null) binder.take(definition, part.parameter, part.parameter.attached);
    else {
      const value = next !== undefined && 'value' in next ? next.value : null;
      if (value !== null) index++;
      binder.take(definition, part.parameter, value);
    }
  }
  return binder.finish();
}

class Binder {
  readonly #cmdlet: CmdletOf;
  readonly #end: Place;
  readonly #all: readonly ParameterOf[];
  readonly #bound = new Map<string, Argument>();
  readonly #loose: Value[] = [];
  readonly #ignored: Word[] = [];
  #unmodelled: Word | null = null;

  constructor(cmdlet: CmdletOf, name: Word, end: Place, piped: string) {
    this.#cmdlet = cmdlet;
    this.#end = end;
    this.#all = [...cmdlet.parameters, ...COMMON];
    if (piped !== '') this.#bound.set(piped, { items: ['|'], isOpaque: true, place: name.place });
  }

  #fail(
    message: string,
    place: Place,
    code: ConstructorParameters<typeof Complaint>[2],
    found = '',
    expected = '',
  ): never {
    throw new Complaint(`${this.#cmdlet.name} : ${message}`, place, code, found, expected);
  }

  find({ name, place }: Parameter): ParameterOf {
    const asked = name.toLowerCase();
    const namesOf = ({ name: full, aliases = [] }: ParameterOf): string[] =>
      [full, ...aliases].map((each) => each.toLowerCase());
    const exact = this.#all.find((each) => namesOf(each).includes(asked));
    if (exact !== undefined) return exact;
    const matches = this.#all.filter((each) => namesOf(each).some((full) => full.startsWith(asked)));
    if (matches.length === 1) return matches[0]!;
    const own = this.#cmdlet.parameters.map((each) => `-${each.name}`).join(', ');
    if (matches.length === 0) {
      const message = `A parameter cannot be found that matches parameter name '${name}'.`;
      return this.#fail(message, place, 'unknown-word', name, own);
    }
    const possible = matches.map((each) => ` -${each.name}`).join('');
    const message =
      `Parameter cannot be processed because the parameter name '${name}' is ambiguous. ` +
      `Possible matches include:${possible}.`;
    return this.#fail(message, place, 'unknown-word', name, possible.trim().replaceAll(' ', ', '));
  }

  take(definition: ParameterOf, { place }: Parameter, value: Value | null): void {
    const { name, type } = definition;
    if (this.#bound.has(name)) {
      const message =
        `Cannot bind parameter because parameter '${name}' is specified more than once. To provide multiple values to ` +
        'parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".';
      this.#fail(message, place, 'duplicate', name, `-${name}`);
    }
    if (value === null && type !== 'switch') {
      const message = `Missing an argument for parameter '${name}'. Specify a parameter of type '${typeName(definition)}' and try again.`;
      this.#fail(message, place, 'incomplete', '', `-${name}`);
    }
    const items = value === null ? ['true'] : this.#convert(definition, value);
    this.#bound.set(name, { items, isOpaque: value?.isOpaque ?? false, place: value?.place ?? place });
    const word = { text: `-${name}`, place };
    if (definition.isIgnored === true) this.#ignored.push(word);
    if (definition.isUnmodelled === true && items[0] !== 'false') this.#unmodelled ??= word;
  }

  position(value: Value): void {
    this.#loose.push(value);
  }

  #bindLoose(): void {
    const free = this.#all
      .filter(({ name, position }) => position !== undefined && !this.#bound.has(name))
      .toSorted((a, b) => a.position! - b.position!);
    for (const value of this.#loose) {
      const definition = free.find(({ name }) => !this.#bound.has(name));
      const [text = ''] = value.items;
      if (definition === undefined) {
        const message = `A positional parameter cannot be found that accepts argument '${text}'.`;
        this.#fail(message, value.place, 'unknown-word', text);
      }
      const items = this.#convert(definition, value);
      this.#bound.set(definition.name, { items, isOpaque: value.isOpaque, place: value.place });
    }
  }

  finish(): Bound {
    this.#bindLoose();
    const set = this.#resolveSet();
    const { mandatory = {} } = this.#cmdlet;
    const needed = [...(mandatory[''] ?? []), ...(mandatory[set] ?? [])].filter((name) => !this.#bound.has(name));
    if (needed.length > 0) {
      const names = needed.map((name) => ` ${name}`).join('');
      const message = `Cannot process command because of one or more missing mandatory parameters:${names}.`;
      this.#fail(message, this.#end, 'missing', '', needed.map((name) => `-${name}`).join(', '));
    }
    return {
      arguments: this.#bound,
      set,
      ignored: this.#ignored,
      unmodelled: this.#unmodelled,
      end: this.#end,
    };
  }

  #resolveSet(): string {
    let sets: readonly string[] | null = null;
    for (const { name, sets: own } of this.#all) {
      if (own === undefined || !this.#bound.has(name)) continue;
      const before: readonly string[] = sets ?? own;
      sets = before.filter((set) => own.includes(set));
      if (sets.length > 0) continue;
      const message = 'Parameter set cannot be resolved using the specified named parameters.';
      this.#fail(message, this.#bound.get(name)!.place, 'conflict', `-${name}`);
    }
    const { defaultSet = '' } = this.#cmdlet;
    if (sets === null) return defaultSet;
    return sets.includes(defaultSet) ? defaultSet : sets[0]!;
  }

  // --- Values

  #convert(definition: ParameterOf, value: Value): readonly string[] {
    const { type, name } = definition;
    const { items, isArray, isOpaque, place } = value;
    if (isOpaque) {
      if (type !== 'object') throw new Unmodelled(items[0]!, place);
      return items;
    }
    if (isArray && type !== 'strings' && type !== 'object') {
      const message = `Cannot convert 'System.Object[]' to the type '${typeName(definition)}' required by parameter '${name}'. Specified method is not supported.`;
      this.#fail(message, place, 'bad-value', items.join(','), `"${items.join(',')}"`);
    }
    if (type === 'int' || type === 'long') return [this.#number(definition, value)];
    if (type === 'bool' || type === 'switch') return [this.#boolean(definition, value)];
    return typeof type === 'string' ? items : [this.#member(definition, type, value)];
  }

  #number(definition: ParameterOf, { items: [text = ''], place }: Value): string {
    const { name, type } = definition;
    const known = /^([+-]?)(?:(\d{1,18})|0x([0-9a-f]{1,12}))(kb|mb|gb|tb)?$/i.exec(text.trim());
    const size = 1024 ** (['kb', 'mb', 'gb', 'tb'].indexOf(known?.[4]?.toLowerCase() ?? '') + 1);
    const digits =
      known === null ? Number.NaN : known[2] === undefined ? Number.parseInt(known[3]!, 16) : Number(known[2]);
    const number = (known?.[1] === '-' ? -1 : 1) * digits * size;
    const limit = type === 'int' ? 2 ** 31 : 2 ** 63;
    if (number >= -limit && number < limit) return String(number);
    const why = Number.isNaN(number)
      ? 'Input string was not in a correct format.'
      : `Value was either too large or too small for an ${type === 'int' ? 'Int32' : 'Int64'}.`;
    const message = `Cannot bind parameter '${name}'. Cannot convert value "${text}" to type "${typeName(definition)}". Error: "${why}"`;
    return this.#fail(message, place, 'bad-value', text, '');
  }

  /** `$true`, and any number: 0 is false. A word is neither. */
  #boolean(definition: ParameterOf, { items: [text = ''], isQuoted, place }: Value): string {
    const lower = text.toLowerCase();
    if (!isQuoted && (lower === 'true' || lower === 'false')) return lower;
    if (!isQuoted && /^\d{1,9}$/.test(text)) return String(Number(text) !== 0);
    const message =
      `Cannot bind parameter '${definition.name}'. Cannot convert value "System.String" to type "System.Boolean". Boolean ` +
      'parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.';
    return this.#fail(message, place, 'bad-value', text, '$true, $false');
  }

  #member(
    { name, typeName: type = '' }: ParameterOf,
    members: readonly string[],
    { items: [text = ''], place }: Value,
  ): string {
    const lower = text.trim().toLowerCase();
    const exact = members.find((member) => member.toLowerCase() === lower);
    const matches = members.filter((member) => lower !== '' && member.toLowerCase().startsWith(lower));
    if (exact !== undefined || matches.length === 1) return exact ?? matches[0]!;
    const why =
      matches.length > 1
        ? `The identifier name ${text} cannot be processed because it is either too similar or identical to the following ` +
          `enumerator names: ${matches.join(', ')}. Use a more specific identifier name.`
        : `Unable to match the identifier name ${text} to a valid enumerator name. Specify one of the following enumerator ` +
          `names and try again:\n${members.join(', ')}`;
    const message = `Cannot bind parameter '${name}'. Cannot convert value "${text}" to type "${type}". Error: "${why}"`;
    return this.#fail(message, place, 'bad-value', text, members.join(', '));
  }
}

function typeName({ type, typeName: given }: ParameterOf): string {
  if (given !== undefined) return given;
  if (typeof type !== 'string') return 'System.Enum';
  const names = { string: 'String', strings: 'String[]', int: 'Int32', long: 'Int64', bool: 'Boolean' } as const;
  if (type === 'switch') return 'System.Management.Automation.SwitchParameter';
  return type === 'object' ? 'System.Object' : `System.${names[type]}`;
}
