/** The reader's surroundings: motion, colours, storage that fails, paper. */
import { findLab, openFold, part } from './lab.ts';
import { chapterPages } from './site-pages.ts';
import { expect, test } from './test.ts';

const CHAPTER = 'chapters/forwarding/';

test.describe('motion', () => {
  test('none for who does not want it: the run is at its end at once', async ({ open }) => {
    const page = await open({ reducedMotion: 'reduce' });
    await page.goto(CHAPTER);
    const lab = await findLab(page, '5-1');
    await lab.getByRole('radio').first().check();
    await lab.getByRole('button', { name: '予想して送る' }).click();
    expect(await part(lab, 'time').inputValue()).toBe(await part(lab, 'time').getAttribute('max'));
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test('otherwise it plays, can be stopped, stepped and played to its end', async ({ open }) => {
    const page = await open({ reducedMotion: 'no-preference' });
    await page.goto(CHAPTER);
    const lab = await findLab(page, '5-1');
    await lab.getByRole('radio').first().check();
    await lab.getByRole('button', { name: '予想して送る' }).click();
    const time = part(lab, 'time');
    const play = part(lab, 'play');
    await expect(play).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(async () => Number(await time.inputValue())).toBeGreaterThan(0);
    await play.click();
    await expect(play).toHaveAttribute('aria-pressed', 'false');
    const stopped = await time.inputValue();
    await page.waitForTimeout(700);
    expect(await time.inputValue()).toBe(stopped);
    await part(lab, 'step').click();
    expect(Number(await time.inputValue())).toBe(Number(stopped) + 1);
    await play.click();
    await expect(time).toHaveValue((await time.getAttribute('max'))!, { timeout: 15_000 });
    await expect(part(lab, 'outcome')).toContainText('VM-B');
    await expect(play).toHaveAttribute('aria-pressed', 'false');
  });
});

test('forced colours: figures, choices and focus can be told apart', async ({ open }) => {
  const page = await open({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.goto(CHAPTER);
  const lab = await findLab(page, '5-1');
  await lab.getByRole('radio').first().check();
  const chosen = await lab
    .locator('.gp-chip')
    .evaluateAll((chips) => chips.map((chip) => getComputedStyle(chip).outlineStyle));
  expect(chosen[0]).not.toBe('none');
  expect(chosen.slice(1).every((style) => style === 'none')).toBe(true);
  await lab.getByRole('button', { name: '予想して送る' }).click();
  const strokes = await lab
    .locator('svg .gp-leg')
    .evaluateAll((legs) => legs.map((leg) => getComputedStyle(leg).stroke));
  expect(strokes.length).toBeGreaterThan(0);
  expect(strokes.filter((stroke) => stroke === 'none')).toEqual([]);
});

test.describe('storage', () => {
  const faults: Readonly<Record<string, () => void>> = {
    'cannot be reached': () => {
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    },
    'is null': () => void Object.defineProperty(globalThis, 'localStorage', { get: () => null }),
    'is full': () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    },
    'cannot be read': () => {
      Storage.prototype.getItem = () => {
        throw new Error('broken');
      };
    },
    'holds nonsense': () => {
      Storage.prototype.getItem = () => '"><img src=x onerror=alert(1)>';
    },
    'session storage cannot be reached': () => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get: () => {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    },
  };
  for (const [name, plant] of Object.entries(faults)) {
    test(`${name}: theme, lab and navigation work`, async ({ open }) => {
      const page = await open({ colorScheme: 'light', reducedMotion: 'reduce' });
      await page.addInitScript(plant);
      await page.goto(CHAPTER);
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
      await page.getByLabel('配色').first().selectOption('dark');
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
      const lab = await findLab(page, '5-1');
      await lab.getByRole('radio').first().check();
      await lab.getByRole('button', { name: '予想して送る' }).click();
      await expect(part(lab, 'outcome')).toContainText('VM-B');
      await page.getByRole('link', { name: '用語集' }).first().click();
      await expect(page.locator('h1')).toHaveText('用語集');
    });
  }
});

test.describe('theme', () => {
  test('a choice holds over pages and visits; auto follows the system again', async ({ open }) => {
    const page = await open({ colorScheme: 'light' });
    await page.goto('');
    const html = page.locator('html');
    const choice = page.getByLabel('配色').first();
    await choice.selectOption('dark');
    await expect(html).toHaveAttribute('data-theme', 'dark');
    await page.goto(CHAPTER);
    await expect(html).toHaveAttribute('data-theme', 'dark');
    await expect(choice).toHaveValue('dark');
    await page.reload();
    await expect(html).toHaveAttribute('data-theme', 'dark');
    await choice.selectOption('auto');
    await expect(html).toHaveAttribute('data-theme', 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(html).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(choice).toHaveValue('auto');
  });
});

test.describe('paper', () => {
  for (const path of chapterPages) {
    test(`/${path}: nothing to press, all figures, folds as they are wanted`, async ({ open }) => {
      const page = await open({ reducedMotion: 'reduce', colorScheme: 'dark' });
      await page.goto(path);
      // With its engine a lab has its controls.
      for (const lab of await page.locator('gp-lab:not(details *)').all()) {
        await findLab(page, (await lab.getAttribute('id'))!.replace('lab-', ''));
      }
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const main = page.locator('main');
      await expect(main.locator(':is(button, input, select, textarea, output):visible')).toHaveCount(0);
      await expect(main.locator(':is(.gp-player, .gp-board, .gp-send, .gp-acl, .gp-error):visible')).toHaveCount(0);
      for (const figure of await main.locator('svg.gp-diagram').all()) await expect(figure).toBeVisible();
      // The answers of questions and the experiments of corrections lie open.
      for (const fold of await main.locator(':is(.gp-correction, .gp-exam) > details').all()) {
        await expect(fold.locator('> :not(summary)').first()).toBeVisible();
      }
      const paper = await page.evaluate(() =>
        getComputedStyle(document.documentElement).getPropertyValue('--gp-paper').trim(),
      );
      expect(paper).toMatch(/^#fff(?:fff)?$/);
    });
  }

  test('a run that nobody has started is told on paper, and is secret again on the screen', async ({ open }) => {
    const page = await open({ reducedMotion: 'reduce' });
    await page.goto(CHAPTER);
    const lab = await findLab(page, '5-1');
    const secret = await part(lab, 'outcome').textContent();
    // Playwright changes the media without the events that come with a real printing.
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await expect(part(lab, 'outcome')).toContainText('VM-B');
    await expect(lab.locator('svg .gp-run *').first()).toBeAttached();
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    await expect(part(lab, 'outcome')).toHaveText(secret!);
    await expect(lab.getByRole('button', { name: '予想して送る' })).toBeVisible();
  });

  test('a run that was started is told to its end', async ({ open }) => {
    const page = await open({ reducedMotion: 'reduce' });
    await page.goto(CHAPTER);
    const lab = await findLab(page, '5-1');
    await lab.getByRole('radio').first().check();
    await lab.getByRole('button', { name: '予想して送る' }).click();
    await openFold(lab, 'why');
    await openFold(lab, 'story');
    await page.emulateMedia({ media: 'print' });
    await expect(lab.locator('.gp-outcome')).toContainText('VM-B');
    await expect(part(lab, 'why').getByRole('listitem').first()).toBeVisible();
    await expect(part(lab, 'story').locator('tbody tr').first()).toBeVisible();
  });
});
