import '../toolkit';
import type { Checkbox } from '../toolkit';
import './compare.css';
import type { CompareHost, ComparePage, CompareSnapshot } from '../../extension/contract/dashboard';
import { Board } from '../shared/chart/board';
import { fieldsOf } from '../shared/chart/boardView';
import { ChartCard } from '../shared/chart/chartCard';
import { element, setText, show } from '../shared/dom';
import { formatPercent } from '../shared/format';
import { HostLine } from '../shared/host';
import { onThemeChange } from '../shared/theme';
import { Toolbar } from '../shared/toolbar';
import { type Contestant, contestantsOf } from './comparison';
import { configTable } from './configTable';
import { figuresTable } from './figuresTable';
import { metricChart, metrics } from './metrics';
import { type CompareView, readCompareView } from './viewState';

/** Several runs side by side. */
class Compare {
  readonly #host = new HostLine<CompareHost, ComparePage>();
  readonly #board = new Board({
    onView: board => this.#look({ board }),
    onSave: (name, kind, content) =>
      this.#host.call({ method: 'saveFile', argument: { name: `compare-${name}`, kind, content } }),
  });
  readonly #title = element('h1', {}, 'Compare runs');
  readonly #summary = element('p', { class: 'muted' });
  readonly #unreadable = element('p', { class: 'reason' });
  readonly #figures = element('div');
  readonly #config = element('div');
  readonly #choice = element('div', {
    class: 'metrics',
    attributes: { role: 'group', 'aria-label': 'Charts shown' },
  });
  readonly #toolbar = new Toolbar(this.#board);
  readonly #charts = element('div', { class: 'charts' });
  readonly #updateTables = () => this.#updateTablesNow();
  #contestants: Contestant[] = [];
  #view: CompareView = readCompareView(undefined);

  constructor(page: HTMLElement) {
    page.append(
      element('header', { class: 'header' }, this.#title, this.#summary, this.#unreadable),
      section('Figures', this.#figures),
      this.#toolbar.element,
      this.#choice,
      this.#charts,
      section('Config fields that differ', this.#config),
    );
    onThemeChange(this.#updateTables);
    this.#host.listen({
      hydrate: snapshot => this.#hydrate(snapshot),
      append: ({ runFolder, news }) => {
        this.#find(runFolder)?.run.append(news);
        this.#board.invalidate();
        this.#board.frames.request(this.#updateTables);
      },
      state: ({ runFolder, state }) => {
        const contestant = this.#find(runFolder);
        if (contestant) contestant.state = state;
        this.#board.frames.request(this.#updateTables);
      },
    });
    this.#host.call({ method: 'ready' });
  }

  #hydrate({ runs, unreadable, viewState }: CompareSnapshot): void {
    this.#contestants = contestantsOf(runs);
    this.#view = readCompareView(viewState ?? fieldsOf(this.#host.kept())['view']);
    this.#board.restore(this.#view.board);
    setText(
      this.#unreadable,
      unreadable.map(({ runFolder, reason }) => `${runFolder} cannot be read: ${reason}`).join(' '),
    );
    show(this.#unreadable, unreadable.length > 0);
    this.#makeChoice();
    this.#makeCharts();
    this.#updateTablesNow();
    this.#keep();
    document.body.dataset['hydrated'] = 'true';
  }

  #find(runFolder: string): Contestant | undefined {
    return this.#contestants.find(({ setup }) => setup.runFolder === runFolder);
  }

  #baseline(): Contestant | undefined {
    return this.#find(this.#view.baseline ?? '') ?? this.#contestants[0];
  }

  #makeChoice(): void {
    this.#choice.replaceChildren(
      ...metrics.map(({ id, title }) => {
        const box = element('vscode-checkbox', {}, title) as Checkbox;
        box.checked = this.#view.metrics.includes(id);
        box.addEventListener('change', () => {
          const others = this.#view.metrics.filter(other => other !== id);
          this.#look({ metrics: box.checked ? [...others, id] : others });
          this.#makeCharts();
        });
        return box;
      }),
    );
  }

  #makeCharts(): void {
    for (const card of this.#board.cards) this.#board.remove(card);
    const shown = metrics.filter(({ id }) => this.#view.metrics.includes(id));
    this.#charts.replaceChildren(
      ...shown.map(metric => new ChartCard(metricChart(metric, this.#contestants), this.#board).element),
    );
    this.#toolbar.update();
  }

  #updateTablesNow(): void {
    const baseline = this.#baseline();
    const { theme } = this.#board;
    setText(this.#summary, this.#describe(baseline));
    this.#figures.replaceChildren(
      figuresTable(this.#contestants, baseline, theme, {
        pin: runFolder => this.#look({ baseline: runFolder }),
        open: runFolder => this.#host.call({ method: 'openDashboard', argument: runFolder }),
      }),
    );
    this.#config.replaceChildren(configTable(this.#contestants, baseline, theme));
  }

  #describe(baseline: Contestant | undefined): string {
    const robust = (contestant: Contestant) => contestant.run.bestValidation()?.robustAccuracy ?? -1;
    const best = [...this.#contestants].sort((a, b) => robust(b) - robust(a))[0];
    const leader =
      best && robust(best) >= 0
        ? ` Highest validation robust accuracy: ${best.label}, ${formatPercent(robust(best))}.`
        : '';
    return `${this.#contestants.length} runs; differences are against ${baseline?.label ?? 'none'}.${leader}`;
  }

  #look(change: Partial<CompareView>): void {
    this.#view = { ...this.#view, ...change };
    this.#toolbar.update();
    this.#updateTablesNow();
    this.#host.call({ method: 'viewState', argument: this.#view });
    this.#keep();
  }

  #keep(): void {
    this.#host.keep({ runFolders: this.#contestants.map(({ setup }) => setup.runFolder), view: this.#view });
  }
}

function section(title: string, content: HTMLElement): HTMLElement {
  return element(
    'section',
    { class: 'card table-card', attributes: { 'aria-label': title } },
    element('div', { class: 'card-head' }, element('h2', {}, title)),
    content,
  );
}

const page = document.getElementById('page');
if (page) new Compare(page);
