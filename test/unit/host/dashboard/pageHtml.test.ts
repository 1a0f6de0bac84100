import assert from 'node:assert/strict';
import { pageHtml } from '../../../../extension/host/dashboard/pageHtml';

const html = pageHtml({
  title: '<img onerror=alert(1)> "run"',
  script: 'https://extension/dashboard.js',
  stylesheet: 'https://extension/dashboard.css',
  source: 'https://extension',
  nonce: 'abc123',
});

describe('the document of a webview', () => {
  it('allows nothing but its own script, styles and pictures', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    assert.ok(policy.startsWith("default-src 'none'; "));
    assert.ok(policy.includes("script-src 'nonce-abc123';"));
    assert.ok(!policy.includes('unsafe'), policy);
    assert.ok(!/connect-src|frame-src/.test(policy), policy);
    assert.ok(html.includes('<script type="module" nonce="abc123"'));
  });

  it('shows a run whose name looks like markup as that name', () => {
    assert.ok(!html.includes('<img'));
    assert.ok(html.includes('&lt;img onerror=alert(1)&gt; &quot;run&quot;'));
  });
});
