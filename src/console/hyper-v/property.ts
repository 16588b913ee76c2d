/** Properties as PowerShell prints them: in JSON an enumeration is its number, in a table its name. */
import type { Properties } from '../powershell/objects.ts';

/** '' where it is not there, or nothing. */
export function textOf(of: Properties, name: string): string {
  const value = of.get(name);
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

export function numberOf(of: Properties, name: string): number | null {
  const text = textOf(of, name);
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function truth(of: Properties, name: string): boolean {
  return of.get(name) === true || textOf(of, name).toLowerCase() === 'true';
}

/** Null: none of the names; their places are the numbers. */
export function wordOf(of: Properties, name: string, names: readonly string[]): string | null {
  const text = textOf(of, name);
  const number = numberOf(of, name);
  if (number !== null) return names[number] ?? null;
  return names.find((each) => text !== '' && each.toLowerCase() === text.toLowerCase()) ?? null;
}

/** Microsoft.HyperV.PowerShell.OnOffState begins with On. */
export function onOff(of: Properties, name: string): 'On' | 'Off' | null {
  return wordOf(of, name, ['On', 'Off']) as 'On' | 'Off' | null;
}
