// Ticks of log, symlog and user scales: lists of numbers n * 10^e whose positions are at
// least min_px apart. Stage MAP.
#include <math.h>
#include <string.h>

#include <plotlib/base/number.h>
#include <plotlib/scale/list.h>

struct number {
    int64_t n;
    int exponent;
    double value, px;
};

struct picker {
    const struct plt_scale *scale;
    double lo, hi, s_lo, px_per_s, min_px;
    struct number at[PLT_MAX_TICKS];
    int count;
    bool full; // more than fit, or two too close
};

static double to_px(const struct picker *p, double value)
{
    return (plt_scale_forward(p->scale, value) - p->s_lo) * p->px_per_s;
}

// Appends in ascending order what lies inside the view.
static void add(struct picker *p, int64_t n, int exponent)
{
    struct number number = {n, exponent, plt_decimal(n, exponent), 0};
    if (!(number.value >= p->lo && number.value <= p->hi) || p->full)
        return;
    number.px = to_px(p, number.value);
    if (p->count && !(number.px - p->at[p->count - 1].px >= p->min_px * (1 - 1e-9)))
        p->full = true;
    else if (p->count == PLT_MAX_TICKS)
        p->full = true;
    else
        p->at[p->count++] = number;
}

// --- decades
// ------------------------------------------------------------------------------

struct digits {
    int stride; // of decades
    int num, digit[9];
};

static int magnitude(double v)
{
    return (int)floor(log10(fabs(v)) + 1e-12);
}

// The lowest decade that is marked: symlog has none in its linear part.
static int lowest_decade(const struct picker *p)
{
    if (p->scale->kind == PLT_SCALE_SYMLOG)
        return (int)ceil(log10(p->scale->within) - 1e-9);
    return magnitude(p->lo);
}

static bool marked(int exponent, int stride)
{
    return exponent % stride == 0;
}

// All of one set; false where it would crowd the axis.
static bool pick_decades(struct picker *p, const struct digits *set)
{
    p->count = 0;
    p->full = false;
    int lowest = lowest_decade(p);
    if (p->lo < 0)
        for (int e = magnitude(p->lo); e >= lowest && !p->full; e--)
            for (int i = set->num - 1; i >= 0 && marked(e, set->stride); i--)
                add(p, -set->digit[i], e);
    if (p->lo <= 0 && p->hi >= 0) {
        double zero = to_px(p, 0);
        while (p->count && zero - p->at[p->count - 1].px < p->min_px)
            p->count--; // zero matters more than the first decade
        add(p, 0, 0);
    }
    if (p->hi > 0) {
        int from = p->lo > 0 && magnitude(p->lo) > lowest ? magnitude(p->lo) : lowest;
        double zero = p->lo <= 0 && p->count ? p->at[p->count - 1].px : -INFINITY;
        for (int e = from; e <= magnitude(p->hi) && !p->full; e++)
            for (int i = 0; i < set->num && marked(e, set->stride); i++)
                if (to_px(p, plt_decimal(set->digit[i], e)) - zero >= p->min_px)
                    add(p, set->digit[i], e);
    }
    return !p->full;
}

static const struct digits sets[] = {
    {1, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9}},
    {1, 3, {1, 2, 5}},
    {1, 2, {1, 3}},
    {1, 1, {1}},
    {2, 1, {1}},
    {3, 1, {1}},
    {5, 1, {1}},
    {10, 1, {1}},
    {20, 1, {1}},
    {50, 1, {1}},
    {100, 1, {1}},
    {200, 1, {1}},
};
enum { NUM_SETS = sizeof(sets) / sizeof(sets[0]) };

// --- round numbers
// ------------------------------------------------------------------------

// The roundest number in [lo, hi], the middle-most of its kind.
static bool roundest(const struct picker *p, double lo, double hi, double middle_px,
                     struct number *best)
{
    *best = (struct number){0};
    if (lo <= 0 && hi >= 0)
        return true;
    double most = fmax(fabs(lo), fabs(hi));
    int top = magnitude(most);
    for (int e = top; e > top - 15 && e >= -300 && e <= 300; e--) {
        int64_t k = plt_first_multiple(1, e, lo);
        bool found = false, five = false;
        for (; plt_decimal(k, e) <= hi; k++) {
            struct number next = {k, e, plt_decimal(k, e), 0};
            next.px = to_px(p, next.value);
            bool rounder = k % 5 == 0 && !five;
            bool nearer = fabs(next.px - middle_px) < fabs(best->px - middle_px);
            if (!found || rounder || (nearer && (k % 5 == 0) == five))
                *best = next;
            five |= k % 5 == 0;
            found = true;
        }
        // Needless digits help nobody: the next number of this kind is not a tenth of the
        // room between ticks away.
        if (found)
            return to_px(p, plt_decimal(best->n + 1, e)) - best->px >= p->min_px * 0.1 ||
                   best->px - to_px(p, plt_decimal(best->n - 1, e)) >= p->min_px * 0.1;
    }
    return false;
}

