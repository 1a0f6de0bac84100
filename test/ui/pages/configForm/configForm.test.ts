import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../../vscode/browser';
import { bundleForm, openForm } from './formPage';
import { themes } from './themes';

const config = `{
  // A short run.
  "name": "digits",
  "dataset": { "name": "mnist" },
  "model": { "name": "small-cnn" },
  "threat": { "norm": "linf", "epsilon": "8/255" }, // as usual
  "epochs": 3
}
`;

describe('The form of a config', () => {
  let browser: Browser;
  let bundles: Awaited<ReturnType<typeof bundleForm>>;
  let page: Page;
  before(async () => {
    [browser, bundles] = await Promise.all([launchBrowser(), bundleForm()]);
  });
  after(() => browser.close());
  afterEach(() => page.close());

  const open = async (text: string, options: Parameters<typeof openForm>[3] = {}) => {
    page = await openForm(browser, bundles, text, options);
  };
  const field = (path: string): Locator => page.locator(`[data-path="${path}"]`);
  const input = (path: string): Locator => field(path).locator('input:not([type=checkbox]), select').first();
  const text = () => page.evaluate(() => window.harness.text);
  const becomes = (expected: string) =>
    page.waitForFunction(wanted => window.harness.text === wanted, expected);
  const changeBeside = (changed: string) => page.evaluate(value => window.harness.change(value), changed);

  it('writes what is typed, and nothing else, into the text', async () => {
    await open(config);
    await input('epochs').fill('12');
    await becomes(config.replace('3\n', '12\n'));
    await input('threat.norm').selectOption('l2');
    await becomes(config.replace('3\n', '12\n').replace('linf', 'l2'));
    await page.getByLabel('Flip', { exact: true }).check();
    await page.waitForFunction(() => window.harness.text.includes('"augmentation": { "flip": true },'));
  });

  it('shows an error at its field as one types, and mends it by its button', async () => {
    await open(config);
    await input('epochs').fill('many');
    await field('epochs').getByText('Found "many"; expected an integer from 1.').waitFor();
    assert.equal(await input('epochs').getAttribute('aria-invalid'), 'true');
    await page.getByRole('button', { name: '1 error' }).waitFor();
    await page.getByRole('button', { name: 'Start Randomized AT' }).click();
    assert.ok(await input('epochs').evaluate(element => element === document.activeElement));
    await field('epochs').getByRole('button', { name: 'Write 200' }).click();
    await becomes(config.replace('3\n', '200\n'));
    await field('epochs').locator('.problem').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Start Randomized AT' }).click();
    await page.waitForFunction(() => window.harness.methods.at(-1) === 'start');
    assert.equal(
      (await page.evaluate(() => window.harness.methods)).filter(name => name === 'start').length,
      1,
    );
  });

  it('follows the text, keeping focus and caret', async () => {
    await open(config);
    await input('name').focus();
    await input('name').evaluate((element: HTMLInputElement) => element.setSelectionRange(2, 2));
    await changeBeside(config.replace('digits', 'digits-two').replace('3\n', '7\n'));
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-path="epochs"] input')?.value === '7',
    );
    const name = await input('name').evaluate((element: HTMLInputElement) => ({
      value: element.value,
      caret: element.selectionStart,
      hasFocus: element === document.activeElement,
    }));
    assert.deepEqual(name, { value: 'digits-two', caret: 2, hasFocus: true });
  });

  it('is not overtaken by the answers to earlier edits while one types on', async () => {
    await open(config);
    await page.evaluate(() => {
      window.harness.delay = 150;
    });
    await input('name').fill('');
    await input('name').pressSequentially('a-longer-name', { delay: 60 });
    await becomes(config.replace('digits', 'a-longer-name'));
    assert.equal(await input('name').inputValue(), 'a-longer-name');
  });

  it('leaves the way a number is typed alone, and takes an emptied field back to its default', async () => {
    await open(config);
    await input('threat.epsilon').fill('8 / 255');
    await page.waitForFunction(() => window.harness.text.includes('"8 / 255"'));
    await field('threat.epsilon').getByText('= 0.0314').waitFor();
    await input('epochs').fill('');
    assert.equal(await text(), config.replace('8/255', '8 / 255'));
    await input('epochs').press('Tab');
    await page.waitForFunction(() => !window.harness.text.includes('epochs'));
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[data-path="epochs"] input')?.value === '200',
    );
  });

  it('marks what is modified, and resets it by its button', async () => {
    await open(config);
    await field('epochs').getByText('Modified').waitFor();
    assert.ok(await field('seed').getByText('Modified').isHidden());
    await field('epochs').getByRole('button', { name: 'Reset Epochs to its default' }).click();
    await page.waitForFunction(() => !window.harness.text.includes('epochs'));
    await field('epochs').getByText('Modified').waitFor({ state: 'hidden' });
    assert.match(await text(), /\/\/ A short run\.[\s\S]*\/\/ as usual/);
  });

  it('hands a field to its rule and takes it back, starting from what the rule gave', async () => {
    await open(config);
    const automatic = page.getByRole('checkbox', { name: 'Step size: automatic' }).first();
    assert.ok(await automatic.isChecked());
    assert.equal(await input('attack.stepSize').getAttribute('placeholder'), '0.00784');
    await automatic.uncheck();
    await page.waitForFunction(() => window.harness.text.includes('"attack": { "stepSize": 0.00784 }'));
    await automatic.check();
    await becomes(config);
  });

  it('finds settings by name, meaning and section, and hides those without effect', async () => {
    await open(config);
    assert.ok(await field('model.blocks').isHidden());
    await page.getByRole('searchbox', { name: 'Search settings' }).fill('sharpness rho');
    await page.getByText('1 setting', { exact: true }).waitFor();
    assert.ok(await field('sharpness.rho').isVisible());
    assert.ok(await field('epochs').isHidden());
    await page.getByRole('searchbox').fill('blocks');
    await field('model.blocks').getByText('No effect here: a setting of preact-resnet models.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Modified only').check();
    assert.deepEqual(
      await page
        .locator('.field:visible')
        .evaluateAll(found => found.map(one => one.getAttribute('data-path'))),
      ['name', 'epochs'],
    );
  });

  it('leaves a text that cannot be read alone, and fills an empty one', async () => {
    await open('{ "epochs": }');
    await page.getByText('has to be mended as text first').waitFor();
    assert.ok(await input('epochs').isDisabled());
    await changeBeside('');
    await page.getByRole('button', { name: 'Fill in a template' }).click();
    await page.waitForFunction(() => window.harness.text.includes('"experiment"'));
    assert.ok(await input('epochs').isEnabled());
  });

  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    for (const width of [1200, 380]) {
      it(`is accessible and fits, ${theme}, ${width} pixels wide`, async () => {
        await open(config.replace('"epochs": 3', '"epochs": "x", "augmentation": { "flip": true }'), {
          theme,
          width,
        });
        await field('epochs').locator('.problem').waitFor();
        await page.evaluate(await readFile('node_modules/axe-core/axe.min.js', 'utf8'));
        const violations = await page.evaluate(async () => {
          const { axe } = window as unknown as { axe: typeof import('axe-core') };
          return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        assert.deepEqual(violations, []);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels wider than the page`);
        assert.deepEqual(await page.evaluate(() => window.harness.refused), []);
      });
    }
  }
});
