/** Everything by keys alone: reached, seen to be reached, used, and left again. */
import type { Locator, Page } from 'playwright/test';
import { part } from './lab.ts';
import { expect, test } from './test.ts';

test.beforeEach(async ({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));

async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluateAll((elements) => elements.includes(document.activeElement as never));
}

/** Presses Tab until the target has the focus; each stop on the way has to show that it has it. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press(key);
    expect(await page.evaluate(unmarkedFocus), 'shows that it has the focus').toBeNull();
    if (await hasFocus(target)) return;
  }
  throw new Error('never reached');
}

/** Null: the element with the focus, or what stands around it, is marked; otherwise which one is not. */
function unmarkedFocus(): string | null {
  const active = document.activeElement;
  if (active === null || active === document.body) return null;
  const marked = [active, active.closest('label'), active.querySelector('*')].some((element) => {
    if (element === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  });
  return marked ? null : active.outerHTML.slice(0, 200);
}

async function startAt(page: Page, path: string, labId: string): Promise<Locator> {
  await page.goto(path);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'コンテンツにスキップ' })).toBeFocused();
  await page.keyboard.press('Enter');
  return page.locator(`#lab-${labId}`);
}

test('a lab: predict, send, ask why, look at the story, step and play', async ({ page }) => {
  const lab = await startAt(page, 'chapters/forwarding/', '5-1');
  await tabTo(page, lab.getByRole('radio'));
  await page.keyboard.press('ArrowDown');
  await expect(lab.getByRole('radio').nth(1)).toBeChecked();
  await tabTo(page, lab.getByRole('button', { name: '予想して送る' }));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'outcome')).toContainText('予想どおりです。');

  await tabTo(page, part(lab, 'back'));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'outcome')).not.toContainText('予想どおりです。');
  await tabTo(page, part(lab, 'step'));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'outcome')).toContainText('予想どおりです。');
  await tabTo(page, part(lab, 'time'));
  await page.keyboard.press('Home');
  await expect(part(lab, 'clock')).toHaveText('0 µs');
  await tabTo(page, part(lab, 'play'), 'Shift+Tab');
  await page.keyboard.press('Space');
  await expect(part(lab, 'outcome')).toContainText('予想どおりです。');

  await tabTo(page, part(lab, 'why').locator('> summary'));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'why').getByRole('listitem').first()).toBeVisible();
  await tabTo(page, part(lab, 'story').locator('> summary'));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'story').locator('tbody tr').first()).toBeVisible();
});

test('the settings: a PVID, VLANs at all, a link; the focus stays where it was', async ({ page }) => {
  const lab = await startAt(page, 'chapters/forwarding/', '5-1');
  await tabTo(page, part(lab, 'tables').locator('> summary'));
  await page.keyboard.press('Enter');
  const pvid = lab.getByLabel('p1のPVID');
  await pvid.waitFor();
  await tabTo(page, pvid);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('20');
  await page.keyboard.press('Enter');
  await expect(pvid).toBeFocused();
  await expect(pvid).toHaveValue('20');
  await expect(part(lab, 'outcome')).toContainText('設定を変えました');
  await expect(lab.getByLabel('p1の許可VLAN')).toHaveValue('10, 20');

  await tabTo(page, lab.getByLabel('p1のリンク'));
  await page.keyboard.press('Space');
  await expect(lab.getByLabel('p1のリンク')).not.toBeChecked();
  await expect(lab.getByLabel('p1のリンク')).toBeFocused();
  await tabTo(page, lab.getByLabel('VLANを区別する'), 'Shift+Tab');
  await page.keyboard.press('Space');
  await expect(lab.getByLabel('VLANを区別する')).not.toBeChecked();
});

