/** The board: which VLAN each port is in, and who sends to everybody. Each turn of a dial is answered at once. */
import type { Action } from '../../lab/action.ts';
import type { Scenario } from '../../lab/scenario.ts';
import type { SwitchChange, SwitchNode } from '../../lab/switch-node.ts';
import { h } from '../dom.ts';
import { accessChanges } from './port-changes.ts';

export interface Board {
  readonly ports: readonly string[];
  readonly vids: readonly number[];
}

/** Changes to make on the switch as it was at first, then what to send. */
type Turn = (changes: (node: SwitchNode) => SwitchChange[], action: Action) => void;

/** Fills the form. What it answers turns the dials to what the switch is set to by other means. */
export function buildBoard(
  form: HTMLFormElement,
  board: Board,
  scenario: Scenario,
  node: SwitchNode,
  turn: Turn,
): (node: SwitchNode) => void {
  const guests = Object.keys(scenario.hosts).filter((name) => scenario.hosts[name]!.role === 'guest');
  const vlans = board.vids.map((vid) => [String(vid), `VLAN${vid}`] as const);
  const dials = board.ports.map((port) => dial(port, port, vlans, String(node.port(port)?.pvid ?? '')));
  const names = guests.map((name) => [name, name] as const);
  form.append(...dials, dial('sender', '送るVM', names, guests[0] ?? ''));
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => {
    const fields = new FormData(form);
    const read = (name: string): string => String(fields.get(name));
    turn((present) => board.ports.flatMap((port) => accessChanges(present.port(port)!, Number(read(port)))), {
      do: 'send',
      from: read('sender'),
      frame: { dst: 'ff:ff:ff:ff:ff:ff' },
    });
  });
  return (present) => showBoard(form, board.ports, present);
}

function showBoard(form: HTMLFormElement, ports: readonly string[], node: SwitchNode): void {
  for (const port of ports) {
    const field = form.elements.namedItem(port);
    if (field instanceof HTMLSelectElement) field.value = String(node.port(port)?.pvid ?? '');
  }
}

function dial(
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
): HTMLElement {
  const field = h(
    'select',
    { class: 'gp-field', name },
    // `selected`, so that a reset of the form comes back to it.
    ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
  );
  return h('label', { class: 'gp-form-field' }, h('span', {}, label), field);
}
