package platform

import "os"

// OpenProbe reads the configuration of the probe, which infra/monitoring.yaml sets. The platform has no table: the
// probe has no other access to the service than its clients. It also returns the ARN of the secret with the probe's
// credentials. If the configuration is not complete, OpenProbe logs an error and ends the process.
func OpenProbe() (p *Platform, secretARN string) {
	p = &Platform{Logger: newLogger(os.Getenv)}
	e := &environment{lookUp: os.Getenv}
	p.AWS, p.settings.metrics, secretARN = readAWS(e), e.required("METRICS_NAMESPACE"), e.required("PROBE_SECRET")
	if err := e.err(); err != nil {
		p.Stop(err)
	}
	return p, secretARN
}