test('sending by hand: a ping, then a frame', async ({ page }) => {
  const lab = await startAt(page, 'chapters/forwarding/', '5-1');
  const send = part(lab, 'send');
  await tabTo(page, send.locator('> summary'));
  await page.keyboard.press('Enter');
  // The form comes when its fold is opened: keys pressed before that would go past it.
  await send.getByRole('combobox', { name: '宛先' }).waitFor();
  await tabTo(page, send.getByRole('combobox', { name: '宛先' }));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(send.getByRole('combobox', { name: '宛先' })).toHaveValue('VM-B');
  await tabTo(page, send.getByRole('button', { name: '送る' }));
  await page.keyboard.press('Enter');
  await expect(part(lab, 'outcome')).toHaveText('VM-AからVM-Bへのpingに返事が届きました。');

  await tabTo(page, send.getByLabel('種類'), 'Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, send.getByLabel('宛先MAC'));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('ff:ff:ff:ff:ff:ff');
  await page.keyboard.press('Enter');
  await expect(part(lab, 'outcome')).toContainText('ブロードキャスト');
});

test('an ACL behind a correction is opened and taken away', async ({ page }) => {
  await page.goto('chapters/forwarding/#corrections');
  const lab = page.locator('#lab-5-5');
  await tabTo(page, page.locator('.gp-correction', { has: lab }).locator('> details > summary'));
  await page.keyboard.press('Enter');
  await lab.and(page.locator('[data-ready]')).waitFor();
  await tabTo(page, part(lab, 'acl').locator('> summary'));
  await page.keyboard.press('Enter');
  await tabTo(page, part(lab, 'acl-switch'));
  await expect(part(lab, 'acl-switch')).toBeChecked();
  await page.keyboard.press('Space');
  await expect(part(lab, 'acl-switch')).not.toBeChecked();
  await expect(part(lab, 'outcome')).toContainText('設定を変えました');
});

test('the note of a term comes with the focus, goes with Escape, and comes again', async ({ page }) => {
  await page.goto('chapters/vlan/');
  const term = page.locator('.gp-term').first();
  const note = term.locator('.gp-term-note');
  await tabTo(page, term.locator('a'));
  await expect(note).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(note).toBeHidden();
  await expect(term.locator('a')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(note).toBeVisible();
});

test('the note of a term stays under the pointer and goes with Escape, without the pointer moving', async ({
  page,
}) => {
  await page.goto('chapters/vlan/');
  const term = page.locator('.gp-term').first();
  const note = term.locator('.gp-term-note');
  await term.hover();
  await expect(note).toBeVisible();
  await note.hover();
  await expect(note).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(note).toBeHidden();
  await page.mouse.move(0, 0);
  await term.hover();
  await expect(note).toBeVisible();
});

test('no note of a term reaches over the edge of a telephone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  for (const path of ['', 'chapters/what-is-guest-port/', 'chapters/vlan/', 'chapters/forwarding/']) {
    await page.goto(path);
    for (const term of await page.locator('.gp-term > a').all()) {
      await term.focus();
      const { left, right } = await term.evaluate(
        (link) => link.nextElementSibling!.getBoundingClientRect().toJSON() as DOMRect,
      );
      expect(left, path).toBeGreaterThanOrEqual(0);
      expect(right, path).toBeLessThanOrEqual(360);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
  }
});

test('every stop of a chapter shows that it has the focus, and none is a trap', async ({ page }) => {
  await page.goto('chapters/vlan/');
  const seen = new Set<string>();
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press('Tab');
    const [unmarked, place] = [await page.evaluate(unmarkedFocus), await page.evaluate(placeOfFocus)];
    expect(unmarked).toBeNull();
    if (place === 'body') break;
    expect(seen.has(place), `twice at ${place}`).toBe(false);
    seen.add(place);
  }
  expect(seen.size).toBeGreaterThan(60);
  expect(seen.size).toBeLessThan(400);
});

/** Where among all elements; the end of the page is the body. */
function placeOfFocus(): string {
  const active = document.activeElement;
  if (active === null || active === document.body) return 'body';
  return `${[...document.querySelectorAll('*')].indexOf(active)} ${active.tagName}`;
}
