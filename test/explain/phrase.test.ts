/** Sentences with their values filled in. */
import { describe, expect, test } from 'vitest';
import { fill } from '../../src/explain/phrase.ts';
import { BRIDGE_REASONS } from '../../src/explain/reasons/bridge.ts';
import { HOST_REASONS } from '../../src/explain/reasons/host.ts';
import { OPEN_VSWITCH_OWN } from '../../src/explain/reasons/open-vswitch.ts';
import { HYPER_V_REASONS, HYPER_V_TEXTS } from '../../src/explain/reasons/hyper-v.ts';
import { OTHER_REASONS } from '../../src/explain/reasons/elsewhere.ts';
import { VMWARE_VSS_REASONS } from '../../src/explain/reasons/vmware-vss.ts';
import { REASON_TEXTS } from '../../src/explain/reasons.ts';
import { LINUX_BRIDGE } from '../../src/explain/products/linux-bridge.ts';
import { GUEST } from '../../src/explain/products/guest.ts';
import { HYPER_V } from '../../src/explain/products/hyper-v.ts';
import type { Sighting } from '../../src/explain/products/sighting.ts';
import type { ReasonText } from '../../src/explain/reasons/reason-text.ts';
import { REASONS } from '../../src/outcome/reasons.ts';

const nobody = (): null => null;

describe('fill', () => {
  test.for([
    ['{port}は切れています。', { port: 'p1' }, 'p1は切れています。'],
    ['{dst}は[VLAN{vid}の]表にあります。', { dst: 'x', vid: 10 }, 'xはVLAN10の表にあります。'],
    ['{dst}は[VLAN{vid}の]表にあります。', { dst: 'x' }, 'xは表にあります。'],
    ['{class}です。', { class: 'broadcast' }, 'ブロードキャストです。'],
    [
      '{accepts}だけを通します。',
      { accepts: ['untagged', '10', '20-22'] },
      'タグなしとVLAN10とVLAN20〜22だけを通します。',
    ],
    [
      '{members}だけです。',
      { members: ['1', '10', '20', '30', '40', '50', '60', '70'] },
      'VLAN1とVLAN10とVLAN20とVLAN30とVLAN40とVLAN50とほか2個だけです。',
    ],
    ['{accepts}を通します。', { accepts: [] }, 'なしを通します。'],
    ['{need}が要ります。', { need: ['forwarding', 'learning'] }, 'forwardingかlearningが要ります。'],
  ] as const)('%s', ([template, values, sentence]) => {
    expect(fill(template, values, nobody)).toBe(sentence);
  });

  test('an address is called by the name of its owner where that is known', () => {
    const owners = new Map([['00:00:5e:00:53:0a', 'VM-A']]);
    const values = { src: '00:00:5e:00:53:0a', dst: '00:00:5e:00:53:99' };
    expect(fill('{src}から{dst}へ', values, (mac) => owners.get(mac) ?? null)).toBe('VM-Aから00:00:5e:00:53:99へ');
  });

  test('a value that looks like a placeholder is not filled again', () => {
    expect(fill('{match}に当たりました。', { match: 'ip saddr { 192.0.2.1 } {port}', port: 'p1' }, nobody)).toBe(
      'ip saddr { 192.0.2.1 } {port}に当たりました。',
    );
  });
});

describe('texts of reasons', () => {
  test('every reason has one, in one place', () => {
    const all = [
      BRIDGE_REASONS,
      HOST_REASONS,
      OPEN_VSWITCH_OWN,
      HYPER_V_REASONS,
      VMWARE_VSS_REASONS,
      OTHER_REASONS,
    ].flatMap((texts) => Object.keys(texts));
    expect(all.toSorted()).toEqual([...REASONS].toSorted());
    expect(new Set(all).size).toBe(all.length);
  });

  test('names are short, and no two are the same', () => {
    const names = Object.values(REASON_TEXTS).map(({ ja }) => ja);
    expect(names.filter((name) => [...name].length > 16)).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('a sentence has at most 80 characters before it is filled in, and ends', () => {
    const wrong = [REASON_TEXTS, HYPER_V_TEXTS]
      .flatMap(Object.entries<ReasonText>)
      .filter(([, { sentence }]) => [...sentence].length > 80 || !/。\]?$/.test(sentence));
    expect(wrong).toEqual([]);
  });

  test('where there is no command, it says why', () => {
    const silent = [LINUX_BRIDGE, HYPER_V, GUEST]
      .flatMap(Object.entries<Sighting>)
      .filter(([, { command, none }]) => (command === null) !== (none !== undefined));
    expect(silent).toEqual([]);
  });
});
