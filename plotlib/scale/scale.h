// The scale of one axis as a value: checked once, then copied freely. Stage MAP: maps of
// reduce/ and scene/ are linear in s = plt_scale_forward(v). Both directions are monotone
// in floating point as far as libm's log10 and pow are. Thread-safety: safe.
#pragma once

#include <float.h>
#include <math.h>

#include <plotlib/log.h>
#include <plotlib/scale.h>

struct plt_scale { // all-zero = linear
    enum plt_scale_kind kind;
    double within; // SYMLOG: its c
    plt_scale_fn forward, inverse;
    void *user;
};

#define PLT_SYMLOG_EDGE 0.43429448190325182765 // 1 / ln 10: s at v = c

// NULL params = linear. False, with a log line and `scale` unchanged, when functions are
// missing or do not increase.
bool plt_scale_init(struct plt_scale *scale, const struct plt_scale_params *params,
                    struct plt_log *log);

static inline bool plt_scale_is_linear(const struct plt_scale *scale)
{
    return scale->kind == PLT_SCALE_LINEAR;
}

static inline bool plt_scale_equal(const struct plt_scale *a, const struct plt_scale *b)
{
    return a->kind == b->kind && a->within == b->within && a->forward == b->forward &&
           a->inverse == b->inverse && a->user == b->user;
}

// NaN where the scale has no place for v: a gap.
static inline double plt_scale_forward(const struct plt_scale *scale, double v)
{
    switch (scale->kind) {
    case PLT_SCALE_LINEAR: break;
    case PLT_SCALE_LOG10: return v > 0 ? log10(v) : (double)NAN;
    case PLT_SCALE_SYMLOG: {
        double ratio = v / scale->within, size = fabs(ratio);
        if (!(size > 1))
            return ratio * PLT_SYMLOG_EDGE;
        if (size > DBL_MAX && isfinite(v))
            size = DBL_MAX;
        return copysign(PLT_SYMLOG_EDGE + log10(size), v);
    }
    case PLT_SCALE_USER: return scale->forward(v, scale->user);
    }
    return v;
}

static inline double plt_scale_inverse(const struct plt_scale *scale, double s)
{
    switch (scale->kind) {
    case PLT_SCALE_LINEAR: break;
    case PLT_SCALE_LOG10: return pow(10, s);
    case PLT_SCALE_SYMLOG: {
        double size = fabs(s);
        if (!(size > PLT_SYMLOG_EDGE))
            return s / PLT_SYMLOG_EDGE * scale->within;
        return copysign(pow(10, size - PLT_SYMLOG_EDGE) * scale->within, s);
    }
    case PLT_SCALE_USER: return scale->inverse(s, scale->user);
    }
    return s;
}
