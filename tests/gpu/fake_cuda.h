// What a test does with the fake card beside calling it: see fake/cuda_runtime_api.h.
#pragma once

#include <cuda_runtime_api.h>

enum fake_when {
    FAKE_LATE = 0, // work is done when somebody waits for it
    FAKE_AT_ONCE,
    FAKE_ANY_TIME, // at random
};
extern enum fake_when fake_when;
extern uint64_t fake_seed;
// How many cards there are.
extern int fake_cards;
extern uint64_t fake_calls, fake_launches;
// Makes the n-th call from now fail (0 = the next); negative: none. `stays`: and all after.
void fake_fail_at(int64_t n, bool stays);
bool fake_fail_pending(void);

// An OpenGL buffer that is `p`.
void fake_gl_buffer(unsigned name, void *p, size_t size);
int fake_registered(void); // resources that were not given back