// Fills the gap between two positions, left part first, so that the list stays ascending.
static void fill(struct picker *p, double from_px, double to, bool open_left,
                 bool open_right)
{
    double a = from_px + (open_left ? 0 : p->min_px);
    double b = to - (open_right ? 0 : p->min_px);
    if (!(b >= a) || p->count >= PLT_MAX_TICKS)
        return;
    double lo = plt_scale_inverse(p->scale, p->s_lo + a / p->px_per_s);
    double hi = plt_scale_inverse(p->scale, p->s_lo + b / p->px_per_s);
    struct number best;
    if (!isfinite(lo) || !isfinite(hi) || !(lo <= hi) ||
        !roundest(p, fmax(lo, p->lo), fmin(hi, p->hi), (a + b) / 2, &best))
        return;
    best.px = to_px(p, best.value);
    if (!(best.px >= a - 1e-6 && best.px <= b + 1e-6)) // the inverse is none here
        return;
    fill(p, from_px, best.px, open_left, false);
    add(p, best.n, best.exponent);
    fill(p, best.px, to, false, open_right);
}

// --- labels
// -------------------------------------------------------------------------------

static void trim(struct number *number)
{
    for (; number->n != 0 && number->n % 10 == 0; number->n /= 10)
        number->exponent++;
}

static int number_magnitude(const struct number *number)
{
    uint64_t n = (uint64_t)(number->n < 0 ? -number->n : number->n);
    return plt_num_digits(n) - 1 + number->exponent;
}

// "2×10⁶", "−10⁻⁷", "1.5×10⁸"
static void label_power(const struct number *number, int si, char *text, int size)
{
    char power[24], digits[32] = "";
    plt_power_label(number_magnitude(number) - si, power, sizeof(power));
    uint64_t n = (uint64_t)(number->n < 0 ? -number->n : number->n);
    int decimals = plt_num_digits(n) - 1;
    if (n != 1) {
        plt_decimal_label((int64_t)n, 0, decimals, digits, sizeof(digits) - 3);
        strcat(digits, "\u00d7");
    }
    (void)plt_format(text, (size_t)size, "%s%s%s", number->n < 0 ? "\u2212" : "", digits,
                     power);
}

static void label_numbers(struct plt_ticks *ticks, struct picker *p, bool use_si)
{
    int least = 400, most = -400, lowest = 400;
    for (int i = 0; i < p->count; i++) {
        trim(&p->at[i]);
        if (p->at[i].n == 0)
            continue;
        int size = number_magnitude(&p->at[i]);
        least = size < least ? size : least;
        most = size > most ? size : most;
        lowest = p->at[i].exponent < lowest ? p->at[i].exponent : lowest;
    }
    if (use_si && most - least <= 8 && most >= least) {
        int si = plt_floor_to_3((most + least + 1) / 2);
        if (si >= -24 && si <= 24)
            plt_ticks_set_prefix(ticks, si);
    }
    int si = ticks->si_exponent;
    bool plain = most - si <= 5 && least - si >= -4 && lowest - si >= -8;
    for (int i = 0; i < p->count; i++) {
        const struct number *number = &p->at[i];
        char *text = ticks->list.label[i];
        int size = sizeof(ticks->list.label[i]), shift = number->exponent - si;
        if (plain || number->n == 0)
            plt_decimal_label(number->n, shift, number->n && shift < 0 ? -shift : 0, text,
                              size);
        else
            label_power(number, si, text, size);
    }
}

// --- minor ticks
// --------------------------------------------------------------------------

static bool is_major(const struct picker *p, double value)
{
    for (int i = 0; i < p->count; i++)
        if (p->at[i].value == value)
            return true;
    return false;
}

static void add_minor(struct plt_ticks *ticks, const struct picker *p, int n, int exponent)
{
    struct plt_tick_list *list = &ticks->list;
    double v = plt_decimal(n, exponent);
    if (v >= p->lo && v <= p->hi && list->num_minor < PLT_MAX_MINOR && !is_major(p, v))
        list->minor[list->num_minor++] = v;
}

