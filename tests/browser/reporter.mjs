// Reports in the format of `go test -json`, so that these tests are counted together with the Go tests.
import { basename } from 'node:path';

export default async function* report(source) {
  const files = new Map();
  const line = (event) => `${JSON.stringify(event)}\n`;
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail' || data.details?.type === 'suite' || !data.file) continue;
    if (data.nesting > 0 || data.name === data.file && type === 'test:pass') continue;
    const Package = `tenantry/tests/browser/${basename(data.file, '.test.mjs')}`;
    const Test = data.name.replaceAll('/', '-');
    const Elapsed = (data.details?.duration_ms ?? 0) / 1000;
    const seen = files.get(Package) ?? { failed: false, Elapsed: 0 };
    files.set(Package, { failed: seen.failed || type === 'test:fail', Elapsed: seen.Elapsed + Elapsed });
    yield line({ Action: 'run', Package, Test });
    if (data.skip !== undefined) {
      yield line({ Action: 'skip', Package, Test, Elapsed });
    } else if (type === 'test:fail') {
      const cause = data.details.error?.cause ?? data.details.error;
      yield line({ Action: 'output', Package, Test, Output: `--- FAIL: ${data.name}\n${cause?.stack ?? cause}\n` });
      yield line({ Action: 'fail', Package, Test, Elapsed });
    } else {
      yield line({ Action: 'pass', Package, Test, Elapsed });
    }
  }
  for (const [Package, { failed, Elapsed }] of files) yield line({ Action: failed ? 'fail' : 'pass', Package, Elapsed });
}
