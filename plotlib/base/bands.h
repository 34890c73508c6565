// Work on a picture cut into bands, one thread each (private). The threads live only as
// long as the call: starting one costs 30 to 60 us, so callers keep small work for one.
// Thread-safety: safe; no state.
#pragma once

enum { PLT_BANDS_MAX = 4 };

// How many bands are worth having on this machine, 1..PLT_BANDS_MAX.
int plt_bands_count(void);

// Calls fn(user, band) once for each band of [0, count), count <= PLT_BANDS_MAX, and
// returns when all are done. The caller's thread does the first, and any band for which
// there is no thread to be had.
void plt_bands_run(int count, void (*fn)(void *user, int band), void *user);
