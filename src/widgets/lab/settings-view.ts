/**
 * The port table with its fields, and the MAC address table. Fields keep the reader's text until the switch has accepted it;
 * a refusal is told under the table and nothing has changed.
 */
import { tellRefusal } from '../../explain/problem.ts';
import { fdbRows, portRows } from '../../explain/tables.ts';
import type { Lab } from '../../lab/lab.ts';
import type { SwitchChange, SwitchNode } from '../../lab/switch-node.ts';
import type { Outcome } from '../../outcome/refusal.ts';
import { ranges } from '../../switch/describe.ts';
import type { Port } from '../../switch/port.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import { PORT_FLAGS, type PortFlag } from '../../switch/profiles/linux-bridge/bridge-port.ts';
import type { LinuxBridge } from '../../switch/profiles/linux-bridge/linux-bridge.ts';
import { memberChanges, pvidChanges, untaggedChanges } from './port-changes.ts';
import { h } from '../dom.ts';

/** Hands changes to the lab: all are made, or none. */
export type Apply = (changes: readonly SwitchChange[]) => Outcome;

const FLAG_LABELS: Readonly<Partial<Record<PortFlag, string>>> = {
  learning: '学習',
  flood: 'フラッディング',
  isolated: '隔離',
  hairpin: '折り返し',
};

export class SettingsView {
  readonly #errorId: string;
  readonly #body: HTMLElement;
  readonly #apply: Apply;

  /** `key`: sets the ids of this lab apart from those of others on the page. */
  constructor(key: string, body: HTMLElement, apply: Apply) {
    this.#errorId = `${key}-settings-error`;
    this.#body = body;
    this.#apply = apply;
  }

