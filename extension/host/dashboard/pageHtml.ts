/** What a page is made of; the addresses are those that the webview can load. */
export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly stylesheet: string;
  /** `webview.cspSource`. */
  readonly source: string;
  readonly nonce: string;
}

/**
 * The document of a webview. Scripts run with the nonce only; nothing is loaded from outside the extension and the folders
 * the webview may read; there is no network.
 */
export function pageHtml({ title, script, stylesheet, source, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source} data:`,
    `font-src ${source}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<link rel="stylesheet" href="${escaped(stylesheet)}">
<title>${escaped(title)}</title>
</head>
<body>
<main id="page"></main>
<script type="module" nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
