// Reports the tests of the panel in the format of `go test -json`, so that they are counted together with the Go tests.
import { basename } from 'node:path';

const line = (event) => console.log(JSON.stringify(event));

export default class Reporter {
  packages = new Map();

  onTestEnd(test, { status, duration, errors }) {
    const Package = `tenantry/tests/browser/panel/${basename(test.location.file).replace(/\.spec\.\w+$/, '')}`;
    const Test = test.titlePath().slice(3).join(' ').replaceAll('/', '-');
    const Elapsed = duration / 1000;
    const passed = status === test.expectedStatus;
    const before = this.packages.get(Package) ?? { failed: false, Elapsed: 0 };
    this.packages.set(Package, { failed: before.failed || !passed && status !== 'skipped', Elapsed: before.Elapsed + Elapsed });
    line({ Action: 'run', Package, Test });
    if (status === 'skipped') return line({ Action: 'skip', Package, Test, Elapsed });
    if (passed) return line({ Action: 'pass', Package, Test, Elapsed });
    const Output = `--- FAIL: ${test.title}\n${errors.map((error) => error.stack ?? error.message).join('\n')}\n`;
    line({ Action: 'output', Package, Test, Output });
    return line({ Action: 'fail', Package, Test, Elapsed });
  }

  onError(error) {
    line({ Action: 'output', Package: 'tenantry/tests/browser/panel', Output: `${error.stack ?? error.message}\n` });
    line({ Action: 'fail', Package: 'tenantry/tests/browser/panel', Elapsed: 0 });
  }

  onEnd() {
    for (const [Package, { failed, Elapsed }] of this.packages) line({ Action: failed ? 'fail' : 'pass', Package, Elapsed });
  }

  printsToStdio() { return true; }
}
