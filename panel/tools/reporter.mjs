// Reports in the format of `go test -json`, so that these tests are counted together with the Go tests.
const line = (event) => console.log(JSON.stringify(event));

export default class Reporter {
  onTestRunEnd(modules, unhandledErrors) {
    for (const module of modules) {
      const Package = `tenantry/panel/${module.relativeModuleId.replace(/^src\//, '').replace(/\.test\.tsx?$/, '')}`;
      const failures = module.errors().map((error) => error.stack ?? error.message);
      for (const test of module.children.allTests()) {
        const Test = test.fullName.replaceAll('/', '-');
        const Elapsed = (test.diagnostic()?.duration ?? 0) / 1000;
        const { state, errors = [] } = test.result();
        line({ Action: 'run', Package, Test });
        if (state === 'failed') {
          const Output = `--- FAIL: ${test.fullName}\n${errors.map((error) => error.stack ?? error.message).join('\n')}\n`;
          line({ Action: 'output', Package, Test, Output });
        }
        line({ Action: { passed: 'pass', failed: 'fail' }[state] ?? 'skip', Package, Test, Elapsed });
      }
      for (const failure of failures) line({ Action: 'output', Package, Output: `${failure}\n` });
      line({ Action: module.ok() ? 'pass' : 'fail', Package, Elapsed: module.diagnostic().duration / 1000 });
    }
    for (const error of unhandledErrors) {
      line({ Action: 'output', Package: 'tenantry/panel', Output: `${error.stack ?? error.message}\n` });
      line({ Action: 'fail', Package: 'tenantry/panel', Elapsed: 0 });
    }
  }
}
