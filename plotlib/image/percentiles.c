// Percentiles of one channel (stats.h): exact order statistics in bounded memory. Small
// types are counted. Of others the place of each rank is narrowed down on the samples'
// order as unsigned numbers (keys): every reading counts, for each range that holds a rank,
// the next 16 bits within it (MSD radix selection).
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/quantile.h>
#include <plotlib/image/plane_kernels.h>
#include <plotlib/image/stats.h>

enum { MOST_RANKS = 2 * PLT_MOST_PERCENTILES, DIGIT = 16 };

// A sample of known rank, and where it must be: keys [base, base + 2^bits).
struct rank {
    uint64_t place; // among all finite samples in order, then among those of its range
    uint64_t base;
    int slot; // its range in `run`
};

struct run {
    const struct plt_plane *plane;
    const struct plt_percentiles_reader *reader; // NULL = this file reads
    const struct plt_stats_kernels *kernels;
    int bands, slots;
    unsigned bits, shift;       // of every range; bits that the next reading leaves unknown
    uint64_t bases[MOST_RANKS]; // [slots]
    uint32_t *tables;           // [bands][slots][65536]
};

static uint32_t *table_of(const struct run *run, int band, int slot)
{
    return run->tables + ((size_t)(band * run->slots + slot) << DIGIT);
}

static void match_piece(const struct run *run, int band, const void *samples, size_t n)
{
    union plt_piece keys;
    run->kernels->keys(run->plane->type, samples, n, &keys);
    const uint64_t last = run->bits == 64 ? UINT64_MAX : (UINT64_C(1) << run->bits) - 1;
    for (int s = 0; s < run->slots; s++) {
        uint32_t *table = table_of(run, band, s);
        if (run->plane->size == 4)
            run->kernels->match32(keys.u32, n, (uint32_t)run->bases[s], (uint32_t)last,
                                  run->shift, table);
        else
            run->kernels->match64(keys.u64, n, run->bases[s], last, run->shift, table);
    }
}

static void run_band(void *user, int index)
{
    const struct run *run = user;
    union plt_piece room;
    const struct plt_plane_range range =
        plt_plane_band(run->plane->count, run->bands, index);
    for (uint64_t i = range.first; i < range.end; i += PLT_PLANE_PIECE) {
        const uint64_t left = range.end - i;
        const size_t n = left < PLT_PLANE_PIECE ? (size_t)left : PLT_PLANE_PIECE;
        match_piece(run, index, plt_plane_read(run->plane, i, n, &room), n);
    }
}

// One slot for each range there is.
static void share_slots(struct run *run, struct rank *ranks, int num)
{
    run->slots = 0;
    for (int r = 0; r < num; r++) {
        int s = 0;
        while (s < run->slots && run->bases[s] != ranks[r].base)
            s++;
        if (s == run->slots)
            run->bases[run->slots++] = ranks[r].base;
        ranks[r].slot = s;
    }
}

static uint64_t count_digit(const struct run *run, int slot, uint64_t digit)
{
    uint64_t count = 0;
    for (int band = 0; band < run->bands; band++)
        count += table_of(run, band, slot)[digit];
    return count;
}

static void narrow_rank(const struct run *run, struct rank *rank)
{
    for (uint64_t digit = 0; digit < UINT64_C(1) << DIGIT; digit++) {
        const uint64_t here = count_digit(run, rank->slot, digit);
        if (rank->place < here) {
            rank->base += digit << run->shift;
            return;
        }
        rank->place -= here;
    }
}

static bool read_samples(struct run *run, struct plt_pool *pool)
{
    run->shift = run->bits - DIGIT;
    run->tables =
        plt_calloc((size_t)(run->bands * run->slots) << DIGIT, sizeof(*run->tables));
    if (!run->tables)
        return false;
    const struct plt_percentiles_reader *reader = run->reader;
    if (!reader) {
        plt_pool_run(pool, run->bands, run_band, run);
        return true;
    }
    const bool ok = reader->digits(reader->user, run->bases, run->slots, run->bits,
                                   run->shift, run->tables);
    if (!ok)
        plt_free(run->tables);
    return ok;
}

