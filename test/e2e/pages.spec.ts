/** Every page of the site: it comes, it is quiet, it fits a telephone. */
import { distFolder } from '../../src/site/build.ts';
import { readPage } from '../site/pages.ts';
import { wakeLabs } from './lab.ts';
import { allPages } from './site-pages.ts';
import { expect, test } from './test.ts';

/** How far the page can be pushed sideways, and by what. */
function overflow(): { by: number; elements: string[] } {
  const { clientWidth, scrollWidth } = document.documentElement;
  const scrollers = new Set(
    [...document.querySelectorAll('body *')].filter((it) => getComputedStyle(it).overflowX !== 'visible'),
  );
  const isHeld = (element: Element): boolean => [...scrollers].some((box) => box !== element && box.contains(element));
  const wide = [...document.querySelectorAll('body *')].filter(
    (it) => it.getBoundingClientRect().right > clientWidth + 1 && !isHeld(it),
  );
  return { by: scrollWidth - clientWidth, elements: wide.slice(0, 5).map((it) => `${it.tagName}.${it.className}`) };
}

for (const path of allPages) {
  test(`/${path} comes without a word of complaint, labs and folds opened`, async ({ page, siteUrl }) => {
    const response = await page.goto(path);
    expect(response?.status()).toBe(200);
    await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
    await expect(page).toHaveTitle(/ゲストポート/);
    const outcomes = page.locator('gp-lab .gp-outcome');
    await wakeLabs(page);
    for (const outcome of await outcomes.all()) await expect(outcome).not.toBeEmpty();
    expect(page.url()).toBe(siteUrl + path);
  });

  for (const width of [360, 320]) {
    test(`/${path} does not scroll sideways at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      await page.goto(path);
      expect(await page.evaluate(overflow), 'as it comes').toEqual({ by: 0, elements: [] });
      await wakeLabs(page);
      await expect.poll(async () => (await page.evaluate(overflow)).elements, 'with everything opened').toEqual([]);
      expect((await page.evaluate(overflow)).by).toBe(0);
    });
  }
}

test('canary: a wide element is seen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto('');
  await page.evaluate(() => {
    const wide = document.createElement('div');
    wide.className = 'canary';
    wide.style.width = '500px';
    wide.style.height = '5px';
    document.querySelector('main')!.append(wide);
  });
  const { by, elements } = await page.evaluate(overflow);
  expect(by).toBeGreaterThan(0);
  expect(elements).toContain('DIV.canary');
});

test('what is not there is answered by our own page, with ways on', async ({ page, faults }) => {
  faults.allow(/404/);
  const response = await page.goto('chapters/nowhere/');
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveText(
    readPage(distFolder(), '/404.html').document.querySelector('h1')!.textContent.trim(),
  );
  await page.locator('main').getByRole('link', { name: '用語集' }).click();
  await expect(page.locator('h1')).toHaveText('用語集');
});
