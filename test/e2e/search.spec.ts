/** The search box: opened, typed into, walked through, left. */
import { expect, test } from './test.ts';

test('by its button: a reading finds its term; Escape closes and gives the focus back', async ({ page }) => {
  await page.goto('');
  const button = page.getByRole('button', { name: '検索' });
  await button.click();
  const box = page.getByRole('searchbox', { name: '検索する言葉' });
  await expect(box).toBeFocused();
  await box.pressSequentially('げすとぽーと');
  const hits = page.locator('.gp-search-hits a');
  await expect(hits.first()).toContainText('ゲストポート');
  await expect(page.getByRole('status').filter({ hasText: '件見つかりました' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(button).toBeFocused();
});

test('by Ctrl+K: arrows walk through the hits, Enter goes', async ({ page }) => {
  await page.goto('chapters/vlan/');
  await page.keyboard.press('Control+k');
  const box = page.getByRole('searchbox');
  await box.fill('ﾌﾗｯﾃﾞｨﾝｸﾞ');
  const hits = page.locator('.gp-search-hits a');
  await expect(hits.first()).toContainText('フラッディング');
  await page.keyboard.press('ArrowDown');
  await expect(hits.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(hits.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(box).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(box).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/reference\/glossary\/#flooding$/);
  await expect(page.locator('#flooding')).toBeInViewport();
});

test('Enter in the field goes to the first hit, within the page too', async ({ page }) => {
  await page.goto('reference/glossary/');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('PVID');
  await expect(page.locator('.gp-search-hits a').first()).toContainText('PVID');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/reference\/glossary\/#pvid$/);
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('what is not found is said, markup is text, and nothing is asked of the network while typing', async ({
  page,
}) => {
  await page.goto('');
  await page.keyboard.press('Control+k');
  const box = page.getByRole('searchbox');
  await box.fill('VLAN');
  await expect(page.locator('.gp-search-hits a').first()).toBeVisible();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const query of ['ほうれん草', '<img src=x onerror=alert(1)>']) {
    await box.fill(query);
    await expect(page.locator('.gp-search-status')).toHaveText(`「${query}」は見つかりません。`);
    await expect(page.locator('.gp-search-hits li')).toHaveCount(0);
  }
  await box.fill('');
  await expect(page.locator('.gp-search-status')).toBeEmpty();
  expect(asked).toEqual([]);
});

test('an index that does not come is said', async ({ page, faults }) => {
  faults.allow(/search\.[\w-]+\.json|Failed to load resource/);
  await page.route('**/search.*.json', async (route) => route.abort());
  await page.goto('');
  await page.getByRole('button', { name: '検索' }).click();
  await expect(page.locator('.gp-search-status')).toContainText('読み込めませんでした');
  await page.unroute('**/search.*.json');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '検索' }).click();
  await page.getByRole('searchbox').fill('VLAN');
  await expect(page.locator('.gp-search-hits a').first()).toBeVisible();
});