static void narrow_ranks(struct run *run, struct rank *ranks, int num)
{
    for (int r = 0; r < num; r++)
        narrow_rank(run, &ranks[r]);
    plt_free(run->tables);
    run->bits = run->shift;
}

// After the first reading. The first 16 bits of a floating-point number hold its exponent:
// -NaN and -inf are the first digits, +inf and NaN the last.
static uint64_t count_finite_keys(const struct run *run, uint64_t *below)
{
    const uint64_t digits = UINT64_C(1) << DIGIT;
    const uint64_t odd = run->plane->type == PLT_F32   ? 0x80
                         : run->plane->type == PLT_F64 ? 0x10
                                                       : 0;
    uint64_t above = 0;
    *below = 0;
    for (uint64_t digit = 0; digit < odd; digit++) {
        *below += count_digit(run, 0, digit);
        above += count_digit(run, 0, digits - 1 - digit);
    }
    return run->plane->count - *below - above;
}

static double value_of_key(enum plt_type type, uint64_t key)
{
    const uint32_t key32 = (uint32_t)key, sign32 = UINT32_C(1) << 31;
    const uint64_t sign64 = UINT64_C(1) << 63;
    const uint32_t bits32 = key32 & sign32 ? key32 ^ sign32 : ~key32;
    const uint64_t bits64 = key & sign64 ? key ^ sign64 : ~key;
    float f32;
    double f64;
    switch (type) {
    case PLT_U32: return key32;
    case PLT_I32: return (double)((int64_t)key32 - (int64_t)sign32);
    case PLT_I64: return (double)(int64_t)(key ^ sign64);
    case PLT_F32: memcpy(&f32, &bits32, sizeof(f32)); return f32;
    default: memcpy(&f64, &bits64, sizeof(f64)); return f64;
    }
}

// Bits of the k-th value in order, NaN and infinities last.
static uint32_t bits_in_order(const struct plt_plane *plane, uint32_t k)
{
    const uint32_t half = UINT32_C(1) << (8 * plane->size - 1);
    switch (plane->type) {
    case PLT_I8:
    case PLT_I16: return k ^ half;
    case PLT_F16: // the finite negative ones downwards, the positive ones, the rest
        return k < 0x7c00   ? 0xfbff - k
               : k < 0xf800 ? k - 0x7c00
               : k < 0xfc00 ? k - 0xf800 + 0x7c00
                            : k;
    default: return k;
    }
}

static uint64_t count_finite(const struct plt_plane *plane, const uint64_t *counts)
{
    const uint32_t entries = UINT32_C(1) << 8 * plane->size;
    uint64_t finite = 0;
    for (uint32_t bits = 0; bits < entries; bits++) {
        if (isfinite(plt_image_value_of_bits(plane->type, bits)))
            finite += counts[bits];
    }
    return finite;
}

static void select_small(const struct plt_plane *plane, const uint64_t *counts,
                         const struct rank *ranks, double *values, int num)
{
    for (int r = 0; r < num; r++) {
        uint64_t place = ranks[r].place;
        uint32_t k = 0, bits = bits_in_order(plane, 0);
        for (; place >= counts[bits]; bits = bits_in_order(plane, ++k))
            place -= counts[bits];
        values[r] = (double)plt_image_value_of_bits(plane->type, bits) + 0.0;
    }
}

// The two neighbours of each percentile's rank.
static void find_ranks(const struct plt_image_percentiles_job *job, uint64_t finite,
                       struct rank *ranks, double *fractions)
{
    const uint64_t last = finite - 1;
    for (int k = 0; k < job->num; k++) {
        const double h = (double)last * job->p[k];
        uint64_t below = (uint64_t)h;
        below = below < last ? below : last;
        fractions[k] = h - (double)below;
        ranks[2 * k].place = below;
        ranks[2 * k + 1].place = below < last ? below + 1 : last;
    }
}

