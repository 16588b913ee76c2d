/** The same site below a path: pages, labs and the search ask for nothing outside it, and nothing that is not there. */
import { SUB_PATH } from '../site/built-site.ts';
import { findLab, part } from './lab.ts';
import { expect, test } from './test.ts';

// The watch takes everything outside the path for another host.
test.use({ stand: 'below a path' });

for (const path of ['', 'chapters/vlan/', 'reference/glossary/']) {
  test(`/${path} comes with everything`, async ({ page, siteUrl }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(siteUrl + path, { waitUntil: 'networkidle' });
    await expect(page.locator('h1')).toBeVisible();
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((url) => !url.startsWith(siteUrl))).toEqual([]);
  });
}

test('a lab runs, its reasons link to the rules, the search goes to its hits', async ({ page, siteUrl }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${siteUrl}chapters/vlan/`);
  const lab = await findLab(page, '7-3');
  await part(lab, 'send-run').click();
  await part(lab, 'why').locator('> summary').click();
  await part(lab, 'why').locator('.gp-rule').first().click();
  await expect(page).toHaveURL(new RegExp(`${SUB_PATH}reference/rules/#lb-\\d+`));
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('げすとぽーと');
  await expect(page.locator('.gp-search-hits a').first()).toContainText('ゲストポート');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${siteUrl}reference/glossary/#guest-port`);
});

test('what is not there is answered below the path too', async ({ page, faults, siteUrl }) => {
  faults.allow(/404/);
  await page.goto(`${siteUrl}nowhere/`);
  await page.getByRole('link', { name: '用語集' }).first().click();
  await expect(page).toHaveURL(`${siteUrl}reference/glossary/`);
});
