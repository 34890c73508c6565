// Work on a picture cut into bands, shared among threads (private). The threads live only
// as long as the call: starting one costs 30 to 60 us, so callers keep small work for one.
// Bands are taken one by one, by whoever is free: where the other cores have work of their
// own, the caller does most of them itself and waits for nobody.
// Thread-safety: safe; no state.
#pragma once

enum { PLT_BANDS_MAX = 16 };

// How many bands are worth having on this machine, 1..PLT_BANDS_MAX.
int plt_bands_count(void);

// Calls fn(user, band) once for each band of [0, count), in any order and on any thread,
// and returns when all are done. Threads that cannot be had are done without.
void plt_bands_run(int count, void (*fn)(void *user, int band), void *user);
