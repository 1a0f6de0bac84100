import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../../extension/host/dashboard/pageHtml';
import { type ThemeName, themes } from './themes';

const origin = 'http://config-form.test';

interface Bundles {
  readonly script: string;
  readonly style: string;
  readonly harness: string;
}

/** Bundles the form's page as it is shipped, and the harness that stands in for the editor. */
export async function bundleForm(): Promise<Bundles> {
  const options = { bundle: true, write: false, target: 'es2022', logLevel: 'warning' } as const;
  const [page, harness] = await Promise.all([
    build({ ...options, format: 'esm', entryPoints: ['webview/configForm/main.ts'], outdir: 'out' }),
    build({
      ...options,
      format: 'iife',
      entryPoints: ['test/ui/pages/configForm/harness.ts'],
      mainFields: ['module', 'main'],
    }),
  ]);
  const output = (ending: string) =>
    page.outputFiles.find(file => path.extname(file.path) === ending)?.text ?? '';
  return { script: output('.js'), style: output('.css'), harness: harness.outputFiles[0]?.text ?? '' };
}

/** Opens the form of a config's text under the policy that VS Code's webviews have. */
export async function openForm(
  browser: Browser,
  bundles: Bundles,
  text: string,
  {
    theme = 'light',
    width = 1200,
    height = 900,
  }: { theme?: ThemeName; width?: number; height?: number } = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  const html = pageHtml({
    title: 'experiment.rat.json',
    script: `${origin}/form.js`,
    stylesheet: `${origin}/form.css`,
    source: origin,
    nonce: 'bm9uY2U',
  });
  const { bodyClass, variables } = themes[theme];
  const style = Object.entries(variables).map(([name, value]) => `--vscode-${name}: ${value};`);
  const contents: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', html.replace('<body>', `<body class="${bodyClass}">`)],
    '/form.js': ['text/javascript', bundles.script],
    '/form.css': ['text/css', `${bundles.style}\n:root { ${style.join(' ')} }`],
  };
  await page.route(`${origin}/**`, route => {
    const [contentType, body] = contents[new URL(route.request().url()).pathname] ?? ['text/plain', ''];
    return route.fulfill({ contentType, body });
  });
  await page.addInitScript(bundles.harness);
  await page.addInitScript(`window.harness.change(${JSON.stringify(text)})`);
  await page.goto(`${origin}/`);
  await page.locator('.field').first().waitFor();
  return page;
}
