import { Chart, type ChartConfiguration, type Plugin } from 'chart.js';
import { hint, iconButton } from '../controls';
import { element, setText, show } from '../dom';
import { onThemeChange, readTheme, type Theme } from '../theme';

export interface FigureChartSpec {
  readonly title: string;
  readonly hint: string;
  /** Name of the file that a picture is proposed as. */
  readonly fileName: string;
  onSave(name: string, content: Uint8Array): void;
}

/** What a chart shows, made anew for every theme. */
export interface FigureDrawing {
  /** What a screen reader says of it. */
  readonly description: string;
  configure(theme: Theme): ChartConfiguration;
}

/** A card with a chart of a few figures, by Chart.js itself, that can be saved as a picture. */
export class FigureChart {
  readonly element: HTMLElement;
  readonly #spec: FigureChartSpec;
  readonly #canvas = element('canvas', { attributes: { role: 'img' } });
  readonly #frame = element('div', { class: 'chart-frame figure-frame' }, this.#canvas);
  readonly #note = element('p', { class: 'muted' });
  #chart: Chart | undefined;
  #drawing: FigureDrawing | undefined;

  constructor(spec: FigureChartSpec) {
    this.#spec = spec;
    this.element = element(
      'section',
      { class: 'card chart-card', attributes: { 'aria-label': spec.title } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, spec.title),
        hint(spec.title, spec.hint),
        element('span', { class: 'spacer' }),
        iconButton(`Save ${spec.title} as PNG`, 'download', () => void this.#save()),
      ),
      this.#note,
      this.#frame,
    );
    onThemeChange(() => this.#draw());
  }

  /** Draws, or says why there is nothing to draw. */
  show(drawing: FigureDrawing | string): void {
    this.#drawing = typeof drawing === 'string' ? undefined : drawing;
    setText(this.#note, typeof drawing === 'string' ? drawing : '');
    show(this.#note, typeof drawing === 'string');
    show(this.#frame, typeof drawing !== 'string');
    this.#draw();
  }

  #draw(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    if (!this.#drawing) return;
    const { description, configure } = this.#drawing;
    this.#canvas.setAttribute('aria-label', description);
    this.#chart = new Chart(this.#canvas, configure(readTheme()));
  }

  async #save(): Promise<void> {
    if (!this.#chart) return;
    this.#spec.onSave(`${this.#spec.fileName}.png`, await pictureOf(this.#chart, this.#spec.title));
  }
}

const head = 34;

/** The chart with its title on the theme's background, as a PNG. */
async function pictureOf({ canvas, width }: Chart, title: string): Promise<Uint8Array> {
  const theme = readTheme();
  const scale = canvas.width / width;
  const sheet = document.createElement('canvas');
  sheet.width = canvas.width;
  sheet.height = canvas.height + Math.round(head * scale);
  const context = sheet.getContext('2d');
  if (!context) throw new Error('The browser has no canvas to draw the picture on.');
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.drawImage(canvas, 0, Math.round(head * scale));
  context.scale(scale, scale);
  context.fillStyle = theme.foreground;
  context.font = `600 14px ${theme.fontFamily}`;
  context.fillText(title, 12, 22);
  const blob = await new Promise<Blob | null>(resolve => sheet.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make a PNG of the chart.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Half the width of a whisker's ends, in pixels. */
const cap = 4;

/**
 * Draws the interval of each point of each dataset, over the marks.
 * @param intervalOf low and high on the vertical axis; undefined for none
 */
export function whiskers(
  intervalOf: (dataset: number, index: number) => readonly [number, number] | undefined,
  colorOf: (dataset: number) => string,
): Plugin {
  return {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const { ctx, data } = chart;
      const y = chart.scales['y'];
      if (!y) return;
      ctx.save();
      ctx.lineWidth = 1.3;
      for (const [place] of data.datasets.entries()) {
        const marks = chart.getDatasetMeta(place).data;
        ctx.strokeStyle = colorOf(place);
        ctx.beginPath();
        for (const [i, { x }] of marks.entries()) {
          const interval = intervalOf(place, i);
          if (!interval) continue;
          const [bottom, top] = [y.getPixelForValue(interval[0]), y.getPixelForValue(interval[1])];
          ctx.moveTo(x, bottom);
          ctx.lineTo(x, top);
          for (const end of [bottom, top]) {
            ctx.moveTo(x - cap, end);
            ctx.lineTo(x + cap, end);
          }
        }
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