// The richest set whose marks have 3 pixels each.
static void choose_minor_decades(struct plt_ticks *ticks, struct picker *p)
{
    struct picker fine = *p;
    fine.min_px = 3;
    int lowest = lowest_decade(p);
    double px = to_px(p, plt_decimal(1, lowest + 1)) - to_px(p, plt_decimal(1, lowest));
    const struct digits *set = NULL;
    for (int i = 0; i < NUM_SETS && !set; i++) {
        double gap = sets[i].num == 9   ? px * log10(10.0 / 9)
                     : sets[i].num == 3 ? px * log10(2)
                     : sets[i].num == 2 ? px * log10(3)
                                        : px * sets[i].stride;
        if (gap >= fine.min_px)
            set = &sets[i];
    }
    if (!set)
        return;
    if (p->lo < 0)
        for (int e = magnitude(p->lo); e >= lowest; e--)
            for (int i = set->num - 1; i >= 0 && marked(e, set->stride); i--)
                add_minor(ticks, p, -set->digit[i], e);
    int from = p->lo > 0 && magnitude(p->lo) > lowest ? magnitude(p->lo) : lowest;
    for (int e = from; p->hi > 0 && e <= magnitude(p->hi); e++)
        for (int i = 0; i < set->num && marked(e, set->stride); i++)
            add_minor(ticks, p, set->digit[i], e);
    ticks->minor_per_major = ticks->list.num_minor ? 2 : 1;
}

// --- choice
// -------------------------------------------------------------------------------

// Equal steps of data units, where the view is too narrow for decades: the finest whose
// closest two are min_px apart.
static bool pick_linear(struct plt_ticks *ticks, const struct picker *p, double length_px,
                        bool use_si)
{
    for (double px = p->min_px; px < 4 * length_px; px *= 1.5) {
        plt_ticks_choose(ticks, p->lo, p->hi, length_px, px, use_si);
        if (ticks->count < 2)
            return false;
        double least = INFINITY, last = -INFINITY;
        for (int i = 0; i < ticks->count; i++) {
            double at = to_px(p, plt_ticks_value(ticks, i));
            least = fmin(least, at - last);
            last = at;
        }
        ticks->least_px = least;
        if (least >= p->min_px * (1 - 1e-9))
            return true;
    }
    return false;
}

static void list_numbers(struct plt_ticks *ticks, struct picker *p, bool use_si)
{
    *ticks = (struct plt_ticks){.mantissa = 1,
                                .minor_per_major = 1,
                                .si_prefix = "",
                                .least_px = INFINITY,
                                .listed = true,
                                .count = p->count};
    for (int i = 0; i < p->count; i++) {
        ticks->list.value[i] = p->at[i].value;
        if (i > 0)
            ticks->least_px = fmin(ticks->least_px, p->at[i].px - p->at[i - 1].px);
    }
    label_numbers(ticks, p, use_si);
    if (p->scale->kind != PLT_SCALE_USER)
        choose_minor_decades(ticks, p);
}

// Inside one decade, or inside the linear part of symlog.
static bool is_narrow(const struct picker *p)
{
    double a = fabs(p->lo), b = fabs(p->hi);
    if (p->scale->kind == PLT_SCALE_SYMLOG && fmax(a, b) <= p->scale->within)
        return true;
    return (p->lo > 0 || p->hi < 0) && fmax(a, b) <= 10 * fmin(a, b);
}

void plt_ticks_choose_scaled(struct plt_ticks *ticks, const struct plt_scale *scale,
                             double lo, double hi, double length_px, double min_px,
                             bool use_si)
{
    if (plt_scale_is_linear(scale)) {
        plt_ticks_choose(ticks, lo, hi, length_px, min_px, use_si);
        return;
    }
    struct picker p = {.scale = scale, .lo = fmin(lo, hi), .hi = fmax(lo, hi)};
    p.s_lo = plt_scale_forward(scale, p.lo);
    double span = plt_scale_forward(scale, p.hi) - p.s_lo;
    p.px_per_s = length_px / span;
    p.min_px = fmax(fmax(min_px, 1), length_px / (PLT_MAX_TICKS - 2));
    if (!(span > 0) || !isfinite(span) || !(length_px > 0) || !isfinite(p.px_per_s) ||
        !isfinite(p.lo) || !isfinite(p.hi) || isnan(min_px)) {
        list_numbers(ticks,
                     &(struct picker){.scale = &(struct plt_scale){.kind = PLT_SCALE_USER}},
                     false);
        return;
    }
    if (scale->kind == PLT_SCALE_USER) {
        fill(&p, 0, length_px, true, true);
        list_numbers(ticks, &p, use_si);
        return;
    }
    bool narrow = is_narrow(&p);
    for (int i = 0; i < NUM_SETS; i++)
        if (pick_decades(&p, &sets[i]))
            break;
    if (p.full)
        p.count = 0;
    if ((narrow || p.count < 2) && pick_linear(ticks, &p, length_px, use_si) &&
        ticks->count > p.count)
        return;
    if (p.count < 2) { // a short axis: the roundest numbers that have room
        p.count = 0;
        p.full = false;
        fill(&p, 0, length_px, true, true);
    }
    list_numbers(ticks, &p, use_si);
}
