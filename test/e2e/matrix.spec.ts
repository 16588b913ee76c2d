/** The table of behaviours: a row runs in the browser and says what the server has said, stage by stage. */
import { expect, test } from './test.ts';

test('a row stops where the switches part, and goes on when asked', async ({ page }) => {
  await page.goto('reference/matrix/');
  const section = page.locator('section.gp-matrix').filter({ hasText: 'アクセスポートに、自分のVLANのタグ付き' });
  await section.getByRole('button', { name: '流して比べる' }).click();
  const stages = section.locator('.gp-stages > li');
  await expect(stages.last()).toContainText('VLANの分類（ここで分かれます）');
  await expect(stages.last().locator('dt')).toHaveText([
    'Linuxブリッジ（VLANを区別しない）',
    'Linuxブリッジ（VLANを区別する）',
    'Open vSwitch',
    'VMwareの標準スイッチ',
    'Hyper-V仮想スイッチ',
    'SR-IOVのNIC（VEB）',
  ]);
  const count = await stages.count();
  await section.getByRole('button', { name: '最後まで見る' }).click();
  await expect(stages.nth(count)).toBeFocused();
  await expect(section.getByRole('button')).toHaveCount(0);
});

test('every row runs', async ({ page }) => {
  await page.goto('reference/matrix/');
  const buttons = page.getByRole('button', { name: '流して比べる' });
  for (let left = await buttons.count(); left > 0; left--) {
    await buttons.first().click();
    await expect(buttons).toHaveCount(left - 1);
  }
  await expect(page.locator('.gp-stages')).toHaveCount(await page.locator('gp-matrix').count());
});
