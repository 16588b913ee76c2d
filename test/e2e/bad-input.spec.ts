/**
 * What readers may type into the fields of a lab by mistake or on purpose: the message says in which field, what is wrong and
 * what would be right; the field is marked; the lab is as it was.
 */
import type { Locator, Page } from 'playwright/test';
import { findLab, openFold, part, shownStory } from './lab.ts';
import { expect, test } from './test.ts';

const LONG = '9'.repeat(20_000);
const CONTROL = '\u0000\u0007\u202e1';

test.beforeEach(async ({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));

/** Everything that a reader sees of the lab's state. */
async function stateOf(lab: Locator): Promise<unknown> {
  return {
    story: await shownStory(lab),
    // Not the inner text: that one changes with what the browser has painted of a fold that is just opening.
    tables: await part(lab, 'tables').locator('table').allTextContents(),
    fields: await part(lab, 'tables')
      .locator('input')
      .evaluateAll((fields) =>
        (fields as HTMLInputElement[]).map(({ type, value, checked, dataset }) =>
          type === 'checkbox' ? checked : [dataset['key'], value],
        ),
      ),
    outcome: await part(lab, 'outcome').textContent(),
    clock: await part(lab, 'clock').textContent(),
  };
}

async function ranLab(page: Page): Promise<Locator> {
  await page.goto('chapters/vlan/');
  const lab = await findLab(page, '7-4');
  await lab.getByRole('radio').last().check();
  await lab.getByRole('button', { name: '予想して送る' }).click();
  await openFold(lab, 'tables');
  await openFold(lab, 'send');
  await part(lab, 'send').getByLabel('種類').selectOption('frame');
  return lab;
}

/** The message that belongs to a field, as a screen reader finds it. */
async function messageOf(field: Locator): Promise<string> {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  const id = await field.getAttribute('aria-describedby');
  const message = field.page().locator(`[id="${id}"]`);
  await expect(message).toBeVisible();
  return (await message.textContent()) ?? '';
}

const VLAN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  p1のPVID: ['5000', '0', '4095', '-1', '1.5', 'abc', '10 20', '0x10', '１００００', CONTROL, LONG],
  p1の許可VLAN: ['5000', '0', '10, 4095', '10-5000', '20-10', '10-', '10-20-30', 'all', '10;20', CONTROL, LONG],
  p1のタグなしで出すVLAN: ['5000', '0', '10, x', '4094-4096', '20-10', '10-20-30', CONTROL, LONG],
  u1の許可VLAN: ['ten', '10--20'],
};

for (const [label, values] of Object.entries(VLAN_FIELDS)) {
  test(`${label}: each of ${values.length} mistakes is told, and changes nothing`, async ({ page }) => {
    const lab = await ranLab(page);
    const field = lab.getByLabel(label, { exact: true });
    const right = await field.inputValue();
    const before = await stateOf(lab);
    for (const value of values) {
      await field.fill(value);
      await field.press('Enter');
      const message = await messageOf(field);
      expect(message, value).toMatch(new RegExp(`^${label}：.+使えません。.*1〜4094`));
      expect(message.length, 'short enough to be read').toBeLessThan(200);
      await field.evaluate((input, text) => void ((input as HTMLInputElement).value = text), right);
      expect(await stateOf(lab), value).toEqual(before);
    }
    await field.fill(right === '' ? '30' : right);
    await field.fill('30');
    await field.press('Enter');
    await expect(field).not.toHaveAttribute('aria-invalid');
    await expect(part(lab, 'tables').locator('.gp-error')).toBeHidden();
  });
}

const FRAME_FIELDS: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
  宛先MAC: [
    [
      '',
      '   ',
      'x',
      'VM-Z',
      '00:00:5e:00:53',
      '00:00:5e:00:53:0a:0b',
      '00:00:5e:00:53:gg',
      '__proto__',
      'constructor',
      CONTROL,
      LONG,
    ],
    /読めません。00:00:5e:00:53:\w\wの形で書きます。/,
  ],
  送信元MAC: [['x', '00:00:5e', 'ff-ff', CONTROL, LONG], /読めません。00:00:5e:00:53:\w\wの形で書きます。/],
  VLANタグ: [['4096', '5000', '-1', '1.5', 'ten', CONTROL, LONG], /使えません。0〜4095の整数/],
  EtherType: [
    ['', '0x', '88b5', '0x12345', '0xzz', 'ARP', CONTROL, LONG],
    /使えません。正しくは0x0800のような16進数です。/,
  ],
  宛先IP: [
    ['1.2.3', '300.1.1.1', '1.2.3.4.5', 'VM-Z', '::1', 'example.com', CONTROL, LONG],
    /読めません。[\d.]+の形で書きます。/,
  ],
};

for (const [label, [values, pattern]] of Object.entries(FRAME_FIELDS)) {
  test(`${label}: each of ${values.length} mistakes is told, and nothing is sent`, async ({ page }) => {
    const lab = await ranLab(page);
    const send = part(lab, 'send');
    const field = send.getByLabel(label, { exact: true });
    const right = await field.inputValue();
    const before = await stateOf(lab);
    for (const value of values) {
      await field.fill(value);
      await send.getByRole('button', { name: '送る' }).click();
      const message = await messageOf(field);
      expect(message, value).toMatch(pattern);
      expect(message, value).toMatch(new RegExp(`^${label}：`));
      expect(message.length, 'short enough to be read').toBeLessThan(200);
      await expect(field, 'ready to be mended').toBeFocused();
      expect(await stateOf(lab), value).toEqual(before);
    }
    await field.fill(right);
    await send.getByRole('button', { name: '送る' }).click();
    await expect(send.locator('.gp-error')).toBeHidden();
    await expect(field).not.toHaveAttribute('aria-invalid');
    expect(await stateOf(lab)).not.toEqual(before);
  });
}

test('every VLAN at once is a lot, and is done while a reader waits', async ({ page }) => {
  const lab = await ranLab(page);
  const field = lab.getByLabel('p1の許可VLAN');
  await field.fill('1-4094');
  const start = Date.now();
  await field.press('Enter');
  await expect(field).toHaveValue('1-4094');
  await part(lab, 'send-run').click();
  await part(lab, 'back').click();
  await expect(part(lab, 'outcome')).not.toBeEmpty();
  expect(Date.now() - start).toBeLessThan(5000);
});

test('an empty PVID takes it away, empty lists leave all VLANs, and both can be undone', async ({ page }) => {
  const lab = await ranLab(page);
  for (const label of ['p1のPVID', 'p1の許可VLAN']) {
    const field = lab.getByLabel(label);
    await field.fill('');
    await field.press('Enter');
    await expect(field).toHaveValue('');
    await expect(field).not.toHaveAttribute('aria-invalid');
  }
  await lab.getByLabel('p1のPVID').fill('１０');
  await lab.getByLabel('p1のPVID').press('Enter');
  await expect(lab.getByLabel('p1のPVID')).toHaveValue('10');
  await expect(lab.getByLabel('p1の許可VLAN')).toHaveValue('10');
});
