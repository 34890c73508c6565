// Stamps: coverage and masks of a marker, and the table they are kept in.
#include <plotlib/base/alloc.h>
#include <plotlib/raster/stamp.h>

enum {
    FIRST_SETS = 64,
    CACHE_BYTES = 32 << 20, // then all stamps are made anew
};

void plt_stamps_drop(struct plt_marker_scratch *s)
{
    for (size_t i = 0; i < s->cap_sets; i++) {
        for (int k = 0; s->sets[i] && k < PLT_STAMP_PHASES; k++)
            plt_free(s->sets[i]->stamps[k]);
        plt_free(s->sets[i]);
        s->sets[i] = NULL;
    }
    s->num_sets = s->bytes = 0;
    s->last = NULL;
}

void plt_stamps_begin(struct plt_marker_scratch *s, float outline, bool hollow)
{
    if (s->outline != outline || s->hollow != hollow)
        plt_stamps_drop(s);
    s->outline = outline;
    s->hollow = hollow;
}

// --- stamps ----------------------------------------------------------------------------

void plt_marker_row(const struct plt_marker_scratch *s, enum plt_symbol symbol, float size,
                    float x, float y, int32_t count, uint8_t *fill, uint8_t *outline)
{
    if (symbol == PLT_SYMBOL_CIRCLE && !outline && !s->hollow) {
        for (int32_t i = 0; i < count; i++) {
            float dx = x + (float)i;
            fill[i] = plt_marker_fill(sqrtf(dx * dx + y * y) - size * 0.5f);
        }
        return;
    }
    enum { MOST = 64 };
    for (int32_t first = 0; first < count; first += MOST) {
        const int32_t n = count - first < MOST ? count - first : MOST;
        float d[MOST];
        plt_marker_distances(symbol, size, x + (float)first, y, n, d);
        for (int32_t i = 0; i < n; i++)
            fill[first + i] =
                s->hollow ? plt_marker_outline(d[i], s->outline) : plt_marker_fill(d[i]);
        for (int32_t i = 0; outline && i < n; i++)
            outline[first + i] = plt_marker_outline(d[i], s->outline);
    }
}

// One block of memory: the struct, its masks, its coverage and a group of padding.
static struct plt_stamp *new_stamp(int32_t width, int32_t rows, bool outlined, size_t *size)
{
    const size_t group = PLT_STAMP_GROUP, n = (size_t)rows;
    const size_t pitch = ((size_t)width + group - 1) / group * group, plane = pitch * n;
    *size = sizeof(struct plt_stamp) + 3 * n * sizeof(uint64_t) +
            (outlined ? 2 : 1) * plane + group;
    struct plt_stamp *stamp = plt_calloc(1, *size);
    if (!stamp)
        return NULL;
    stamp->width = width;
    stamp->rows = rows;
    stamp->pitch = pitch;
    stamp->ink = (uint64_t *)(stamp + 1);
    stamp->full = stamp->ink + n;
    stamp->ring = stamp->full + n;
    stamp->fill = (uint8_t *)(stamp->ring + n);
    stamp->outline = outlined ? stamp->fill + plane : NULL;
    return stamp;
}

