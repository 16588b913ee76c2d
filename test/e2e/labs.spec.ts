/** What labs show is what the engine in Node does with the same actions. */
import { distFolder } from '../../src/site/build.ts';
import { accessChanges, memberChanges } from '../../src/widgets/lab/port-changes.ts';
import { runnable } from '../../src/filter/evaluator.ts';
import { EMPTY_RULESET } from '../../src/filter/ruleset.ts';
import type { Action } from '../../src/lab/action.ts';
import type { SwitchChange } from '../../src/lab/switch-node.ts';
import { readPage } from '../site/pages.ts';
import { dataOf, findLab, openFold, parse, part, shownStory, tell, twinOf } from './lab.ts';
import { allPages } from './site-pages.ts';
import { expect, test } from './test.ts';

test.beforeEach(async ({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));

const withLabs = allPages.filter((path) => /^$|^chapters\//.test(path));

function text(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

for (const path of withLabs) {
  test(`/${path}: each lab's own run tells the same in the browser, on the server and in Node`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(path);
    const { document } = readPage(distFolder(), `/${path}`);
    for (const drawn of document.querySelectorAll('gp-lab')) {
      await page.locator(`#${drawn.id}`).evaluate((lab) => lab.closest('details')?.setAttribute('open', ''));
      const lab = await findLab(page, drawn.id.replace('lab-', ''));
      const data = await dataOf(lab);
      const right = await lab.getByRole('radio').count();
      if (right > 0) {
        await lab.getByRole('radio').first().check();
        await lab.getByRole('button', { name: '予想して送る' }).click();
      } else if ((await lab.getAttribute('data-autorun')) === null) await part(lab, 'send-run').click();
      await expect(lab).toHaveAttribute('data-ran', '');

      const outcome = text(drawn.querySelector('.gp-outcome'));
      await expect(part(lab, 'outcome'), drawn.id).toContainText(outcome);
      const story = await shownStory(lab);
      expect(story, drawn.id).toEqual(tell(twinOf(data), data.run));
      const rows = [...drawn.querySelectorAll('.gp-story tbody tr')].map((row) => [...row.children].map(text));
      expect(
        story.map((row) => row.map((cell) => cell.trim())),
        drawn.id,
      ).toEqual(rows);
      await openFold(lab, 'why');
      const stages = [...drawn.querySelectorAll('.gp-why-list li')].map((item) => text(item).replace(/\s/g, ''));
      await expect(part(lab, 'why').getByRole('listitem')).toHaveCount(stages.length);
      const shown = await part(lab, 'why').getByRole('listitem').allTextContents();
      expect(
        shown.map((item) => item.replace(/\s/g, '')),
        drawn.id,
      ).toEqual(stages);
    }
  });
}

test('a right and a wrong prediction', async ({ page }) => {
  await page.goto('chapters/forwarding/');
  const lab = await findLab(page, '5-1');
  await lab.getByRole('button', { name: '予想して送る' }).click();
  await expect(part(lab, 'error')).toHaveText('予想を1つ選んでから送ります。');
  await lab.getByLabel('p2だけ').check();
  await lab.getByRole('button', { name: '予想して送る' }).click();
  await expect(part(lab, 'error')).toBeHidden();
  await expect(part(lab, 'outcome')).toContainText('予想は「p2だけ」、実際は「p2とu1」でした。');
  await part(lab, 'reset').click();
  await expect(part(lab, 'outcome')).toContainText('予想を選んで送ると');
  await lab.getByLabel('p2とu1', { exact: true }).check();
  await lab.getByRole('button', { name: '予想して送る' }).click();
  await expect(part(lab, 'outcome')).toContainText('予想どおりです。');
});

test('allowing a VLAN changes the story: what was dropped reaches VM-C', async ({ page }) => {
  await page.goto('chapters/vlan/');
  const lab = await findLab(page, '7-4');
  const data = await dataOf(lab);
  const twin = twinOf(data);
  await lab.getByRole('radio').first().check();
  await lab.getByRole('button', { name: '予想して送る' }).click();
  const before = await shownStory(lab);
  expect(before).toEqual(tell(twin, data.run));
  expect(before.flat().join()).not.toContain('VM-C');

  await openFold(lab, 'tables');
  await lab.getByLabel('p1の許可VLAN').fill('10, 20');
  await lab.getByLabel('p1の許可VLAN').press('Enter');
  const node = twin.lab.switches.get(data.switch)!;
  for (const change of memberChanges(node.port('p1')!, '10, 20') as SwitchChange[]) {
    twin.act({ do: 'change', node: data.switch, change });
  }
  await part(lab, 'send-run').click();
  const after = await shownStory(lab);
  expect(after).toEqual(tell(twin, data.run));
  expect(after).not.toEqual(before);
  expect(after.map(([, place]) => place)).toContain('VM-C');
});

test('the patch board: VM-C hears the broadcast once p3 is in VLAN 10', async ({ page }) => {
  await page.goto('chapters/vlan/');
  const lab = await findLab(page, '7-2');
  const data = await dataOf(lab);
  const board = part(lab, 'board');
  await board.getByLabel('p3').selectOption('10');
  const twin = twinOf(data);
  const node = twin.lab.switches.get(data.switch)!;
  for (const [port, vid] of [
    ['p1', 10],
    ['p2', 10],
    ['p3', 10],
  ] as const) {
    for (const change of accessChanges(node.port(port)!, vid)) twin.act({ do: 'change', node: data.switch, change });
  }
  const shown = await shownStory(lab);
  expect(shown).toEqual(tell(twin, [{ do: 'send', from: 'VM-A', frame: { dst: 'ff:ff:ff:ff:ff:ff' } }]));
  expect(shown.map(([, place]) => place)).toContain('VM-C');
  await board.getByLabel('p1').selectOption('30');
  await expect(part(lab, 'outcome')).not.toBeEmpty();
  expect((await shownStory(lab)).map(([, place]) => place)).not.toContain('VM-B');
  // Starting anew turns the dials back, as it does the ports.
  await part(lab, 'reset').click();
  for (const [port, vid] of Object.entries({ p1: '10', p2: '10', p3: '20' })) {
    await expect(board.getByLabel(port)).toHaveValue(vid);
  }
});

test('an ACL that is taken away lets the forged frame through, and stops it again', async ({ page }) => {
  await page.goto('chapters/forwarding/');
  await page.locator('#lab-5-5').evaluate((lab) => lab.closest('details')?.setAttribute('open', ''));
  const lab = await findLab(page, '5-5');
  const data = await dataOf(lab);
  const twin = twinOf(data);
  await expect(lab).toHaveAttribute('data-ran', '');
  expect(await shownStory(lab)).toEqual(tell(twin, data.run));

  const switchAcl = async (isOn: boolean): Promise<void> => {
    await part(lab, 'acl-switch').setChecked(isOn);
    await expect(part(lab, 'outcome')).toContainText('設定を変えました');
    const ruleset = isOn ? parse(data.acl!.rules) : runnable(EMPTY_RULESET);
    twin.act({ do: 'change', node: data.switch, change: { kind: 'rules', ruleset } });
  };
  await openFold(lab, 'acl');
  await switchAcl(false);
  await part(lab, 'send-run').click();
  const open = await shownStory(lab);
  expect(open).toEqual(tell(twin, data.run));
  await switchAcl(true);
  await part(lab, 'send-run').click();
  const closed = await shownStory(lab);
  expect(closed).toEqual(tell(twin, data.run));
  expect(closed.length).toBeLessThan(open.length);
});

test('pings and frames sent by hand, one after the other, with what was learnt in between', async ({ page }) => {
  await page.goto('chapters/forwarding/');
  const lab = await findLab(page, '5-1');
  const data = await dataOf(lab);
  const twin = twinOf(data);
  const send = await openFold(lab, 'send');
  const press = async (): Promise<void> => send.getByRole('button', { name: '送る' }).click();

  await send.getByRole('combobox', { name: '宛先' }).selectOption('VM-C');
  await press();
  const expectSame = async (action: Action): Promise<void> => {
    const told = tell(twin, [action]);
    await expect.poll(async () => shownStory(lab)).toEqual(told);
  };
  await expectSame({ do: 'ping', from: 'VM-A', to: 'VM-C' });
  await send.getByLabel('種類').selectOption('frame');
  await send.getByLabel('宛先MAC').fill('VM-B');
  await send.getByLabel('VLANタグ').fill('20');
  await press();
  await expectSame({ do: 'send', from: 'VM-A', frame: { dst: 'VM-B', tag: { vid: 20 }, etherType: 0x88b5 } });
  await send.getByLabel('VLANタグ').fill('');
  await send.getByLabel('送信元MAC').fill('00-00-5E-00-53-66');
  await send.getByLabel('宛先IP').fill('２０３.0.113.80');
  await press();
  await expectSame({
    do: 'send',
    from: 'VM-A',
    frame: { dst: 'VM-B', src: '00-00-5E-00-53-66', ip: { src: 'VM-A', dst: '203.0.113.80' } },
  });
  await openFold(lab, 'tables');
  await expect(part(lab, 'tables').getByRole('cell', { name: '00:00:5e:00:53:66' })).toBeVisible();
});

test('going back shows the table as it was then, and does not let it be changed', async ({ page }) => {
  await page.goto('chapters/forwarding/');
  const lab = await findLab(page, '5-2');
  await lab.getByRole('radio').first().check();
  await lab.getByRole('button', { name: '予想して送る' }).click();
  await openFold(lab, 'tables');
  const learnt = lab.getByRole('row', { name: '00:00:5e:00:53:0b' });
  await expect(learnt).toBeVisible();
  await expect(lab.getByLabel('p1のPVID')).toBeEnabled();
  await part(lab, 'time').fill('0');
  await expect(learnt).toHaveCount(0);
  await expect(lab.getByLabel('p1のPVID')).toBeDisabled();
  await part(lab, 'time').fill((await part(lab, 'time').getAttribute('max'))!);
  await expect(learnt).toBeVisible();
});

test('starting anew forgets everything', async ({ page }) => {
  await page.goto('chapters/vlan/');
  const lab = await findLab(page, '7-3');
  await part(lab, 'send-run').click();
  const first = await shownStory(lab);
  await part(lab, 'send-run').click();
  expect(await shownStory(lab)).not.toEqual(first);
  await part(lab, 'reset').click();
  await expect(lab).not.toHaveAttribute('data-ran');
  await part(lab, 'send-run').click();
  expect(await shownStory(lab)).toEqual(first);
});

test('the choice of places is judged', async ({ page }) => {
  await page.goto('chapters/what-is-guest-port/');
  const points = page.locator('gp-points');
  await expect(points.locator('.gp-points-why').first()).toBeHidden();
  for (const label of ['sw1のp1', 'sw1のp2', 'sw1のu1']) await points.getByRole('checkbox', { name: label }).check();
  await points.getByRole('button', { name: '答え合わせ' }).click();
  await expect(points.locator('.gp-outcome')).toHaveText(
    '5もゲストポートです。6はゲストポートではありません。ゲストポートは3、4、5です。',
  );
  await points.getByRole('checkbox', { name: 'sw1のp3' }).check();
  await points.getByRole('checkbox', { name: 'sw1のu1' }).uncheck();
  await points.getByRole('button', { name: '答え合わせ' }).click();
  await expect(points.locator('.gp-outcome')).toHaveText('予想どおりです。ゲストポートは3、4、5です。');
  await expect(points.locator('.gp-points-why').first()).toBeVisible();
});
