// Scales of an axis: how data values are spread along it. Data coordinates stay data
// coordinates: a scale changes only where they are drawn. Code: scale/scale.c.
//
//  LINEAR  s = v
//  LOG10   s = log10(v); v <= 0 is a gap
//  SYMLOG  s = v / (c ln 10) for |v| <= c, else sign(v) (1 / ln 10 + log10(|v| / c)), with
//          c = linear_within: matplotlib's "symlog" with linscale = 1 / ln 10, the one
//          value that makes it continuous in slope too. (For another, smooth choice see
//          J. B. W. Webber, Meas. Sci. Technol. 24 (2013) 027001.)
//  USER    s = forward(v), v = inverse(s)
//
// Thread-safety: the user's functions are called from the owner thread and from worker
// threads, several at once: they must be pure.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum plt_scale_kind {
    PLT_SCALE_LINEAR = 0,
    PLT_SCALE_LOG10,
    PLT_SCALE_SYMLOG,
    PLT_SCALE_USER,
};

typedef double (*plt_scale_fn)(double v, void *user);

struct plt_scale_params {
    enum plt_scale_kind kind;
    double linear_within; // SYMLOG: data units, 1e-280..1e280; 0 = 1
    plt_scale_fn forward; // USER: strictly increasing, NaN outside its domain
    plt_scale_fn inverse; // USER: of forward; called with any s in its range
    void *user;           // USER: handed to both; must outlive the axis
};
#ifndef __cplusplus
#define plt_scale_params(...) (&(struct plt_scale_params){__VA_ARGS__})
#endif

#ifdef __cplusplus
}
#endif
