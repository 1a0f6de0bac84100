import type { Runs } from '../runs';

/** What the dashboards need of the window's trainers. */
export type DashboardRuns = Pick<
  Runs,
  'openFeed' | 'control' | 'stop' | 'resume' | 'isLive' | 'isPaused' | 'onDidChangeLive'
>;
