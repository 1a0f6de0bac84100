/** What reading a dataset tells; the config's own limits (trainExamples and so on) are not applied yet. */
export interface DatasetFacts {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export const mnistFacts: DatasetFacts = {
  trainExamples: 60000,
  testExamples: 10000,
  classes: 10,
  height: 28,
  width: 28,
  channels: 1,
};