// Bit i is set where byte i of v is not 0.
static uint64_t nonzero_bytes(uint64_t v)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t high = (((v & low) + low) | v) & ~low;
    return (high >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

// Masks of a row of coverage: what is inked, and what is covered wholly.
static void mask_row(const uint8_t *coverage, int32_t width, uint64_t *ink, uint64_t *full)
{
    for (int32_t c = 0; c < width; c += 8) {
        const uint64_t v = plt_load_bits(coverage + c);
        *ink |= nonzero_bytes(v) << c;
        *full |= (nonzero_bytes(~v) ^ 0xff) << c;
    }
}

static struct plt_stamp *make_stamp(struct plt_marker_scratch *s,
                                    const struct plt_stamp_set *set, int phase)
{
    const bool outlined = s->outline > 0 && !s->hollow;
    const float size = plt_marker_unit((uint16_t)set->key);
    const int32_t x = phase % PLT_MARKER_ONE, y = phase / PLT_MARKER_ONE;
    const int32_t reach = set->reach_fixed, up = PLT_MARKER_ONE - 1;
    const int32_t x0 = (x - reach) >> 3, x1 = (x + reach + up) >> 3;
    const int32_t y0 = (y - reach) >> 3, y1 = (y + reach + up) >> 3;
    size_t bytes;
    struct plt_stamp *stamp = new_stamp(x1 - x0, y1 - y0, outlined, &bytes);
    if (!stamp)
        return NULL;
    stamp->dx = x0;
    stamp->dy = y0;
    s->bytes += bytes;
    for (int32_t r = 0; r < stamp->rows; r++) {
        uint8_t *fill = stamp->fill + (size_t)r * stamp->pitch;
        uint8_t *outline = outlined ? stamp->outline + (size_t)r * stamp->pitch : NULL;
        plt_marker_row(s, (enum plt_symbol)(set->key >> 16), size,
                       (float)x0 + 0.5f - (float)x / PLT_MARKER_ONE,
                       (float)(y0 + r) + 0.5f - (float)y / PLT_MARKER_ONE, stamp->width,
                       fill, outline);
        mask_row(fill, stamp->width, &stamp->ink[r], &stamp->full[r]);
        if (outline)
            mask_row(outline, stamp->width, &stamp->ink[r], &stamp->ring[r]);
    }
    return stamp;
}

// --- the cache -------------------------------------------------------------------------

static size_t slot_of(struct plt_stamp_set *const *sets, size_t capacity, uint32_t key)
{
    size_t at = (size_t)(key * UINT32_C(2654435761)) & (capacity - 1);
    while (sets[at] && sets[at]->key != key)
        at = (at + 1) & (capacity - 1);
    return at;
}

static bool grow_sets(struct plt_marker_scratch *s)
{
    if (s->num_sets * 2 < s->cap_sets)
        return true;
    const size_t capacity = s->cap_sets ? s->cap_sets * 2 : FIRST_SETS;
    struct plt_stamp_set **sets = plt_calloc(capacity, sizeof(struct plt_stamp_set *));
    if (!sets)
        return false;
    for (size_t i = 0; i < s->cap_sets; i++)
        if (s->sets[i])
            sets[slot_of(sets, capacity, s->sets[i]->key)] = s->sets[i];
    plt_free(s->sets);
    s->sets = sets;
    s->cap_sets = capacity;
    return true;
}

struct plt_stamp_set *plt_stamps_find(struct plt_marker_scratch *s,
                                      const struct plt_marker *m)
{
    const uint32_t key = (uint32_t)m->symbol << 16 | m->size;
    if (s->last && s->last->key == key)
        return s->last;
    if (s->bytes > CACHE_BYTES)
        plt_stamps_drop(s);
    if (!grow_sets(s))
        return NULL;
    const size_t at = slot_of(s->sets, s->cap_sets, key);
    if (!s->sets[at]) {
        struct plt_stamp_set *set = plt_calloc(1, sizeof(*set));
        if (!set)
            return NULL;
        const float reach = plt_marker_reach((enum plt_symbol)m->symbol,
                                             plt_marker_unit(m->size), s->outline);
        set->key = key;
        set->reach = (int32_t)ceilf(reach) + 1;
        set->reach_fixed = (int32_t)ceilf(reach * PLT_MARKER_ONE);
        s->sets[at] = set;
        s->num_sets++;
        s->bytes += sizeof(*set);
    }
    return s->last = s->sets[at];
}

const struct plt_stamp *plt_stamps_get(struct plt_marker_scratch *s,
                                       struct plt_stamp_set *set,
                                       const struct plt_marker *m)
{
    const int phase =
        (m->y & (PLT_MARKER_ONE - 1)) * PLT_MARKER_ONE + (m->x & (PLT_MARKER_ONE - 1));
    if (!set->stamps[phase])
        set->stamps[phase] = make_stamp(s, set, phase);
    return set->stamps[phase];
}
