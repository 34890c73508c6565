// The search for column edges, where arithmetic and memory do not know them (edges.h).
#include <plotlib/reduce/edges.h>

uint64_t plt_find_edge(struct walk *w, double k, uint64_t lo, uint64_t hi, uint64_t seed)
{
    uint64_t stride = 1;
    seed = seed < lo ? lo : seed;
    if (seed < hi && position(w, seed) < k) {
        lo = seed + 1;
        while (hi - lo >= stride && position(w, lo + stride - 1) < k) {
            lo += stride;
            stride *= 2;
        }
        hi = hi - lo >= stride ? lo + stride - 1 : hi;
    } else {
        hi = seed < hi ? seed : hi;
        while (hi - lo >= stride && position(w, hi - stride) >= k) {
            hi -= stride;
            stride *= 2;
        }
        lo = hi - lo >= stride ? hi - stride + 1 : lo;
    }
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (position(w, mid) < k)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

uint64_t plt_guess_edge(const struct walk *w, double k, uint64_t fallback)
{
    if (w->pin->x_kind != PLT_X_UNIFORM || w->params->x.spread)
        return fallback;
    double j = (k - w->first) * w->samples;
    return j >= 0 && j < (double)w->n ? (uint64_t)(int64_t)j + 1 : fallback;
}

uint64_t plt_look_for_edge(struct walk *w, double k, uint64_t j, uint64_t stop,
                           uint64_t count, double *t)
{
    uint64_t end = j + 1, scan = count <= SCAN && stop - j > SCAN ? j + SCAN : end;
    for (; end < scan; end++) {
        *t = position(w, end);
        if (*t >= k)
            return end;
    }
    end = plt_find_edge(w, k, end, stop, plt_guess_edge(w, k, j + count));
    if (end < stop)
        *t = position(w, end);
    return end;
}