  /** `isPresent`: the reader looks at the latest moment, so fields can be changed. */
  show(lab: Lab, node: SwitchNode, isPresent: boolean): void {
    const focused = focusKey(this.#body);
    const bridge = node.profile as LinuxBridge;
    this.#body.replaceChildren(
      this.#filteringSwitch(bridge, isPresent),
      h('div', { class: 'gp-scroll' }, this.#portTable(lab, node, bridge, isPresent)),
      h('p', { class: 'gp-error', id: this.#errorId, role: 'alert', hidden: true }),
      h('div', { class: 'gp-scroll' }, fdbTable(lab, node)),
    );
    if (focused !== null) this.#body.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }

  #filteringSwitch(bridge: LinuxBridge, isPresent: boolean): HTMLElement {
    const box = h('input', { type: 'checkbox', 'data-key': 'filtering', disabled: !isPresent });
    box.checked = bridge.vlanFiltering;
    box.addEventListener('change', () => {
      this.#try([{ kind: 'bridge', option: 'vlan_filtering', value: box.checked ? 1 : 0 }], box);
    });
    return h('label', { class: 'gp-switch-line' }, box, ' VLANを区別する（', h('code', {}, 'vlan_filtering'), '）');
  }

  #portTable(lab: Lab, node: SwitchNode, bridge: LinuxBridge, isPresent: boolean): HTMLElement {
    const heads = ['ポート', '相手', 'PVID', '許可VLAN', 'タグなしで出すVLAN', 'リンク', '動き'];
    const peers = new Map(portRows(node, lab.scenario).map(({ port, peer }) => [port, peer]));
    const rows = bridge.ports.flatMap((port) => {
      if (port === undefined || port.index === HOST_PORT) return [];
      return [
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, port.name),
          h('td', {}, peers.get(port.name) ?? ''),
          ...this.#vlanCells(port, node.knowsVlans && isPresent),
          h('td', {}, this.#linkBox(port, isPresent)),
          h('td', { class: 'gp-flags' }, ...this.#flagBoxes(port, bridge, isPresent)),
        ),
      ];
    });
    const head = h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text)));
    return h(
      'table',
      { class: 'gp-table' },
      h('caption', {}, 'ポートの設定'),
      h('thead', {}, head),
      h('tbody', {}, ...rows),
    );
  }

  #vlanCells(port: Port, isEnabled: boolean): HTMLElement[] {
    const members = port.memberSet();
    const untagged = members.filter((vid) => port.isUntagged(vid));
    const field = (
      key: string,
      label: string,
      value: string,
      change: (text: string) => SwitchChange[] | string,
    ): HTMLElement => {
      const input = h('input', {
        class: 'gp-field',
        type: 'text',
        inputmode: 'numeric',
        size: 6,
        value,
        'data-key': `${port.name}-${key}`,
        'aria-label': `${port.name}の${label}`,
        disabled: !isEnabled,
      });
      input.addEventListener('change', () => {
        const changes = change(input.value);
        if (typeof changes === 'string') this.#tell(changes, input);
        else this.#try(changes, input);
      });
      return h('td', {}, input);
    };
    return [
      field('pvid', 'PVID', port.pvid === 0 ? '' : String(port.pvid), (text) => pvidChanges(port, text)),
      field('members', '許可VLAN', ranges(members).join(', '), (text) => memberChanges(port, text)),
      field('untagged', 'タグなしで出すVLAN', ranges(untagged).join(', '), (text) => untaggedChanges(port, text)),
    ];
  }

  #linkBox(port: Port, isPresent: boolean): HTMLElement {
    const box = h('input', {
      type: 'checkbox',
      'data-key': `${port.name}-link`,
      'aria-label': `${port.name}のリンク`,
      disabled: !isPresent,
    });
    box.checked = port.linkUp;
    box.addEventListener('change', () => this.#try([{ kind: 'link', port: port.name, up: box.checked }], box));
    return box;
  }

  #flagBoxes(port: Port, bridge: LinuxBridge, isPresent: boolean): HTMLElement[] {
    const settings = bridge.ports[port.index]!;
    return PORT_FLAGS.flatMap((flag) => {
      const label = FLAG_LABELS[flag];
      if (label === undefined) return [];
      const box = h('input', { type: 'checkbox', 'data-key': `${port.name}-${flag}`, disabled: !isPresent });
      box.checked = settings[flag];
      box.addEventListener('change', () => {
        this.#try([{ kind: 'flag', port: port.name, flag, value: box.checked ? 'on' : 'off' }], box);
      });
      return [h('label', { title: flag }, box, ` ${label}`)];
    });
  }

  #try(changes: readonly SwitchChange[], field: HTMLElement): void {
    const refused = this.#apply(changes);
    if (refused !== null) this.#tell(tellRefusal(refused), field);
  }

  #tell(message: string, field: HTMLElement): void {
    const error = this.#body.querySelector<HTMLElement>('.gp-error')!;
    error.textContent = `${field.getAttribute('aria-label') ?? ''}：${message}`;
    error.hidden = false;
    for (const other of this.#body.querySelectorAll('[aria-invalid]')) {
      other.removeAttribute('aria-invalid');
      other.removeAttribute('aria-describedby');
    }
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', this.#errorId);
  }
}

function focusKey(body: HTMLElement): string | null {
  const active = document.activeElement;
  return active instanceof HTMLElement && body.contains(active) ? (active.dataset['key'] ?? null) : null;
}

function fdbTable(lab: Lab, node: SwitchNode): HTMLElement {
  const rows = fdbRows(node, lab.nowMs, lab.scenario).map(({ vlan, mac, owner, port, left }) =>
    h(
      'tr',
      {},
      h('td', {}, vlan),
      h('td', {}, h('code', {}, mac), ` ${owner}`),
      h('td', {}, port),
      h('td', { class: 'gp-number' }, left),
    ),
  );
  const head = h('tr', {}, ...['VLAN', 'MACアドレス', 'ポート', '残り'].map((text) => h('th', { scope: 'col' }, text)));
  const empty = h('tr', {}, h('td', { colspan: 4 }, 'まだ何も覚えていません。'));
  return h(
    'table',
    { class: 'gp-table' },
    h('caption', {}, 'MACアドレステーブル（FDB）'),
    h('thead', {}, head),
    h('tbody', {}, ...(rows.length === 0 ? [empty] : rows)),
  );
}
