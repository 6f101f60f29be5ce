package flowtest

import "tenantry/shared/operation"

// RunTwice runs an operation in two workflows at the same time. The first execution of one of them is aborted after some
// steps, so that the next attempt starts while the other one still runs the attempt before. The seed decides the order
// of the calls. It reports whether the operation has ended for both.
func (e Engine) RunTwice(id string, seed uint64) (hasEnded bool) {
	ended := [2]bool{}
	e.Scene.Interleave(seed,
		func(view *Scene) { ended[0] = e.on(view).Run(id) },
		func(view *Scene) {
			other := e.on(view)
			other.Lose = func(input operation.ExecutionInput, _ int) (Loss, int) {
				if input.Attempt > 1 {
					return NotLost, 0
				}
				return Aborted, int(seed % 4)
			}
			ended[1] = other.Run(id)
		},
	)
	return ended[0] && ended[1]
}

// on returns the engine for a view of its scene.
func (e Engine) on(view *Scene) Engine {
	e.Scene = view
	return e
}
