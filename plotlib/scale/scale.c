// Checks of a scale's parameters. The functions themselves are in scale.h.
#include <plotlib/base/message.h>
#include <plotlib/scale/scale.h>

enum { NUM_PROBES = 2 * (20 + 9 + 20) + 1 };

// Values that a user's pair of functions is tried on, ascending: a wide range, and many
// where domains like (0, 1) lie.
static double probe(int i)
{
    static const double fine[] = {1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999};
    enum { NUM_FINE = sizeof(fine) / sizeof(fine[0]) };
    int n = i - NUM_PROBES / 2, size = n < 0 ? -n : n;
    double v = 0;
    if (size > 0 && size <= 20)
        v = pow(10, -24 + size);
    if (size > 20 && size <= 20 + NUM_FINE)
        v = fine[size - 21];
    if (size > 20 + NUM_FINE)
        v = pow(10, size - 21 - NUM_FINE);
    return n < 0 ? -v : v;
}

// Increasing, and each the other's inverse where both are well-conditioned.
static const char *find_fault(const struct plt_scale *scale)
{
    double last = NAN, last_v = NAN, first = NAN;
    for (int i = 0; i < NUM_PROBES; i++) {
        double v = probe(i), s = scale->forward(v, scale->user);
        if (isnan(s) || isinf(s))
            continue;
        if (s < last)
            return "forward does not increase";
        double back = scale->inverse(s, scale->user);
        double before = isnan(last) ? back : scale->inverse(last, scale->user);
        if (!(back >= before))
            return "inverse does not increase";
        if (fabs(v) >= 1e-3 && fabs(v) <= 1e3 && s > last && v > last_v &&
            !(fabs(back - v) <= 1e-6 * fmax(1, fabs(v))))
            return "inverse does not undo forward";
        first = isnan(first) ? s : first;
        last = s;
        last_v = v;
    }
    return last > first ? NULL : "forward is constant or nowhere finite";
}

bool plt_scale_init(struct plt_scale *scale, const struct plt_scale_params *params,
                    struct plt_log *log)
{
    struct plt_scale next = {.kind = params ? params->kind : PLT_SCALE_LINEAR};
    switch (next.kind) {
    case PLT_SCALE_LINEAR:
    case PLT_SCALE_LOG10: break;
    case PLT_SCALE_SYMLOG:
        next.within = params->linear_within == 0 ? 1 : params->linear_within;
        if (!(next.within >= 1e-280 && next.within <= 1e280)) {
            plt_error(log, BAD_ARGUMENT, "a symlog scale cannot be linear within %g",
                      next.within);
            return false;
        }
        break;
    case PLT_SCALE_USER:
        next.forward = params->forward;
        next.inverse = params->inverse;
        next.user = params->user;
        const char *fault =
            next.forward && next.inverse ? find_fault(&next) : "both functions are needed";
        if (fault) {
            plt_error(log, BAD_ARGUMENT, "a user scale was refused: %s", fault);
            return false;
        }
        break;
    default:
        plt_error(log, BAD_ARGUMENT, "there is no scale of kind %d", (int)next.kind);
        return false;
    }
    *scale = next;
    return true;
}
