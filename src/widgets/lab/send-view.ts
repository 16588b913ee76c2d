/**
 * 自分で送る: a ping between nodes, or a frame made by hand. What the reader types is checked here; a mistake is told under
 * the form with what would be right.
 */
import { tellMalformed, tellRefusal } from '../../explain/problem.ts';
import type { Action, FrameSpec } from '../../lab/action.ts';
import type { Scenario } from '../../lab/scenario.ts';
import type { Outcome } from '../../outcome/refusal.ts';
import { parseIpv4Address } from '../../wire/ipv4.ts';
import { parseMac } from '../../wire/mac-address.ts';
import { isMalformed, malformed, type Malformed } from '../../wire/malformed.ts';
import { h } from '../dom.ts';

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/** `key`: sets the ids of this form apart from those of others on the page. */
export function sendForm(key: string, scenario: Scenario, act: (action: Action) => Outcome): HTMLFormElement {
  const guests = Object.keys(scenario.hosts).filter((name) => scenario.hosts[name]!.role === 'guest');
  const others = Object.keys(scenario.hosts).filter((name) => !guests.includes(name));
  const kind = select('kind', [
    ['ping', 'ping'],
    ['frame', '手で作ったフレーム'],
  ]);
  const from = select(
    'from',
    guests.map((name) => [name, name]),
  );
  const to = select(
    'to',
    [...guests, ...others].map((name) => [name, name]),
  );
  const dst = h('input', {
    class: 'gp-field',
    name: 'dst',
    type: 'text',
    size: 18,
    list: `${key}-dst`,
    value: guests[1] ?? guests[0] ?? '',
  });
  const src = h('input', { class: 'gp-field', name: 'src', type: 'text', size: 18, placeholder: '自分のMACアドレス' });
  const tag = h('input', {
    class: 'gp-field',
    name: 'tag',
    type: 'text',
    inputmode: 'numeric',
    size: 5,
    placeholder: 'なし',
  });
  const type = h('input', { class: 'gp-field', name: 'type', type: 'text', size: 7, value: '0x88b5' });
  const ip = h('input', { class: 'gp-field', name: 'ip', type: 'text', size: 14, placeholder: 'なし' });
  to.value = guests[1] ?? guests[0] ?? '';
  const names = h(
    'datalist',
    { id: `${key}-dst` },
    ...[...guests, BROADCAST].map((name) => h('option', { value: name })),
  );
  const byHand = h(
    'div',
    { class: 'gp-form-row' },
    field(LABELS.dst, dst),
    field(LABELS.src, src),
    field(LABELS.tag, tag),
    field(LABELS.type, type),
    field(LABELS.ip, ip),
    names,
  );
  const toLabel = field('宛先', to);
  const error = h('p', { class: 'gp-error', id: `${key}-send-error`, role: 'alert', hidden: true });
  const fields = { dst, src, tag, type, ip } as const;
  const form = h(
    'form',
    { class: 'gp-form' },
    h('div', { class: 'gp-form-row' }, field('種類', kind), field('送るVM', from), toLabel),
    byHand,
    h('button', { type: 'submit', class: 'gp-button gp-primary' }, '送る'),
    error,
  );
  const showFields = (): void => {
    byHand.hidden = kind.value === 'ping';
    toLabel.hidden = kind.value !== 'ping';
  };
  showFields();
  kind.addEventListener('change', showFields);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const action =
      kind.value === 'ping'
        ? ({ do: 'ping', from: from.value, to: to.value } as const)
        : frameAction(
            from.value,
            { dst: dst.value, src: src.value, tag: tag.value, type: type.value, ip: ip.value },
            scenario,
          );
    const found = 'wrong' in action ? action : null;
    const refused = 'wrong' in action ? null : act(action);
    const message = found?.message ?? (refused && tellRefusal(refused));
    error.textContent = message ?? '';
    error.hidden = message === null;
    for (const [name, input] of Object.entries(fields)) markMistake(input, error.id, name === found?.wrong);
    if (found !== null) fields[found.wrong].focus();
  });
  return form;
}

function select(name: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return h('select', { class: 'gp-field', name }, ...options.map(([value, text]) => h('option', { value }, text)));
}

function field(label: string, input: HTMLElement): HTMLLabelElement {
  return h('label', { class: 'gp-form-field' }, h('span', {}, label), input);
}

function markMistake(input: HTMLInputElement, messageId: string, isWrong: boolean): void {
  if (isWrong) {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', messageId);
  } else {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
}

/** As the reader typed them. */
export interface FrameFields {
  readonly dst: string;
  /** Empty: the sender's own. */
  readonly src: string;
  /** Empty: none. */
  readonly tag: string;
  readonly type: string;
  /** Empty: no IP packet inside. */
  readonly ip: string;
}

/** What is wrong with a field: where, what, and what would be right. */
export interface Mistake {
  readonly wrong: keyof FrameFields;
  readonly message: string;
}

const LABELS: Readonly<Record<keyof FrameFields, string>> = {
  dst: '宛先MAC',
  src: '送信元MAC',
  tag: 'VLANタグ',
  type: 'EtherType',
  ip: '宛先IP',
};

function mistake(wrong: keyof FrameFields, problem: Malformed): Mistake {
  return { wrong, message: `${LABELS[wrong]}：${tellMalformed(problem)}` };
}

/** The action, or the first mistake. */
export function frameAction(from: string, fields: FrameFields, scenario: Scenario): Action | Mistake {
  const isName = (text: string): boolean =>
    Object.hasOwn(scenario.hosts, text) || Object.hasOwn(scenario.switches, text);
  for (const name of ['dst', 'src'] as const) {
    const text = fields[name].trim();
    if (text === '' && name === 'src') continue;
    const parsed = parseMac(text);
    if (!isName(text) && isMalformed(parsed)) return mistake(name, parsed);
  }
  const tagText = fields.tag.trim().normalize('NFKC');
  const vid = /^\d{1,4}$/.test(tagText) ? Number(tagText) : Number.NaN;
  // Any number that fits into the field may be sent: what the switch makes of 0 and 4095 is worth seeing.
  if (tagText !== '' && !(vid <= 4095)) return mistake('tag', malformed('dot1q', 'VID', 0, fields.tag, '0〜4095'));
  const etherType = Number(fields.type.trim());
  if (!/^0x[0-9a-f]{1,4}$/i.test(fields.type.trim())) {
    return mistake('type', malformed('EtherType', '値', 0, fields.type, '0x0800のような16進数'));
  }
  const ip = fields.ip.normalize('NFKC').trim();
  const address = parseIpv4Address(ip);
  if (ip !== '' && !Object.hasOwn(scenario.hosts, ip) && isMalformed(address)) return mistake('ip', address);
  const frame: FrameSpec = {
    dst: fields.dst.trim(),
    ...(fields.src.trim() === '' ? {} : { src: fields.src.trim() }),
    ...(tagText === '' ? {} : { tag: { vid } }),
    ...(ip === '' ? { etherType } : { ip: { src: from, dst: ip } }),
  };
  return { do: 'send', from, frame };
}
