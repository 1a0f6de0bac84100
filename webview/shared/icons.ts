/** Paths on a 16 x 16 grid, drawn with the text's colour. */
const paths = {
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  play: 'M4.5 2.5v11l9-5.5z',
  stop: 'M3.5 3.5h9v9h-9z',
  save: 'M2.5 2.5h8.6l2.4 2.4v8.6h-11zM5 2.5v3.6h5.4V2.5M4.8 13.5V9h6.4v4.5',
  edit: 'M2.5 13.5l.8-3.3 7.7-7.7 2.5 2.5-7.7 7.7zM9.6 4l2.4 2.4',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5.3h2.8',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 3.5v9',
  info: 'M8 14.3A6.3 6.3 0 1 0 8 1.7a6.3 6.3 0 0 0 0 12.6zM8 7.2v4M8 4.7v.9',
  warning: 'M8 2L14.5 13.5h-13zM8 6.4v3.6M8 11.3v.9',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10',
  log: 'M3 4h10M3 8h10M3 12h6',
  valley: 'M1.5 3c2.5 0 2.5 9 6.5 9s4-9 6.5-9M4.5 13.5h7',
  shield: 'M8 1.8l5.2 2v3.9c0 3-2 5.4-5.2 6.5-3.2-1.1-5.2-3.5-5.2-6.5V3.8zM5.6 8l1.8 1.8 3.1-3.4',
} as const;

export type Icon = keyof typeof paths;

const filled: readonly Icon[] = ['pause', 'play', 'stop'];

/** An icon that says nothing to a screen reader: what it stands on has a name. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', filled.includes(name) ? 'icon icon-filled' : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
