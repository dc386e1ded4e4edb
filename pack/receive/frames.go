package receive

import (
	"sync"
	"sync/atomic"
)

// frameID names a request of a drain. Logplex sends one again, under the same id, when it got no reply.
type frameID struct{ drain, id string }

// frame is a request that is being taken, or was.
type frame struct {
	frameID
	done  chan struct{}
	taken atomic.Bool // once done
}

// frames remembers the newest requests.
type frames struct {
	mu    sync.Mutex
	known map[frameID]*frame
	order []*frame // a ring of those known, and of some forgotten
	next  int
}

// enter gives the frame of an id, and whether it is the first with it. Who gets the first must leave it.
func (f *frames) enter(id frameID) (*frame, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.known[id]; known != nil {
		return known, false
	}
	if f.known == nil {
		f.known, f.order = map[frameID]*frame{}, make([]*frame, maxFrames)
	}
	first := &frame{frameID: id, done: make(chan struct{})}
	f.forget(f.order[f.next])
	f.known[id], f.order[f.next] = first, first
	f.next = (f.next + 1) % maxFrames
	return first, true
}

// leave says whether a frame was taken. One that was not is forgotten, so that it can be sent again.
func (f *frames) leave(first *frame, taken bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !taken {
		f.forget(first)
	}
	first.taken.Store(taken)
	close(first.done)
}

func (f *frames) forget(old *frame) {
	if old != nil && f.known[old.frameID] == old {
		delete(f.known, old.frameID)
	}
}
