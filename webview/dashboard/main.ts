import '../toolkit';
import './dashboard.css';
import type {
  DashboardHost,
  DashboardPage,
  DashboardSnapshot,
  RunSetup,
  RunState,
} from '../../extension/contract/dashboard';
import { EvaluationsSection } from '../evaluations/section';
import { Board } from '../shared/chart/board';
import { fieldsOf } from '../shared/chart/boardView';
import { ChartCard } from '../shared/chart/chartCard';
import type { ChartSpec } from '../shared/chart/series';
import { button, Choice } from '../shared/controls';
import { element } from '../shared/dom';
import { HostLine } from '../shared/host';
import { RunData } from '../shared/runData';
import { Toolbar } from '../shared/toolbar';
import { accuracyChart, learningRateChart, sharpnessChart, throughputChart } from './charts';
import { FiguresPanel } from './figures';
import { Gallery } from './gallery';
import { Header } from './header';
import { LogPane } from './logPane';
import { lossCharts } from './lossCharts';
import { OverfittingBanner } from './overfittingBanner';
import { type LossLayout, lossLayoutNames, readDashboardView } from './viewState';

/** The dashboard of one run. The host holds the truth; this page shows what it is told. */
class Dashboard {
  readonly #host = new HostLine<DashboardHost, DashboardPage>();
  readonly #board = new Board({
    onView: () => this.#viewChanged(),
    onSave: (name, kind, content) =>
      this.#host.call({
        method: 'saveFile',
        argument: { name: `${this.#setup?.name ?? 'run'}-${name}`, kind, content },
      }),
  });
  readonly #header = new Header(this.#host);
  readonly #banner = new OverfittingBanner();
  readonly #figures = new FiguresPanel();
  readonly #lossChoice = new Choice<LossLayout>('Loss terms', lossLayoutNames, layout =>
    this.#layOutLoss(layout),
  );
  readonly #toolbar = new Toolbar(
    this.#board,
    button('CSV', { icon: 'table', onClick: () => this.#host.call({ method: 'exportCsv' }) }),
  );
  readonly #charts = element('div', { class: 'charts' });
  readonly #evaluations = new EvaluationsSection({
    evaluate: () => this.#host.call({ method: 'evaluate' }),
    ask: (method, name) => this.#host.call({ method, argument: name }),
    saveFile: file =>
      this.#host.call({
        method: 'saveFile',
        argument: { ...file, name: `${this.#setup?.name ?? 'run'}-${file.name}` },
      }),
  });
  readonly #gallery = new Gallery();
  readonly #log = new LogPane(() => this.#host.call({ method: 'openLog' }));
  readonly #update = () => this.#updateNow();
  #setup: RunSetup | undefined;
  #state: RunState | undefined;
  #run = new RunData();
  #runFolderUri = '';
  #lossLayout: LossLayout = 'together';

  constructor(page: HTMLElement) {
    page.append(
      this.#header.element,
      this.#banner.element,
      this.#figures.element,
      this.#toolbar.element,
      this.#charts,
      this.#evaluations.element,
      this.#gallery.element,
      this.#log.element,
    );
    this.#host.listen({
      hydrate: snapshot => this.#hydrate(snapshot),
      append: news => {
        this.#run.append(news);
        this.#board.invalidate();
        this.#board.frames.request(this.#update);
      },
      state: state => {
        this.#state = state;
        this.#board.frames.request(this.#update);
      },
      log: text => this.#log.addLog(text),
      evaluations: evaluations => this.#evaluations.update(evaluations),
      revealEvaluation: name => this.#evaluations.reveal(name),
    });
    this.#host.call({ method: 'ready' });
  }

  #hydrate({ setup, state, news, runFolderUri, log, evaluations, viewState }: DashboardSnapshot): void {
    this.#setup = setup;
    this.#state = state;
    this.#runFolderUri = runFolderUri;
    this.#run = new RunData();
    this.#run.append(news);
    const view = readDashboardView(viewState ?? fieldsOf(this.#host.kept())['view']);
    this.#lossLayout = view.lossLayout;
    this.#board.restore(view.board);
    this.#banner.reset();
    this.#log.setLog(log);
    this.#evaluations.update(evaluations);
    this.#makeCharts();
    this.#keepView();
    this.#updateNow();
    document.body.dataset['hydrated'] = 'true';
  }

  #makeCharts(): void {
    for (const card of this.#board.cards) this.#board.remove(card);
    const card = (spec: ChartSpec) => new ChartCard(spec, this.#board).element;
    this.#charts.replaceChildren(
      card(accuracyChart(this.#run)),
      this.#makeLossCharts(card),
      card(sharpnessChart(this.#run)),
      element(
        'div',
        { class: 'chart-pair' },
        card(learningRateChart(this.#run)),
        card(throughputChart(this.#run)),
      ),
    );
    this.#lossChoice.value = this.#lossLayout;
    this.#toolbar.update();
  }

  #makeLossCharts(card: (spec: ChartSpec) => HTMLElement): HTMLElement {
    const controls = this.#lossChoice.element;
    const specs = lossCharts(this.#run, this.#lossLayout, this.#setup?.lossWeights);
    const [only, ...others] = specs;
    if (only && others.length === 0) return card({ ...only, controls });
    return element(
      'section',
      { class: 'chart-group', attributes: { 'aria-label': 'Loss terms' } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, 'Loss terms'),
        element('span', { class: 'spacer' }),
        controls,
      ),
      ...specs.map(card),
    );
  }

  #updateNow(): void {
    if (!this.#setup || !this.#state) return;
    this.#header.update(this.#setup, this.#state, this.#run);
    this.#banner.update(this.#run);
    this.#figures.update(this.#run);
    this.#gallery.update(this.#run.examples, this.#runFolderUri);
    this.#log.update(this.#run.messages);
  }

  #layOutLoss(layout: LossLayout): void {
    this.#lossLayout = layout;
    this.#makeCharts();
    this.#viewChanged();
  }

  #viewChanged(): void {
    this.#toolbar.update();
    this.#host.call({ method: 'viewState', argument: this.#view() });
    this.#keepView();
  }

  #keepView(): void {
    this.#host.keep({ runFolder: this.#setup?.runFolder, view: this.#view() });
  }

  #view() {
    return { board: this.#board.view, lossLayout: this.#lossLayout };
  }
}

const page = document.getElementById('page');
if (page) new Dashboard(page);
