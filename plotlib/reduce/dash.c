// The dash pattern, entered anywhere.
#include <plotlib/reduce/dash.h>

#include <math.h>

// Shorter patterns are grey at any angle; beyond the other limit a float64 has no tenths
// of a pixel left.
#define SHORTEST_PX 0.25
#define FARTHEST_PX 1e14

bool plt_dash_start(struct plt_dash_walk *walk, const float *dash, size_t num_dash,
                    double arc)
{
    double period = 0;
    for (size_t i = 0; i < num_dash; i++)
        period += (double)dash[i];
    if (num_dash == 0 || !(period >= SHORTEST_PX) || !(fabs(arc) < FARTHEST_PX))
        return false;
    double phase = fmod(arc, period);
    phase = phase < 0 ? phase + period : phase;
    *walk = (struct plt_dash_walk){dash, num_dash, 0, (double)dash[0]};
    while (phase >= walk->left && walk->at + 1 < num_dash) {
        phase -= walk->left;
        walk->left = (double)dash[++walk->at];
    }
    walk->left = walk->left > phase ? walk->left - phase : 0;
    return true;
}

void plt_dash_next(struct plt_dash_walk *walk)
{
    walk->at = walk->at + 1 < walk->num_dash ? walk->at + 1 : 0;
    walk->left = (double)walk->dash[walk->at];
}
