/** Colours of the editor's theme, read from its variables, for what CSS cannot reach: the canvases. */
export interface Theme {
  readonly kind: 'light' | 'dark' | 'highContrast' | 'highContrastLight';
  readonly foreground: string;
  readonly description: string;
  readonly background: string;
  readonly grid: string;
  readonly focus: string;
  readonly fontFamily: string;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const kind = themeKind(document.body);
  const isDark = kind === 'dark' || kind === 'highContrast';
  const foreground = color('--vscode-foreground', isDark ? '#cccccc' : '#333333');
  const contrast = style.getPropertyValue('--vscode-contrastBorder').trim();
  return {
    kind,
    foreground,
    description: contrast ? foreground : color('--vscode-descriptionForeground', foreground),
    background: color('--vscode-editor-background', isDark ? '#1e1e1e' : '#ffffff'),
    grid: isDark ? 'rgba(255, 255, 255, 0.10)' : 'rgba(0, 0, 0, 0.09)',
    focus: color('--vscode-focusBorder', foreground),
    fontFamily: color('--vscode-font-family', 'sans-serif'),
  };
}

/** Calls `listener` whenever the editor's theme has changed. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(() => listener());
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

function themeKind({ classList }: HTMLElement): Theme['kind'] {
  if (classList.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classList.contains('vscode-high-contrast')) return 'highContrast';
  return classList.contains('vscode-light') ? 'light' : 'dark';
}