static void interpolate(const struct plt_image_percentiles_job *job,
                        const double *neighbours, const double *fractions)
{
    for (int k = 0; k < job->num; k++)
        job->values[k] = plt_quantile(neighbours + 2 * k, 2, fractions[k]) + 0.0;
}

static bool run_small(const struct plt_image_percentiles_job *job,
                      const struct plt_plane *plane, struct plt_plane_how how,
                      const struct plt_percentiles_reader *reader)
{
    struct rank ranks[MOST_RANKS] = {0};
    double neighbours[MOST_RANKS], fractions[PLT_MOST_PERCENTILES];
    uint64_t *counts = plt_malloc(sizeof(*counts) << 8 * plane->size);
    const bool ok =
        counts && (reader ? reader->values(reader->user, counts)
                          : plt_image_count_values(plane, how, job->pool, counts));
    const uint64_t finite = ok ? count_finite(plane, counts) : 0;
    if (finite > 0) {
        find_ranks(job, finite, ranks, fractions);
        select_small(plane, counts, ranks, neighbours, 2 * job->num);
        interpolate(job, neighbours, fractions);
    }
    plt_free(counts);
    return ok;
}

static bool run_wide(const struct plt_image_percentiles_job *job,
                     const struct plt_plane *plane, struct plt_plane_how how,
                     const struct plt_percentiles_reader *reader)
{
    struct rank ranks[MOST_RANKS] = {0};
    double neighbours[MOST_RANKS], fractions[PLT_MOST_PERCENTILES];
    const int num = 2 * job->num;
    struct run run = {
        .plane = plane,
        .reader = reader,
        .kernels = plt_stats_kernels_of(how.isa),
        .bands = reader ? 1 : how.bands,
        .bits = 8 * (unsigned)plane->size,
        .slots = 1, // all samples
    };
    if (!read_samples(&run, job->pool))
        return false;
    uint64_t below;
    const uint64_t finite = count_finite_keys(&run, &below);
    if (finite == 0) {
        plt_free(run.tables);
        return true;
    }
    find_ranks(job, finite, ranks, fractions);
    for (int r = 0; r < num; r++)
        ranks[r].place += below;
    narrow_ranks(&run, ranks, num);
    while (run.bits > 0) {
        share_slots(&run, ranks, num);
        if (!read_samples(&run, job->pool))
            return false;
        narrow_ranks(&run, ranks, num);
    }
    for (int r = 0; r < num; r++)
        neighbours[r] = value_of_key(plane->type, ranks[r].base);
    interpolate(job, neighbours, fractions);
    return true;
}

// False for a job without meaning.
static bool prepare(const struct plt_image_percentiles_job *job, struct plt_plane *plane)
{
    if (!plt_plane_make(plane, &job->src, job->channel) || !job->values || !job->p ||
        job->num < 1 || job->num > PLT_MOST_PERCENTILES)
        return false;
    for (int k = 0; k < job->num; k++) {
        if (!(job->p[k] >= 0 && job->p[k] <= 1))
            return false;
        job->values[k] = NAN;
    }
    return true;
}

bool plt_image_percentiles_run(const struct plt_image_percentiles_job *job,
                               const struct plt_plane_how *how)
{
    struct plt_plane plane;
    if (!prepare(job, &plane))
        return false;
    const struct plt_plane_how best =
        how ? *how : plt_plane_how_best(job->pool, plane.count);
    return plane.size <= 2 ? run_small(job, &plane, best, NULL)
                           : run_wide(job, &plane, best, NULL);
}

bool plt_image_percentiles_read(const struct plt_image_percentiles_job *job,
                                const struct plt_percentiles_reader *reader)
{
    struct plt_plane plane;
    if (!prepare(job, &plane))
        return false;
    const struct plt_plane_how how = plt_plane_how_best(NULL, 1);
    return plane.size <= 2 ? run_small(job, &plane, how, reader)
                           : run_wide(job, &plane, how, reader);
}

bool plt_image_percentiles_cpu(const struct plt_image_percentiles_job *job)
{
    return plt_image_percentiles_run(job, NULL);
}
