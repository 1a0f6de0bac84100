/** What TensorFlow's log lines say about the GPU. */
export interface TensorflowLog {
  /** Its name and compute capability, where one was opened. */
  readonly gpu: string | undefined;
  /** Why none was, in TensorFlow's words, each once. */
  readonly complaints: readonly string[];
  /** What ended the process. */
  readonly fatal: string | undefined;
}

/** "2026-03-05 00:16:01.2: I tensorflow/x.cc:31] text" (older) or "I0000 00:00:1795403808.8 7433 x.cc:31] text". */
const line = /^(?:[\d-]+ [\d:.]+: )?([IWEF])(?:\d{4} [\d:.]+ +\d+)? \S+:\d+\] (.*)$/;

/** Lines about GPUs that tell nothing a person could use. */
const noise = [
  /NUMA node/,
  /TF-TRT|TensorRT/,
  /Unable to register \w+ factory/,
  /cpu_feature_guard|CPU instructions/,
];

const aboutGpus = /cuda|cudnn|cublas|nvidia|libcu|\bgpu/i;

export function readLog(text: string): TensorflowLog {
  const entries = text.split('\n').flatMap(entry => {
    const [, level = '', message = ''] = line.exec(entry.trim()) ?? [];
    return level ? [{ level, message: message.trim() }] : [];
  });
  const complaints = entries
    .filter(({ level, message }) => level !== 'I' || /could not|cannot|not be used|no .*GPU/i.test(message))
    .map(({ message }) => message)
    .filter(message => aboutGpus.test(message) && !noise.some(pattern => pattern.test(message)))
    .map(plainWords);
  const opened = entries.map(({ message }) => gpuName.exec(message)).find(found => found !== null);
  return {
    gpu: opened ? `${opened[1]}, compute capability ${opened[2]}` : undefined,
    // Without a driver nothing else that is said about it matters.
    complaints: complaints.includes(noDriver) ? [noDriver] : [...new Set(complaints)],
    fatal: entries.find(({ level }) => level === 'F')?.message,
  };
}

/** "Created device /job:localhost/.../device:GPU:0 with 21000 MB memory:  -> device: 0, name: X, pci bus id: ..." */
const gpuName = /Created device .*name: ([^,]+),.*compute capability: ([\d.]+)/;

const noDriver = 'it found no NVIDIA driver';

/** The complaints that most people will meet, in fewer words; the others stay TensorFlow's. */
function plainWords(message: string): string {
  if (/Could not find cuda drivers/.test(message)) return noDriver;
  if (/Cannot dlopen some GPU libraries/.test(message)) return "some of CUDA's libraries are not installed";
  const library = /Could not load dynamic library '([^']+)'/.exec(message)?.[1];
  if (library) return `it could not load ${library}`;
  const answer = /failed call to cuInit: (.*)$/.exec(message)?.[1];
  if (answer) return `the NVIDIA driver answers "${answer}"`;
  return message.replace(/\.$/, '');
}
