/** The datasets that have a name of their own: what they hold, where they come from and on what terms. */

export const officialNames = ['mnist', 'fashion-mnist', 'cifar-10', 'cifar-100', 'svhn'] as const;
export type OfficialName = (typeof officialNames)[number];

/** What reading a dataset tells; a config's own limits (trainExamples and so on) are not applied yet. */
export interface DatasetFacts {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** One file of the official distribution. */
export interface OfficialFile {
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface OfficialDataset {
  readonly title: string;
  readonly facts: DatasetFacts;
  /** Terms as far as the authors state them, and what they ask to be cited. */
  readonly licence: string;
  readonly homepage: string;
  /** Empty where the dataset comes with the program. */
  readonly files: readonly OfficialFile[];
}

const digits: DatasetFacts = {
  trainExamples: 60_000,
  testExamples: 10_000,
  classes: 10,
  height: 28,
  width: 28,
  channels: 1,
};

const photographs: DatasetFacts = {
  trainExamples: 50_000,
  testExamples: 10_000,
  classes: 10,
  height: 32,
  width: 32,
  channels: 3,
};

const fashionFile = (name: string, bytes: number, sha256: string): OfficialFile => ({
  name,
  url: `https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/${name}`,
  bytes,
  sha256,
});

const cifarLicence =
  'The authors state no licence and ask to cite Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.';

export const officialDatasets: Readonly<Record<OfficialName, OfficialDataset>> = {
  mnist: {
    title: 'MNIST: handwritten digits, 28x28 grey, comes with the program',
    facts: digits,
    licence: 'LeCun, Bottou, Bengio, Haffner 1998; free for research.',
    homepage: 'http://yann.lecun.com/exdb/mnist',
    files: [],
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST: clothes, 28x28 grey',
    facts: digits,
    licence: 'MIT; cite Xiao, Rasul, Vollgraf, arXiv 1708.07747.',
    homepage: 'https://github.com/zalandoresearch/fashion-mnist',
    files: [
      fashionFile(
        'train-images-idx3-ubyte.gz',
        26_421_880,
        '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      ),
      fashionFile(
        'train-labels-idx1-ubyte.gz',
        29_515,
        'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      ),
      fashionFile(
        't10k-images-idx3-ubyte.gz',
        4_422_102,
        '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      ),
      fashionFile(
        't10k-labels-idx1-ubyte.gz',
        5_148,
        '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      ),
    ],
  },
  'cifar-10': {
    title: 'CIFAR-10: photographs in 10 classes, 32x32 colour',
    facts: photographs,
    licence: cifarLicence,
    homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
  },
  'cifar-100': {
    title: 'CIFAR-100: photographs in 100 classes, 32x32 colour',
    facts: { ...photographs, classes: 100 },
    licence: cifarLicence,
    homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      },
    ],
  },
  svhn: {
    title: 'SVHN: house numbers, cropped digits, 32x32 colour',
    facts: { ...photographs, trainExamples: 73_257, testExamples: 26_032 },
    licence:
      'For non-commercial use only, as the authors state; cite Netzer, Wang, Coates, Bissacco, Wu, Ng 2011.',
    homepage: 'http://ufldl.stanford.edu/housenumbers/',
    files: [
      {
        name: 'train_32x32.mat',
        url: 'http://ufldl.stanford.edu/housenumbers/train_32x32.mat',
        bytes: 182_040_794,
        sha256: '435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8',
      },
      {
        name: 'test_32x32.mat',
        url: 'http://ufldl.stanford.edu/housenumbers/test_32x32.mat',
        bytes: 64_275_384,
        sha256: 'cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b',
      },
    ],
  },
};

export function isOfficialName(name: string): name is OfficialName {
  return officialNames.some(official => official === name);
}

/** The facts of a dataset that are known before it is read. */
export function knownFacts(name: string): DatasetFacts | undefined {
  return isOfficialName(name) ? officialDatasets[name].facts : undefined;
}
