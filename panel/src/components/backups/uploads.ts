import { createStore } from '../../store';

// Upload is the upload of one backup. It goes on while the user opens other screens.
export interface Upload { id: string; file: File; sent: number; cancel: () => void }

const store = createStore<Upload[]>([]);

// uploads are the uploads that run in this tab.
export const uploads = { get: store.get, subscribe: store.subscribe };

// UploadFailure says how an upload ended that did not succeed.
export class UploadFailure extends Error {
  readonly kind: 'cancelled' | 'failed' | 'refused';

  constructor(kind: UploadFailure['kind']) {
    super(kind);
    this.kind = kind;
  }
}

const warn = (event: BeforeUnloadEvent) => { event.preventDefault(); };

function put(change: (running: Upload[]) => Upload[]) {
  store.set(change(store.get()));
  if (store.get().length > 0) window.addEventListener('beforeunload', warn);
  else window.removeEventListener('beforeunload', warn);
}

interface Target { id: string; uploadUrl: string; headers: Record<string, string> }

// upload sends the file to the storage, which accepts it once. It throws an UploadFailure. Only XMLHttpRequest reports
// the progress of an upload.
export function upload(file: File, { id, uploadUrl, headers }: Target): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', uploadUrl);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => {
      put((running) => running.map((other) => (other.id === id ? { ...other, sent: loaded } : other)));
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new UploadFailure('refused'));
    };
    request.onerror = () => { reject(new UploadFailure('failed')); };
    request.onabort = () => { reject(new UploadFailure('cancelled')); };
    put((running) => [...running, { id, file, sent: 0, cancel: () => { request.abort(); } }]);
    request.send(file);
  }).finally(() => { put((running) => running.filter((other) => other.id !== id)); });
}
